"""What the engine tells people; written by Testing/packaging/message_listing.py."""

from __future__ import annotations

from collections.abc import Callable


def engine_messages(_: Callable[[str], str]) -> tuple[str, ...]:
    """All sentences, each as `_` gives it; {0}, {1}, ... are values."""
    return (
        _("'{0}' is a text, not a node of the scene; give slicer.util.getNode('{1}')."),
        _(
            "'{0}' is neither a segmentation nor a label volume; load the reference as one "
            "of these."
        ),
        _("'{0}' is no longer in the scene; load it again, or choose another one."),
        _("'{0}' is no name for files; give one without a folder."),
        _("'{0}' is not a segmentation; choose one, or a new one."),
        _("'{0}' is not a segmentation; give the result first, then the reference."),
        _("'{0}' is {1}, not a scan; choose a volume of grey values."),
        _("A model is named by a text or a path, not by {0}; give one of these."),
        _("A network of kind {0} has no field {1}; its fields are {2}."),
        _("A recurrence cannot run over {0}, which has no side outputs; give another cnn."),
        _(
            "A volume of {0} ml is implausible for an adult's pancreas ({1} to {2} ml): "
            "look at the mask before you use it."
        ),
        _("A {0} is not a node of the scene; load it, and give its node."),
        _(
            "All of the reference's pancreas lies outside the mask's field of view, so "
            "nothing can be compared. Compare with the reference that was drawn on this "
            "very scan."
        ),
        _("All voxels of the scan have the same value ({0}); give a scan with a picture in it."),
        _(
            "By its probabilities the mask has an expected DSC of {0} ({1} and more is "
            "usual). In the cross-validation of multiview-ct such masks had a mean DSC of "
            "0.73, the others 0.80: compare it with the scan slice by slice."
        ),
        _(
            "By its voxel sizes the scan measures {0} mm, which no body has: they may be "
            "wrong or in another unit (cm or m for mm); correct them and segment again."
        ),
        _("Checking the scan"),
        _("Finding the pancreas"),
        _(
            "No pancreas was found: the mask is empty. If there is one, check that the scan"
            " is a CT in Hounsfield units and not upside down."
        ),
        _(
            "No reference in {0} has the name of a scan, as {1}.nii.gz; rename them, or "
            "give a .csv with the columns 'scan' and 'reference'."
        ),
        _("No reference is selected; choose a segmentation or a label volume."),
        _("No segmentation is selected; segment a volume first."),
        _("No volume is selected; load a scan or choose one of the scene."),
        _(
            "Of {0} DICOM series this one was taken, as the only axial CT of 80 mm or more:"
            " {1}. If you mean another one, choose it by --series."
        ),
        _("Relating neighbouring slices"),
        _("Returning to the scan's grid"),
        _("Segmenting slices"),
        _(
            "The Python {0} cannot be started ({1}). Start Slicer by the program Slicer in "
            "its own folder; if that does not help, install it again."
        ),
        _(
            "The aorta has about {0} HU, as in an early, arterial phase, and the model was "
            "mainly trained on portal venous scans. In those multiview-ct had a mean DSC of"
            " 0.77, in the same ones made to look so 0.63: compare the mask with the scan "
            "slice by slice."
        ),
        _(
            "The aorta has about {0} HU, as without contrast medium, and the model was "
            "mainly trained on portal venous scans. In those multiview-ct had a mean DSC of"
            " 0.77, in the same ones made to look so 0.57: compare the mask with the scan "
            "slice by slice."
        ),
        _("The chosen segment is no longer in the segmentation '{0}'; choose again."),
        _("The computer's memory is not enough for this scan; {0}"),
        _("The computer's memory is not enough; {0}."),
        _("The computer's memory was not enough for the segmentation; {0}."),
        _(
            "The device '{0}' was asked for, but PyTorch {1} finds no CUDA device; use the "
            "device cpu, or install a CUDA build of PyTorch and its driver."
        ),
        _(
            "The device '{0}' was asked for, but the last CUDA device is cuda:{1}; use one "
            "that is there."
        ),
        _(
            "The engine cannot be loaded ({0}); in 3D Slicer, install PyTorch with the "
            "PyTorch extension."
        ),
        _(
            "The file does not say how its voxels lie in the patient: columns were taken to"
            " run to the left, rows to posterior, slices to superior. If the pancreas is "
            "not found, or in the wrong place, export the scan again with its geometry."
        ),
        _(
            "The file does not say how large its voxels are: 1 mm was assumed, so volume "
            "and shape are probably wrong; export the scan again with its geometry."
        ),
        _(
            "The file has negative voxel sizes ({0}): as by ITK and 3D Slicer, such axes "
            "were taken to run the other way, while other programs leave the sign out. If "
            "left and right are exchanged, correct the file's header and segment again."
        ),
        _(
            "The file says twice where its voxels lie, and the two are up to {0} mm apart: "
            "qform {1}, sform {2}. The {3} was taken, as by ITK and 3D Slicer; if that is "
            "wrong, correct the file's header and segment again."
        ),
        _(
            "The file's voxel sizes ({0}) are not those of its sform ({1}), which was "
            "taken; ITK and 3D Slicer take the former. If the result looks stretched, "
            "correct the file's header and segment again."
        ),
        _(
            "The folder Resources/Models with the bundled models was found neither in {0} "
            "nor beside it; install PancreasSeg again."
        ),
        _("The folder {0} cannot be filled ({1}); free some space or choose another one."),
        _("The folder {0} cannot be made ({1}); choose another name."),
        _("The folder {0} cannot be made ({1}); choose another one."),
        _(
            "The folder {0} cannot be opened ({1}), and a part of the scan may lie in it; "
            "check that you may read it, or give the folder of the scan's own series."
        ),
        _(
            "The folder {0} holds no job; PancreasSegLib.worker.client makes one and starts"
            " the worker on it."
        ),
        _(
            "The grey values, {0} to {1}, do not look like Hounsfield units (air -1000, "
            "water 0), which the model expects: the result may be wrong. Check that the "
            "scan is a CT, neither MR nor PET, and that its values are neither shifted nor "
            "scaled."
        ),
        _(
            "The grey values, {0} to {1}, look like a CT's, and the model is for {2}: the "
            "result is probably wrong; choose a model for CT."
        ),
        _("The label volume '{0}' has no label {1}; choose again."),
        _("The label volume '{0}' has several labels ({1}); choose the one that is the pancreas."),
        _(
            "The manifest of '{0}' in {1} does not tell which scans its weights have seen "
            "(training, seen); train that model anew."
        ),
        _("The manifest {0} cannot be opened ({1}); check the path."),
        _(
            "The manifest {0} is missing; put it back beside its weights, or install "
            "PancreasSeg again."
        ),
        _("The manifest {0} is not a readable JSON file."),
        _(
            "The mask and the reference share no field of view: their positions in the "
            "patient do not meet. Compare with the reference that was drawn on this very "
            "scan."
        ),
        _(
            "The mask does not lie on the grid of {0}, so it was not written; give the scan"
            " that it was made from."
        ),
        _(
            "The mask reaches the edge of the region that was looked at: a part of the "
            "pancreas may be missing; check that the scan is not mirrored, and give a "
            "region of interest that holds the pancreas and 2 to 3 cm around it."
        ),
        _(
            "The model '{0}' of {1} cannot be averaged with '{2}', which is of {3}; use "
            "models of one modality."
        ),
        _("The model '{0}' only finds the region of the pancreas; choose one that segments it."),
        _(
            "The model that finds the pancreas and the one that segments it disagree on "
            "where it is (Dice {0}; {1} and more is usual). In the cross-validation of "
            "rnn64-ct such masks had a mean DSC of 0.64, the others 0.81: compare it with "
            "the scan slice by slice."
        ),
        _(
            "The model that finds the pancreas sees it go on to the edge of the scan: a "
            "part may be missing, and its volume be larger than stated."
        ),
        _(
            "The name '{0}...' is too long for the files of its results; give a table "
            "(.csv) of the scans, with a shorter one in the column 'name'."
        ),
        _("The network of the model '{0}' cannot be built by this version of PancreasSeg: {1}"),
        _("The network's cnn is {0}; give one of {1}."),
        _("The network's {0} is {1}; give a whole number, {2} or more."),
        _("The network's {0} is {1}; give its trees, nodes and depth."),
        _("The network's {0} is {1}; give numbers of 0 or more."),
        _("The probability was not kept; segment the volume again with it."),
        _(
            'The recurrence\'s directions are {0}; give ["superior"], ["inferior"] or '
            '["superior", "inferior"].'
        ),
        _("The recurrence's window is {0} slices; give at least 1, or null for the whole stack."),
        _("The reference '{0}' is empty; choose one in which the pancreas is drawn."),
        _("The reference is the result itself; choose another one."),
        _("The region of interest '{0}' has no size yet; draw it, or choose none."),
        _(
            "The region of interest '{0}' lies outside the volume '{1}'; move it onto the "
            "scan, or choose none."
        ),
        _(
            "The region of interest from {0} to {1} is not a box; give its low corner and "
            "its high corner, (x, y, z) in millimetres, LPS."
        ),
        _(
            "The region of interest is {0} mm long: far from the pancreas the model takes "
            "other organs for it; draw it around the pancreas with 2 to 3 cm to spare."
        ),
        _(
            "The region of interest, {0}, lies outside of the scan, which is {1} (x, y, z "
            "in millimetres, LPS); move it onto the scan."
        ),
        _("The result of the segmentation cannot be read: {0}."),
        _("The results cannot go into {0}, the folder of the scans; give another --output."),
        _("The results {0} cannot be read ({1}); start the batch again."),
        _("The scan cannot be written to the temporary folder {0} ({1}); free some space there."),
        _(
            "The scan has {0} voxels (slices x rows x columns), and at least {1} are needed"
            " along each axis; give a whole volume."
        ),
        _(
            "The scan holds whole numbers up to {0} in areas of one value, as a mask or a "
            "label map does; give the scan that they were drawn on."
        ),
        _(
            "The scan is of modality {0}, and the model '{1}' is for {2}; choose another "
            "model or scan."
        ),
        _(
            "The scan's slices are sheared (tilted gantry), and ITK, and so 3D Slicer, "
            "cannot read {0}, a NIfTI file on the same grid: for such programs write a "
            ".nrrd instead."
        ),
        _(
            "The scan's slices are {0} mm apart, and the model was trained on about 3 mm: "
            "small parts of the pancreas may be lost and its volume be wrong; give thinner "
            "slices if there are any."
        ),
        _("The segment is empty, so there is no surface to save."),
        _(
            "The segmentation '{0}' belongs to the volume '{1}', not to '{2}'; choose a new"
            " segmentation, or that volume."
        ),
        _("The segmentation '{0}' has no segments; choose one in which the pancreas is drawn."),
        _(
            "The segmentation '{0}' has several segments ({1}); choose the one that is the "
            "pancreas."
        ),
        _(
            "The segmentation '{0}' holds segments under another transform than the volume "
            "'{1}'; choose a new segmentation."
        ),
        _("The segmentation '{0}' is empty and belongs to no volume; choose another one."),
        _("The segmentation '{0}' is stored as surfaces, not as voxels; choose a new one."),
        _("The segmentation crashed or was ended from outside ({0}); its log tells more."),
        _("The segmentation ended unexpectedly with the exit code {0}; its log tells more."),
        _("The segmentation ended without a result and without a reason; its log may tell more."),
        _(
            "The segmentation was killed from outside (SIGKILL), as the system does when "
            "the computer's memory runs out: {0}."
        ),
        _("The segmentation was stopped from outside of PancreasSeg (SIGTERM); start it again."),
        _(
            "The soft tissue of the scan has about {0} HU, which no body has: the values "
            "seem to be shifted, as in many cone-beam CTs, and the result may be wrong; "
            "calibrate the scan to Hounsfield units (air -1000, water 0)."
        ),
        _(
            "The volume '{0}' has {1} values in each voxel instead of one; choose a volume "
            "of grey values."
        ),
        _("The volume '{0}' holds no image; load the scan again."),
        _("The volume '{0}' is a single slice; choose a whole scan."),
        _(
            "The volume '{0}' was changed while it was segmented: it has other voxels now; "
            "segment it again."
        ),
        _(
            "The weights file {0} cannot be loaded safely; give a plain PyTorch state dict,"
            " as PancreasSegLib.models.weights.save_weights writes it."
        ),
        _(
            "The weights file {0} holds something else than a plain PyTorch state dict; "
            "give one, as PancreasSegLib.models.weights.save_weights writes it."
        ),
        _(
            "The weights file {0} is not the one that the manifest of '{1}' describes (its "
            "SHA-256 differs): it was altered or damaged; install it again."
        ),
        _(
            "The weights file {0} of the model '{1}' is missing or cannot be read; install "
            "PancreasSeg again, or put the file back."
        ),
        _(
            "The weights were not written to {0}: '{1}' holds values that are not finite in"
            " half precision; train again with a lower learning rate."
        ),
        _(
            "The weights {0} do not fit the network that the manifest of '{1}' describes; "
            "use weights and manifest of the same training."
        ),
        _("There is no device '{0}'; give auto, cpu, cuda or cuda:N."),
        _(
            "There is no features.{0}.weight with its bias in the weights of the trunk; "
            "give the state dict of torchvision's vgg16."
        ),
        _("There is no folder {0} with references; check the path."),
        _(
            "There is no model '{0}' in {1}; known models: {2}. A model of your own is "
            "named by the path of its .json file."
        ),
        _("There is no network of kind {0}; give one of {1}, RNN, Superpixels."),
        _(
            "There is no scan in {0}; give a folder with scans ({1}, or folders of DICOM "
            "files), a pattern in quotes, or a .csv with the column 'scan'."
        ),
        _("There is no table {0}; check the path."),
        _("There is no temporary folder to work in ({0})."),
        _("This is not a region of interest; choose one, or none."),
        _(
            "To segment a scan of {0} voxels about {1} GB of memory are needed, but only "
            "{2} GB are free; close other programs, or cut out the abdomen and segment "
            "that."
        ),
        _(
            "Voxels without a number lie inside the body, too ({0} of it): look at the "
            "result there, slice by slice."
        ),
        _("calibration must be a list of rising points [x, y] from 0 to 1."),
        _(
            "features.{0}.weight of the trunk is {1} and this network needs {2}; VGG-16 has"
            " 64 channels."
        ),
        _("least_component is {0}; it must be a share from 0 to 1."),
        _("low is {0}; it must be below high, {1}."),
        _("organs is {0}; it must name the network's classes from 2 on."),
        _("sha256 is '{0}'; it must be a SHA-256 of 64 hexadecimal digits."),
        _("smoothing_mm is {0}; it must be a length in mm, 0 or more."),
        _("spacing_mm is {0}; it must be lengths above 0."),
        _("threshold is {0}; it must be between 0 and 1."),
        _("views is {0}; it must name one or more, each once."),
        _("{0} DICOM slices are there more than once; the copies were left aside."),
        _(
            "{0} and {1} would both be called '{2}'; rename one, or give a .csv with the "
            "column 'name'."
        ),
        _("{0} and {1} would both be the reference of '{2}'; take one out."),
        _("{0} cannot be opened ({1}); check that you may read it."),
        _("{0} cannot be read as a table in UTF-8 ({1}); save it as one."),
        _(
            "{0} cannot be replaced ({1}); close the program that has it open, or choose "
            "another name."
        ),
        _("{0} cannot be written ({1}); choose another folder."),
        _("{0} cannot be written ({1}); choose another name."),
        _("{0} cannot be written ({1}); free some space or choose another folder."),
        _(
            "{0} cannot be written as DICOM segmentation: highdicom does not take the "
            "headers of the scan's files ({1}); give a name that ends in .nii.gz, .nii, "
            ".nrrd or .mha."
        ),
        _(
            "{0} cannot be written as DICOM segmentation: the scan lies in several "
            "multi-frame files, to which one segmentation cannot refer; give a name that "
            "ends in .nii.gz, .nii, .nrrd or .mha."
        ),
        _(
            "{0} cannot be written as DICOM segmentation: the scan's files differ in their "
            "{1}, and one segmentation refers to one; give a name that ends in .nii.gz, "
            ".nii, .nrrd or .mha."
        ),
        _(
            "{0} cannot be written as DICOM segmentation: the scan's files lack the {1} "
            "that it refers to; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
        ),
        _(
            "{0} cannot be written: a DICOM segmentation needs the Python package "
            "highdicom, which is not installed; install it (pip install highdicom), or give"
            " a name that ends in .nii.gz, .nii, .nrrd or .mha."
        ),
        _(
            "{0} cannot be written: a DICOM segmentation refers to the scan's DICOM files, "
            "and {1} is no DICOM; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
        ),
        _("{0} cannot be written: it is a folder; give the name of a file."),
        _("{0} cannot be written: its name must end in .nii.gz, .nii, .nrrd or .mha."),
        _("{0} cannot be written: its name must end in {1}, {2} or {3}."),
        _("{0} cannot be written: its name must end in {1}."),
        _(
            "{0} cannot be written: the files of {1} were changed while it was segmented; "
            "segment it again."
        ),
        _("{0} cannot be written: the folder {1} does not exist; create it first."),
        _("{0} cannot be written: the folder {1} is read-only for you; choose another folder."),
        _("{0} cannot be written: {1} is a link that leads nowhere; choose another place."),
        _("{0} cannot be written: {1} is not a folder; choose another place."),
        _("{0} cannot be written; free some space or choose another folder."),
        _("{0} does not exist; check the path."),
        _(
            "{0} does not say where its voxels lie (its axes are zero, infinite or in one "
            "plane); export the scan again with its geometry."
        ),
        _("{0} has an unknown entry '{1}'; known are {2}."),
        _(
            "{0} has its pixels packed by a method that cannot be read (transfer syntax "
            "{1}); export it again, uncompressed."
        ),
        _("{0} has its voxels packed by {1}, which cannot be read; save it again with gzip."),
        _("{0} has no label '{1}'; it has {2}. Name one of these."),
        _(
            "{0} has several labels ({1}); name the one that is the pancreas (evaluate: "
            "--label for the reference, --mask-label for the mask; elsewhere: label)."
        ),
        _("{0} has the column '{1}' twice; take one out."),
        _(
            "{0} has the same value ({1}) everywhere; check that it is the scan, and export"
            " it again."
        ),
        _("{0} has the unknown column '{1}'; it may have {2}."),
        _(
            "{0} has unevenly spaced DICOM slices ({1} to {2} mm apart); give a series that"
            " was reconstructed with even spacing."
        ),
        _(
            "{0} has {1} voxels, which need about {2} GB of memory, but only {3} GB are "
            "free; close other programs, or cut out the abdomen and give that."
        ),
        _(
            "{0} holds DICOM files, but no scan: localizers, reports, plans, segmentations "
            "and pictures of a screen are left aside; give the folder of the scan's own "
            "series."
        ),
        _(
            "{0} holds DICOM images without a position in the patient; give the original "
            "series of the scanner."
        ),
        _(
            "{0} holds DICOM slices that all give the same position in the patient; give "
            "the original series of the scanner."
        ),
        _(
            "{0} holds DICOM slices that differ in size, spacing or orientation, such as a "
            "scout; leave only the slices of one stack in the folder."
        ),
        _(
            "{0} holds a DICOM file with several slices in one that does not say where each"
            " of them lies; give the original series of the scanner."
        ),
        _(
            "{0} holds a DICOM series of {1} volumes of the same place, such as phases, "
            "told apart by their {2}; choose one by --phase 1 to {3}, or all of them by "
            "--phase all."
        ),
        _(
            "{0} holds colours or several values per voxel; give a scan with one grey value"
            " per voxel."
        ),
        _(
            "{0} holds no DICOM images; give the folder of the slices, or one above it, or "
            "a NIfTI, NRRD or MetaImage file."
        ),
        _(
            "{0} holds no DICOM series of that number, UID or description; choose one by "
            "--series with its number, and see their descriptions by --list-series: {1}."
        ),
        _("{0} holds no number at all, only NaN or infinite values; export it again."),
        _(
            "{0} holds several DICOM slices at the same position, and nothing in them tells"
            " to which volume each belongs; leave only one stack in the folder."
        ),
        _(
            "{0} holds two DICOM files that claim to be the same slice and differ: {1} and "
            "{2}; remove the wrong one."
        ),
        _(
            "{0} holds values that are not numbers (NaN) or infinite in {1} of the body; "
            "export it again without them."
        ),
        _(
            "{0} holds values that are not numbers (NaN) or infinite, which say neither yes"
            " nor no; replace them, by 0 for what is outside of the mask, and save it "
            "again."
        ),
        _(
            "{0} holds {1} DICOM series of that number or description; choose one by "
            "--series with its UID, which --list-series shows: {2}."
        ),
        _(
            "{0} holds {1} DICOM series, and not just one of them is an axial CT of 80 mm "
            "or more; choose one by --series with its number, and see descriptions by "
            "--list-series: {2}."
        ),
        _("{0} holds {1} volumes in its DICOM series, so there is no phase {2}."),
        _("{0} is '{1}'; it must be a file name without a folder."),
        _("{0} is '{1}'; it must be one of {2}."),
        _("{0} is a link that leads to no file; give the path of the scan itself."),
        _(
            "{0} is a pipe or a device, and a scan is read in several passes; save it to a "
            "file first."
        ),
        _(
            "{0} is a segmentation in layers, whose segments may overlap; export the one "
            "segment of the pancreas to a file of its own."
        ),
        _("{0} is a series of {1} volumes (4D); save the one that you want to a file of its own."),
        _("{0} is a single picture, not a volume; give the whole scan with all its slices."),
        _("{0} is damaged or cut short; copy or download it again."),
        _("{0} is encrypted; unpack it with its password, and give the folder."),
        _("{0} is given twice; give every result a name of its own, other than the input's."),
        _(
            "{0} is no DICOM, so there is no series or phase to choose; leave --series, "
            "--phase and --list-series out."
        ),
        _("{0} is no zip file, or a damaged one; unpack it, and give the folder."),
        _(
            "{0} is not a mask: it holds fractions such as {1}, as a probability map or an "
            "interpolated mask does; cut it at a threshold (0.5, say), and give the mask."
        ),
        _(
            "{0} is not a mask: it holds values from {1} to {2}, as a scan does; give the "
            "mask that was drawn on the scan."
        ),
        _(
            "{0} is not a scan that can be read; give a NIfTI (.nii, .nii.gz), NRRD (.nrrd,"
            " .nhdr) or MetaImage (.mha, .mhd) file, or DICOM (a folder, a zip of one, a "
            "multi-frame file)."
        ),
        _(
            "{0} is not an image, in spite of its name; check that it is the right file, or"
            " export the scan again."
        ),
        _(
            "{0} is only a header, and the file with its voxels, {1}, is not there; copy "
            "both into one folder."
        ),
        _("{0} is {1}; it must be a table."),
        _("{0} is {1}; it must be lengths of 0 or more."),
        _("{0} is {1}; it must be {2}."),
        _(
            "{0} lacks DICOM slices: the step is {1} mm, but one gap is {2} mm, and {3} "
            "slices are missing in all; copy the whole series again."
        ),
        _("{0} lacks the column 'scan'; it may have {1}, with commas between them."),
        _("{0} lacks the entry '{1}'; add it."),
        _("{0} needs {1} values and has {2}."),
        _(
            "{0} of the scan's voxels hold no number (NaN) or an infinite one and were "
            "taken for air: what lies there is not in the result."
        ),
        _(
            "{0} of {1} DICOM slices are missing ({2}, counted from the first) and were "
            "filled in from their neighbours: look at the result there."
        ),
        _("{0} of {1} x {2} need{3} about {4} GB of memory, but only {5} GB are free; {6}"),
        _(
            "{0} stores its voxels as {1}, which cannot be read; save it again as 16-bit "
            "integers or 32-bit floating point numbers."
        ),
        _(
            "{0} was changed since an earlier run, and cannot be moved to {1} ({2}); close "
            "the program that has it open, or move it yourself."
        ),
        _(
            "{0} would unpack to {1} GB in {2} files, more than a scan, or than the folder "
            "for temporary files has room for; unpack what you need, and give the folder."
        ),
        _("{0}, has more fields than there are columns; put quotes around a name with a comma."),
        _("{0}, has the phase '{1}'; give 1, 2, ... or nothing."),
        _(
            "{0}, is no row of a table ({1}); check its quotes, each of which closes in its"
            " own line."
        ),
        _("{0}, names no scan; take the line out."),
        _("{0}: label 0 is what is not in the mask; name another one."),
    )
