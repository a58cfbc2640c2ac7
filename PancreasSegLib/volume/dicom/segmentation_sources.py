"""The headers that a DICOM SEG refers to, read by pydicom and put as highdicom takes them.

Source: DICOM PS3.3, C.7.1.1 (patient), C.7.2.1 (study), C.12.1.1.2 (character sets).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PancreasSegLib.errors import OutputError
from PancreasSegLib.volume.dicom.stack import Stack

if TYPE_CHECKING:
    from pydicom import Dataset

_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d){2}(\.\d{1,6})?")
_OF_ALL = ("StudyInstanceUID", "FrameOfReferenceUID")  # the same in all slices
_NEEDED = (*_OF_ALL, "SeriesInstanceUID", "SOPClassUID", "SOPInstanceUID")


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
"""Must be there, but may be empty, and are so where highdicom would not take what the scan has."""

_INCOMPLETE = (
    "{path} cannot be written as DICOM segmentation: the scan's files lack the {keyword} that it"
    " refers to; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_SEVERAL_FILES = (
    "{path} cannot be written as DICOM segmentation: the scan lies in several multi-frame files, to"
    " which one segmentation cannot refer; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)
_DIFFERING = (
    "{path} cannot be written as DICOM segmentation: the scan's files differ in their {keyword},"
    " and one segmentation refers to one; give a name that ends in .nii.gz, .nii, .nrrd or .mha."
)


def sources_of(stack: Stack, path: Path) -> list[Dataset]:
    """The headers of the scan's files, in the order of its slices, as highdicom takes them.

    Of a multi-frame file one, with the frames of the scan alone. path: that of the segmentation.
    Raises OutputError for several multi-frame files, and where what a segmentation refers to is
    not there, or not the same in all slices.
    """
    from pydicom import dcmread

    names = list(dict.fromkeys(frame.name for frame in stack.frames))
    sources: list[Dataset] = [dcmread(name, force=True, stop_before_pixels=True) for name in names]
    if len(sources) > 1 and any("PerFrameFunctionalGroupsSequence" in one for one in sources):
        raise OutputError(_SEVERAL_FILES.format(path=path))
    _refuse_what_cannot_be_referred_to(sources, path)
    _decode(sources[0])
    for source in sources:
        for keyword, is_usable in _MAY_BE_EMPTY.items():
            if keyword not in source or not is_usable(source.get(keyword)):
                setattr(source, keyword, None)
    if stack.frames[0].count > 1:
        _leave_frames(sources[0], stack)
    else:
        _give_one_orientation_and_thickness(sources, stack)
    return sources


def _refuse_what_cannot_be_referred_to(sources: Sequence[Dataset], path: Path) -> None:
    for source in sources:
        for keyword in _NEEDED:
            if not source.get(keyword):
                raise OutputError(_INCOMPLETE.format(path=path, keyword=keyword))
    for keyword in _OF_ALL:
        if len({source.get(keyword) for source in sources}) > 1:
            raise OutputError(_DIFFERING.format(path=path, keyword=keyword))


def _decode(source: Dataset) -> None:
    """Its text in Unicode, as highdicom takes few of the character sets that scanners name.

    Where none is named the bytes stay as they are. Only of the first file, whose text is copied.
    """
    _read_all(source)
    if source.get("SpecificCharacterSet"):
        source.SpecificCharacterSet = "ISO_IR 192"
    elif "SpecificCharacterSet" in source:
        del source.SpecificCharacterSet


def _read_all(dataset: Dataset) -> None:
    """pydicom decodes a value when it is asked for. One that it cannot read is left out."""
    from pydicom.errors import BytesLengthException

    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except (BytesLengthException, NotImplementedError, TypeError, ValueError):
            del dataset[tag]
            continue
        for item in element.value if element.VR == "SQ" else ():
            _read_all(item)


def _leave_frames(source: Dataset, stack: Stack) -> None:
    """Of a multi-frame file the frames of the scan."""
    frames = source.PerFrameFunctionalGroupsSequence
    source.PerFrameFunctionalGroupsSequence = [frames[one.index] for one in stack.frames]
    source.NumberOfFrames = len(stack.frames)


def _give_one_orientation_and_thickness(sources: Sequence[Dataset], stack: Stack) -> None:
    """Those of the first slice: others of a stack differ by no more than rounding."""
    first = sources[0]
    for source in sources:
        source.ImageOrientationPatient = first.ImageOrientationPatient
    if not first.get("SliceThickness"):
        first.SliceThickness = round(stack.step_mm, 6)
