"""What is said of a scan that was read, but may lie elsewhere or be of another size than it seems.

One place, so that all formats say the same. The command line and the panel show these sentences
beside the result.
"""

FORMS_DISAGREE = (
    "The file says twice where its voxels lie, and the two are up to {apart:.0f} mm apart: qform "
    "{qform}, sform {sform}. The {used} was taken, as by ITK and 3D Slicer; if that is wrong, "
    "correct the file's header and segment again."
)
VOXEL_SIZES_DIFFER = (
    "The file's voxel sizes ({sizes}) are not those of its sform ({sform}), which was taken; ITK "
    "and 3D Slicer take the former. If the result looks stretched, correct the file's header and "
    "segment again."
)
NEGATIVE_SIZES = (
    "The file has negative voxel sizes ({sizes}): as by ITK and 3D Slicer, such axes were taken to "
    "run the other way, while other programs leave the sign out. If left and right are exchanged, "
    "correct the file's header and segment again."
)
NO_ORIENTATION = (
    "The file does not say how its voxels lie in the patient: columns were taken to run to the "
    "left, rows to posterior, slices to superior. If the pancreas is not found, or in the wrong "
    "place, export the scan again with its geometry."
)
ASSUMED_SPACING = (
    "The file does not say how large its voxels are: 1 mm was assumed, so volume and shape are "
    "probably wrong; export the scan again with its geometry."
)
NOT_FINITE = (
    "{share} of the scan's voxels hold no number (NaN) or an infinite one and were taken for air: "
    "what lies there is not in the result."
)
HOLES = (
    "Voxels without a number lie inside the body, too ({share} of it): look at the result there,"
    " slice by slice."
)
SERIES_CHOSEN = (
    "Of {count} DICOM series this one was taken, as the only axial CT of 80 mm or more: {chosen}."
    " If you mean another one, choose it by --series."
)
SLICES_FILLED = (
    "{count} of {depth} DICOM slices are missing ({numbers}, counted from the first) and were "
    "filled in from their neighbours: look at the result there."
)
COPIES_LEFT = "{count} DICOM slices are there more than once; the copies were left aside."
