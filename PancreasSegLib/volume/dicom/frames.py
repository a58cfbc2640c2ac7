"""The slices in a DICOM file: one, or the frames of a multi-frame file, each with its place.

Sources: DICOM PS3.3, C.7.6.2 (image plane), C.7.6.16 (multi-frame functional groups).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.volume.dicom.header import Elements, Header, item, numbers, text

SOP_CLASS, INSTANCE = 0x00080016, 0x00080018
_POSITION, _ORIENTATION, _SPACING = 0x00200032, 0x00200037, 0x00280030
_ROWS, _COLUMNS, _SAMPLES = 0x00280010, 0x00280011, 0x00280002
_INTERCEPT, _SLOPE = 0x00281052, 0x00281053
_SHARED, _PER_FRAME = 0x52009229, 0x52009230
_IMAGE_TYPE, _FRAME_TYPE = 0x00080008, 0x00089007

ORDERS = {
    "temporal position": (0x00200100, 0x00209128),
    "stack": (0x00209056,),
    "acquisition number": (0x00200012, 0x00209156),
    "trigger time": (0x00181060,),
    "cardiac phase": (0x00209241,),
    "acquisition time": (0x0008002A, 0x00080032, 0x00189074),
    "kind of image": (_IMAGE_TYPE, _FRAME_TYPE),
    "content time": (0x00080033,),
    "instance number": (0x00200013,),
}
"""What may tell the volumes of one series apart, the most telling first, and its elements."""

_BINARY = (0x00209128, 0x00209156, 0x00209241)
"""Of these, numbers that are not stored as text; as whole numbers they keep their order."""

_FARTHEST_MM = 1e6


@dataclass(frozen=True, eq=False)
class Frame:
    """A slice, as its file describes it.

    name, path: under which name ITK reads the file, and what people call it.
    index: of the frame in the file, 0 for its first or only one; count: how many the file has.
    place: (4, 4) voxel index (i, j, 0, 1) to LPS millimetres, its third column the unit normal;
    None where the file does not say where the slice lies.
    sized: False where the file does not say how large its pixels are; 1 mm was assumed.
    shape: (rows, columns). values: per pixel, 1 for grey.
    rescale: slope and intercept, if the file tells them; those of the file's first frame are in
    first_rescale, and are what GDCM applies to all of them.
    orders: of ORDERS, those that the file tells.
    """

    name: str
    path: Path
    index: int
    count: int
    instance: str | None
    place: np.ndarray | None
    sized: bool
    shape: tuple[int, int]
    values: int
    rescale: tuple[float, float]
    first_rescale: tuple[float, float]
    is_localizer: bool
    orders: dict[str, str]


def frames_of(header: Header, name: str, path: Path) -> list[Frame]:
    """All frames of an image file, in the order of its pixels."""
    elements = header.elements
    groups = elements.get(_PER_FRAME)
    count = header.frames
    if isinstance(groups, list) and len(groups) == count:
        each = [_merged(header.elements, own) for own in groups]
    elif count == 1:
        each = [header.elements]
    else:  # one position for all of them is none for each
        without = {tag: value for tag, value in header.elements.items() if tag != _POSITION}
        each = [without] * count
    file = _File(header, name, path, count, _rescale(each[0]))
    return [_frame(file, index, merged) for index, merged in enumerate(each)]


@dataclass(frozen=True)
class _File:
    header: Header
    name: str
    path: Path
    count: int
    rescale: tuple[float, float]


def _frame(file: _File, index: int, merged: Elements) -> Frame:
    spacing = numbers(merged, _SPACING, 2)
    kinds = f"{text(merged, _IMAGE_TYPE)}\\{text(merged, _FRAME_TYPE)}"
    return Frame(
        name=file.name,
        path=file.path,
        index=index,
        count=file.count,
        instance=text(merged, INSTANCE),
        place=_place(merged, spacing or [1.0, 1.0]),
        sized=spacing is not None,
        shape=(file.header.integer(_ROWS, 0), file.header.integer(_COLUMNS, 0)),
        values=file.header.integer(_SAMPLES, 1),
        rescale=_rescale(merged),
        first_rescale=file.rescale,
        is_localizer="LOCALIZER" in kinds.split("\\"),
        orders=_orders(merged, file.header.order),
    )


def _rescale(elements: Elements) -> tuple[float, float]:
    """Slope and intercept: PS3.3, C.11.1 and C.7.6.16.2.9."""
    slope, intercept = numbers(elements, _SLOPE, 1), numbers(elements, _INTERCEPT, 1)
    return (slope or [1.0])[0], (intercept or [0.0])[0]


def _merged(elements: Elements, own: Elements) -> Elements:
    """The file's elements, with those of its functional groups, the frame's own before shared."""
    merged = dict(elements)
    for groups in (item(elements, _SHARED), own):
        for content in groups.values():
            if isinstance(content, list) and content:
                merged.update(content[0])
    return merged


def _place(elements: Elements, spacing: list[float]) -> np.ndarray | None:
    position = numbers(elements, _POSITION, 3)
    cosines = numbers(elements, _ORIENTATION, 6)
    if position is None or cosines is None or min(spacing) <= 0:
        return None
    if max(map(abs, [*position, *spacing])) > _FARTHEST_MM:
        return None
    along_row, along_column = np.array(cosines[:3]), np.array(cosines[3:])
    lengths = np.linalg.norm(along_row), np.linalg.norm(along_column)
    if min(lengths) < 0.9 or abs(along_row @ along_column) > 0.01:
        return None
    along_row /= lengths[0]
    along_column -= (along_column @ along_row) * along_row  # cosines are rounded in the file
    along_column /= np.linalg.norm(along_column)
    place = np.eye(4)
    row_spacing, column_spacing = spacing
    place[:3, 0] = along_row * column_spacing
    place[:3, 1] = along_column * row_spacing
    place[:3, 2] = np.cross(along_row, along_column)
    place[:3, 3] = position
    return place


def _orders(elements: Elements, byte_order: str) -> dict[str, str]:
    told = {}
    for order, tags in ORDERS.items():
        for tag in tags:  # a frame's own come after the file's
            value = elements.get(tag)
            if tag in _BINARY and isinstance(value, bytes):
                told[order] = str(int.from_bytes(value, "big" if byte_order == ">" else "little"))
            elif (told_as_text := text(elements, tag)) is not None:
                told[order] = told_as_text
    return told
