"""The series among the files of a folder, and what is left aside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.dicom.damage import Whole, sop_class, was_a_slice
from PancreasSegLib.volume.dicom.frames import Frame, frames_of
from PancreasSegLib.volume.dicom.header import Elements, Header, read_header, text
from PancreasSegLib.volume.refusals import DAMAGED, NO_DICOM, NO_SCAN

_SERIES, _NUMBER, _DESCRIPTION, _MODALITY = 0x0020000E, 0x00200011, 0x0008103E, 0x00080060
_NO_SCANS = {
    "1.2.840.10008.5.1.4.1.1.66.4",  # segmentation
    "1.2.840.10008.5.1.4.1.1.66.7",  # label map segmentation
    "1.2.840.10008.5.1.4.1.1.30",  # parametric map
    "1.2.840.10008.5.1.4.1.1.481.2",  # radiotherapy dose
}
"""Images of something else than the patient, though they may say where they lie."""
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@dataclass(frozen=True, eq=False)
class Series:
    """The slices of one series, localizers left out.

    uid, number, description: of the header, for the listing that a user asks for. modality: "CT",
    "MR", ... or None.
    """

    uid: str
    number: str | None
    description: str | None
    modality: str | None
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class Contents:
    """All series of a folder, by number and UID, and the damaged files with their series' UID."""

    series: tuple[Series, ...]
    damaged: tuple[tuple[Path, str | None], ...]

    def refuse_damage(self, uid: str, was_asked_for: bool) -> None:
        """InputError if a slice is damaged that belongs to the series, or may.

        was_asked_for: False where the series was taken for lack of others: then a damaged slice of
        any series counts, as that one may be meant.
        """
        for path, of_series in self.damaged:
            if of_series in (None, uid) or not was_asked_for:
                raise InputError(DAMAGED.format(path=path))


def contents_of(files: Mapping[str, Path], path: Path) -> Contents:
    """The series among `files` (name for ITK: what people call it) of the scan's `path`.

    Raises InputError if there are none, or all that there is is damaged.
    """
    headers = _headers(files)
    images = _images(headers)
    whole = Whole(
        [files[name] for name in images], {sop_class(header) or "" for header in images.values()}
    )
    damaged = tuple(
        (files[name], None if header is None else text(header.elements, _SERIES))
        for name, header in headers.items()
        if was_a_slice(files[name], header, whole)
    )
    series = _series(images, files)
    if not series:
        if damaged:
            raise InputError(DAMAGED.format(path=damaged[0][0]))
        is_dicom = any(header is not None for header in headers.values())
        raise InputError((NO_SCAN if is_dicom else NO_DICOM).format(path=path))
    return Contents(series, damaged)


def images_among(files: Mapping[str, Path]) -> list[Path]:
    """Those of `files` that are whole DICOM images of the patient, whatever their series."""
    return [files[name] for name in _images(_headers(files))]


def _headers(files: Mapping[str, Path]) -> dict[str, Header | None]:
    return {
        name: read_header(Path(name)) for name, path in files.items() if path.name != "DICOMDIR"
    }


def _images(headers: Mapping[str, Header | None]) -> dict[str, Header]:
    return {
        name: header
        for name, header in headers.items()
        if header and header.has_pixels and not header.damaged and _shows_the_patient(header)
    }


def _shows_the_patient(header: Header) -> bool:
    kind = sop_class(header) or ""
    if kind in _NO_SCANS:
        return False
    if kind == _SECONDARY_CAPTURE or kind.startswith(_SECONDARY_CAPTURE + "."):
        return all(frame.place is not None for frame in frames_of(header, "", Path()))
    return True


def _series(images: Mapping[str, Header], files: Mapping[str, Path]) -> tuple[Series, ...]:
    of_series: dict[str, list[str]] = defaultdict(list)
    for name, header in images.items():
        of_series[text(header.elements, _SERIES) or ""].append(name)
    found = []
    for uid, names in of_series.items():
        frames = [frame for name in names for frame in frames_of(images[name], name, files[name])]
        slices = tuple(frame for frame in frames if not frame.is_localizer)
        if slices:
            first = images[slices[0].name].elements
            number, modality = _plain(first, _NUMBER), _plain(first, _MODALITY)
            found.append(Series(uid, number, text(first, _DESCRIPTION), modality, slices))
    return tuple(sorted(found, key=_order))


def _plain(elements: Elements, tag: int) -> str | None:
    """A number or a code, as messages may tell it; None for any other text that stands there."""
    told = text(elements, tag)
    return told if told and re.fullmatch(r"\d{1,12}|[A-Z]{1,16}", told) else None


def _order(series: Series) -> tuple[int, str, str]:
    """By number, 2 before 10."""
    number = series.number or ""
    return len(number), number, series.uid
