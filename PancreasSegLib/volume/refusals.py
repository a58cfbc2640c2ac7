"""What is said of a file that cannot be used: one place, so that all formats say the same."""

MISSING = "{path} does not exist; check the path."
UNREADABLE = "{path} cannot be opened ({reason}); check that you may read it."
UNREADABLE_FOLDER = (
    "The folder {path} cannot be opened ({reason}), and a part of the scan may lie in it; check"
    " that you may read it, or give the folder of the scan's own series."
)
UNKNOWN_FORMAT = (
    "{path} is not a scan that can be read; give a NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or "
    "MetaImage (.mha, .mhd) file, or DICOM (a folder, a zip of one, "
    "a multi-frame file)."
)
NOT_AN_IMAGE = (
    "{path} is not an image, in spite of its name; check that it is the right file, or export the "
    "scan again."
)
DAMAGED = "{path} is damaged or cut short; copy or download it again."
NO_PLACE = (
    "{path} does not say where its voxels lie (its axes are zero, infinite or in one plane); "
    "export the scan again with its geometry."
)
TWO_DIMENSIONAL = (
    "{path} is a single picture, not a volume; give the whole scan with all its slices."
)
FOUR_DIMENSIONAL = (
    "{path} is a series of {count} volumes (4D); save the one that you want to a file of its own."
)
SEVERAL_VALUES = (
    "{path} holds colours or several values per voxel; give a scan with one grey value per voxel."
)
MUCH_NOT_FINITE = (
    "{name} holds values that are not numbers (NaN) or infinite in {share} of the body; export it "
    "again without them."
)
NOTHING_FINITE = "{name} holds no number at all, only NaN or infinite values; export it again."
MASK_NOT_FINITE = (
    "{path} holds values that are not numbers (NaN) or infinite, which say neither yes nor no; "
    "replace them, by 0 for what is outside of the mask, and save it again."
)
CONSTANT = (
    "{path} has the same value ({value:g}) everywhere; check that it is the scan, and export it "
    "again."
)
NO_DICOM = (
    "{path} holds no DICOM images; give the folder of the slices, or one above it, or a NIfTI, NRRD"
    " or MetaImage file."
)
NO_SCAN = (
    "{path} holds DICOM files, but no scan: localizers, reports, plans, segmentations and pictures"
    " of a screen are left aside; give the folder of the scan's own series."
)
SEVERAL_SERIES = (
    "{path} holds {count} DICOM series, and not just one of them is an axial CT of 80 mm or more;"
    " choose one by --series with its number, and see descriptions by --list-series: {series}."
)
NO_SUCH_SERIES = (
    "{path} holds no DICOM series of that number, UID or description; choose one by --series with"
    " its number, and see their descriptions by --list-series: {series}."
)
SEVERAL_SUCH_SERIES = (
    "{path} holds {count} DICOM series of that number or description; choose one by --series with"
    " its UID, which --list-series shows: {series}."
)
SEVERAL_PHASES = (
    "{path} holds a DICOM series of {count} volumes of the same place, such as phases, told apart"
    " by their {order}; choose one by --phase 1 to {count}, or all of them by --phase all."
)
NO_SUCH_PHASE = "{path} holds {count} volumes in its DICOM series, so there is no phase {phase}."
NOT_DICOM = (
    "{path} is no DICOM, so there is no series or phase to choose; leave --series, --phase and"
    " --list-series out."
)
MULTI_FRAME = (
    "{path} holds a DICOM file with several slices in one that does not say where each of them"
    " lies; give the original series of the scanner."
)
SAME_POSITION = (
    "{path} holds several DICOM slices at the same position, and nothing in them tells to which"
    " volume each belongs; leave only one stack in the folder."
)
COPIES_DIFFER = (
    "{path} holds two DICOM files that claim to be the same slice and differ: {one} and {other};"
    " remove the wrong one."
)
MISSING_SLICES = (
    "{path} lacks DICOM slices: the step is {step:.2f} mm, but one gap is {gap:.2f} mm, and {count}"
    " slices are missing in all; copy the whole series again."
)
UNKNOWN_SYNTAX = (
    "{path} has its pixels packed by a method that cannot be read (transfer syntax {syntax});"
    " export it again, uncompressed."
)
NOT_AN_ARCHIVE = "{path} is no zip file, or a damaged one; unpack it, and give the folder."
ENCRYPTED = "{path} is encrypted; unpack it with its password, and give the folder."
TOO_LARGE_ARCHIVE = (
    "{path} would unpack to {size:.0f} GB in {files} files, more than a scan, or than the folder"
    " for temporary files has room for; unpack what you need, and give the folder."
)
NO_POSITIONS = (
    "{path} holds DICOM images without a position in the patient; give the original series of the "
    "scanner."
)
NOT_PARALLEL = (
    "{path} holds DICOM slices that differ in size, spacing or orientation, such as a scout; leave "
    "only the slices of one stack in the folder."
)
ONE_POSITION = (
    "{path} holds DICOM slices that all give the same position in the patient; give the original "
    "series of the scanner."
)
UNEVEN_SLICES = (
    "{path} has unevenly spaced DICOM slices ({smallest:.2f} to {largest:.2f} mm apart); give a "
    "series that was reconstructed with even spacing."
)
LAYERS = (
    "{path} is a segmentation in layers, whose segments may overlap; export the one segment of the "
    "pancreas to a file of its own."
)
UNKNOWN_ENCODING = (
    "{path} has its voxels packed by {encoding}, which cannot be read; save it again with gzip."
)
NO_DATA_FILE = (
    "{path} is only a header, and the file with its voxels, {data}, is not there; copy both into "
    "one folder."
)
UNKNOWN_TYPE = (
    "{path} stores its voxels as {kind}, which cannot be read; save it again as 16-bit integers or "
    "32-bit floating point numbers."
)
NOT_A_FILE = (
    "{path} is a pipe or a device, and a scan is read in several passes; save it to a file first."
)
DEAD_LINK = "{path} is a link that leads to no file; give the path of the scan itself."
