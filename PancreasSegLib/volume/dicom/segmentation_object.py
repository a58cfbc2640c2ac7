"""A mask as DICOM SEG, which archives keep and viewers show with the scan it belongs to.

Written by highdicom, an optional extra; nothing else of the library needs that. The object carries
the patient and the study of the scan's files, as DICOM wants it: it belongs where they belong.
Source: DICOM PS3.3, A.51 (segmentation IOD).
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.version import __version__
from PancreasSegLib.volume.dicom.files import is_dicom
from PancreasSegLib.volume.dicom.reading import found_stack
from PancreasSegLib.volume.dicom.stack import Stack
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.image_name import is_image_file
from PancreasSegLib.volume.volume import Volume

if TYPE_CHECKING:
    from pydicom import Dataset

SUFFIX = ".dcm"
SERIES_NUMBER = 300
"""High enough not to be one of the scanner's."""

_COLOUR = (249, 180, 111)  # RGB of the pancreas in Slicer's terminology
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d){2}(\.\d{1,6})?")
_NEEDED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")


def _any(value: Any) -> bool:
    return True


def _is_date(value: Any) -> bool:
    try:
        return not value or bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def _is_time(value: Any) -> bool:
    return not value or _TIME.fullmatch(str(value)) is not None


def _is_sex(value: Any) -> bool:
    return value in ("M", "F", "O")


_MAY_BE_EMPTY: dict[str, Callable[[Any], bool]] = {
    "PatientID": _any,
    "PatientName": _any,
    "PatientBirthDate": _is_date,
    "PatientSex": _is_sex,
    "StudyID": _any,
    "StudyDate": _is_date,
    "StudyTime": _is_time,
    "AccessionNumber": _any,
    "ReferringPhysicianName": _any,
}
"""Must be there, but may be empty, and are so where highdicom would not take what the scan has.

Source: PS3.3, C.7.1.1 and C.7.2.1.
"""

_NO_DICOM = (
    "{path} cannot be written: a DICOM segmentation refers to the scan's DICOM files, and {scan} is"
    " no DICOM; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_NO_HIGHDICOM = (
    "{path} cannot be written: a DICOM segmentation needs the Python package highdicom, which is"
    " not installed; install it (pip install highdicom), or give a name that ends in .nii.gz, .nii,"
    " .nrrd or .mha."
)
_INCOMPLETE = (
    "{path} cannot be written as DICOM segmentation: the scan's files lack the {keyword} that it"
    " refers to; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_SEVERAL_FILES = (
    "{path} cannot be written as DICOM segmentation: the scan lies in several multi-frame files, to"
    " which one segmentation cannot refer; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_CHANGED = (
    "{path} cannot be written: the files of {scan} were changed while it was segmented; segment it"
    " again."
)


def is_segmentation_object(path: str | Path) -> bool:
    """True for the name of a DICOM file."""
    return Path(path).name.lower().endswith(SUFFIX)


def check_segmentation_object(path: Path, scan: Path) -> None:
    """OutputError if no DICOM SEG of `scan` could be written: ask before the long work."""
    if scan.exists() and (is_image_file(scan) or not is_dicom(scan)):
        raise OutputError(_NO_DICOM.format(path=path, scan=scan))
    if importlib.util.find_spec("highdicom") is None:
        raise OutputError(_NO_HIGHDICOM.format(path=path))


def write_segmentation_object(
    mask: Volume,
    path: Path,
    scan: Path,
    algorithm: str,
    series: str | None = None,
    phase: int | None = None,
) -> None:
    """Write the mask of a DICOM scan as a whole or not at all.

    Each frame has the place of a slice of the scan and refers to it; slices without pancreas, and
    those that were filled in because they are missing, have none.

    Args:
        mask: uint8, 1 = pancreas, on the grid of `read_volume(scan, series, phase)`.
        path: ends in .dcm.
        scan, series, phase: as they were read.
        algorithm: the model's name.

    Raises:
        OutputError: `check_segmentation_object`, a scan that has no frame of reference, or lies in
            several multi-frame files, or was changed since; or it cannot be written.
    """
    check_segmentation_object(path, scan)
    with _without_a_word():
        content = _made(mask, path, scan, algorithm, (series, phase))
        with atomic_file(path, SUFFIX) as unfinished:
            content.save_as(unfinished)


def _made(
    mask: Volume, path: Path, scan: Path, algorithm: str, choice: tuple[str | None, int | None]
) -> Dataset:
    from highdicom import UID
    from highdicom.seg import Segmentation, SegmentationTypeValues

    try:
        with found_stack(scan, *choice) as found:
            sources = _sources(found.stack, path)
            stack = found.stack
    except InputError as error:
        raise OutputError(_CHANGED.format(path=path, scan=scan)) from error
    depth, (rows, columns) = stack.depth, stack.frames[0].shape
    if not mask.grid.is_same_as(Grid((depth, rows, columns), stack.affine)):
        raise OutputError(_CHANGED.format(path=path, scan=scan))
    content = Segmentation(
        source_images=sources,
        pixel_array=mask.array[list(stack.numbers)],
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[_description(algorithm)],
        series_instance_uid=UID(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer="PancreasSeg",
        manufacturer_model_name="PancreasSeg",
        software_versions=__version__,
        device_serial_number="none",
        content_label="PANCREAS",
        content_description="Pancreas; for research, not for diagnosis",
    )
    if stack.frames[0].count > 1:
        _name_frames_of_the_file(content, stack)
    content.SeriesDescription = f"Pancreas by PancreasSeg ({algorithm})"[:64]
    return content


def _sources(stack: Stack, path: Path) -> list[Dataset]:
    """The headers of the scan's files, in the order of its slices.

    Of a multi-frame file one, with the frames of the scan alone, as highdicom takes no others.
    """
    from pydicom import dcmread

    names = list(dict.fromkeys(frame.name for frame in stack.frames))
    sources: list[Dataset] = [dcmread(name, force=True, stop_before_pixels=True) for name in names]
    if len(sources) > 1 and any("PerFrameFunctionalGroupsSequence" in one for one in sources):
        raise OutputError(_SEVERAL_FILES.format(path=path))
    for source in sources:
        for keyword in _NEEDED:
            if not source.get(keyword):
                raise OutputError(_INCOMPLETE.format(path=path, keyword=keyword))
        for keyword, is_usable in _MAY_BE_EMPTY.items():
            if keyword not in source or not is_usable(source.get(keyword)):
                setattr(source, keyword, None)
    if stack.frames[0].count > 1:
        frames = sources[0].PerFrameFunctionalGroupsSequence
        sources[0].PerFrameFunctionalGroupsSequence = [frames[one.index] for one in stack.frames]
        sources[0].NumberOfFrames = len(stack.frames)
    return sources


def _name_frames_of_the_file(content: Dataset, stack: Stack) -> None:
    """In place of their numbers among the frames of the scan."""
    for groups in content.PerFrameFunctionalGroupsSequence:
        for derivation in groups.get("DerivationImageSequence", []):
            for source in derivation.SourceImageSequence:
                source.ReferencedFrameNumber = (
                    stack.frames[int(source.ReferencedFrameNumber) - 1].index + 1
                )


def _description(algorithm: str) -> Any:
    from highdicom import UID, AlgorithmIdentificationSequence
    from highdicom.color import CIELabColor
    from highdicom.seg import SegmentAlgorithmTypeValues, SegmentDescription
    from pydicom.sr.codedict import codes
    from pydicom.sr.coding import Code

    return SegmentDescription(
        segment_number=1,
        segment_label="Pancreas",
        segmented_property_category=Code("123037004", "SCT", "Anatomical Structure"),
        segmented_property_type=codes.SCT.Pancreas,
        algorithm_type=SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=AlgorithmIdentificationSequence(
            name=f"PancreasSeg {algorithm}",
            family=codes.DCM.ArtificialIntelligence,
            version=__version__,
        ),
        tracking_id="Pancreas",
        tracking_uid=UID(),
        display_color=CIELabColor.from_rgb(*_COLOUR),
    )


@contextmanager
def _without_a_word() -> Iterator[None]:
    """pydicom warns of odd values in a header by showing them; nothing of a header is shown."""
    from pydicom import config

    settings = config.settings
    before = settings.reading_validation_mode, settings.writing_validation_mode
    settings.reading_validation_mode = settings.writing_validation_mode = config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        settings.reading_validation_mode, settings.writing_validation_mode = before
