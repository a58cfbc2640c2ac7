"""A mask as DICOM SEG, which archives keep and viewers show with the scan it belongs to.

Written by highdicom, an optional extra; nothing else of the library needs that. The object carries
the patient and the study of the scan's files, as DICOM wants it: it belongs where they belong.
Source: DICOM PS3.3, A.51 (segmentation IOD).
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.version import __version__
from PancreasSegLib.volume.dicom.files import is_dicom
from PancreasSegLib.volume.dicom.reading import found_stack
from PancreasSegLib.volume.dicom.segmentation_sources import sources_of
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
_NO_DICOM = (
    "{path} cannot be written: a DICOM segmentation refers to the scan's DICOM files, and {scan} is"
    " no DICOM; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_NO_HIGHDICOM = (
    "{path} cannot be written: a DICOM segmentation needs the Python package highdicom, which is"
    " not installed; install it (pip install highdicom), or give a name that ends in .nii.gz, .nii,"
    " .nrrd or .mha."
)
_REFUSED = (
    "{path} cannot be written as DICOM segmentation: highdicom does not take the headers of the"
    " scan's files ({kind}); give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_REFUSALS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""Of highdicom and pydicom. Their texts quote the header, so only the kind of error is told."""
_CHANGED = (
    "{path} cannot be written: the files of {scan} were changed while it was segmented; segment it"
    " again."
)


def is_segmentation_object(path: str | Path) -> bool:
    """True for the name of a DICOM file."""
    return Path(path).name.lower().endswith(SUFFIX)


def check_segmentation_object(
    path: Path, scan: Path, series: str | None = None, phase: int | None = None
) -> None:
    """Ask before the long work whether a DICOM SEG of `scan` can be written: by making one.

    Raises OutputError, as `write_segmentation_object`, and InputError, as reading the scan. Of a
    scan that is not there only the latter can tell.
    """
    _refuse_other_formats(path, scan)
    if not scan.exists():
        return
    with _without_a_word(), found_stack(scan, series, phase) as found:
        slices = len(found.stack.frames), *found.stack.frames[0].shape
        one_voxel = np.zeros(slices, np.uint8)
        one_voxel[0, 0, 0] = 1
        with _refusals_told(path):
            _made(one_voxel, found.stack, path, "trial").save_as(io.BytesIO())


def _refuse_other_formats(path: Path, scan: Path) -> None:
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
        OutputError: highdicom is not there or takes the scan's headers not; a scan that is no
            DICOM, has no frame of reference or several, lies in several multi-frame files, or was
            changed since; or it cannot be written.
    """
    _refuse_other_formats(path, scan)
    with _without_a_word(), _refusals_told(path):
        content = _of_mask(mask, path, scan, algorithm, (series, phase))
        with atomic_file(path, SUFFIX) as unfinished:
            content.save_as(unfinished)


def _of_mask(
    mask: Volume, path: Path, scan: Path, algorithm: str, choice: tuple[str | None, int | None]
) -> Dataset:
    try:
        with found_stack(scan, *choice) as found:
            stack = found.stack
            grid = Grid((stack.depth, *stack.frames[0].shape), stack.affine)
            if not mask.grid.is_same_as(grid):
                raise OutputError(_CHANGED.format(path=path, scan=scan))
            return _made(mask.array[list(stack.numbers)], stack, path, algorithm)
    except InputError as error:
        raise OutputError(_CHANGED.format(path=path, scan=scan)) from error


def _made(array: np.ndarray, stack: Stack, path: Path, algorithm: str) -> Dataset:
    """array: uint8, (frame of the stack, row, column)."""
    from highdicom import UID
    from highdicom.seg import Segmentation, SegmentationTypeValues

    content = Segmentation(
        source_images=sources_of(stack, path),
        pixel_array=array,
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
        omit_empty_frames=bool(array.any()),  # else highdicom says on the terminal that it cannot
    )
    if stack.frames[0].count > 1:
        _name_frames_of_the_file(content, stack)
    content.SeriesDescription = f"Pancreas by PancreasSeg ({algorithm})"[:64]
    return content


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
def _refusals_told(path: Path) -> Iterator[None]:
    try:
        yield
    except _REFUSALS as error:
        raise OutputError(_REFUSED.format(path=path, kind=type(error).__name__)) from error


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
