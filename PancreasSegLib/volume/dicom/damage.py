"""Files that were slices once, and were emptied or cut short: else a scan would end early."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.volume.dicom.header import Header, text

_CLASS_OF_FILE, _CLASS = 0x00020002, 0x00080016
_CT_AND_MR = {
    "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.2.1",
    "1.2.840.10008.5.1.4.1.1.2.2",
    "1.2.840.10008.5.1.4.1.1.4",
    "1.2.840.10008.5.1.4.1.1.4.1",
    "1.2.840.10008.5.1.4.1.1.4.4",
}
_DICOM_SUFFIXES = {".dcm", ".dicom", ".ima"}


@dataclass(frozen=True)
class Whole:
    """How the files that are whole slices are called, and of which kinds (SOP classes) they are."""

    paths: Collection[Path]
    kinds: Collection[str]


def sop_class(header: Header) -> str | None:
    """What kind of object a file says to hold; None if it ends before it says so."""
    return text(header.elements, _CLASS) or text(header.elements, _CLASS_OF_FILE)


def was_a_slice(path: Path, header: Header | None, whole: Whole) -> bool:
    """True for a file that is no whole image now, but looks as if it had been a slice."""
    if path.name.startswith(".") or path.name == "DICOMDIR":
        return False
    if header is None:
        return _is_named_like(path, whole.paths)
    if header.has_pixels and not header.damaged:
        return False
    # A report or a plan has no pixels; a slice without them was cut before them.
    kind = sop_class(header)
    return kind is None or kind in _CT_AND_MR or kind in whole.kinds


def _is_named_like(path: Path, others: Collection[Path]) -> bool:
    """True for the same ending, or the same name but for numbers: IM0080 beside IM0079."""
    endings = _DICOM_SUFFIXES | {other.suffix.lower() for other in others}
    ending = path.suffix.lower()
    if ending in endings and not ending[1:].isdigit() and ending:
        return True
    return _without_numbers(path) in {_without_numbers(other) for other in others}


def _without_numbers(path: Path) -> str:
    return re.sub(r"\d+", "#", path.name)
