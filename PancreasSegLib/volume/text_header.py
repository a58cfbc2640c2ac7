"""The header of a NRRD or MetaImage file: what ITK leaves unsaid of it, or says in its own way.

Sources: https://teem.sourceforge.net/nrrd/format.html and the MetaIO documentation.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.grid import FARTHEST_MM
from PancreasSegLib.volume.meta_image_voxels import refuse_cut_meta_image
from PancreasSegLib.volume.reading_warnings import ASSUMED_SPACING, NO_ORIENTATION
from PancreasSegLib.volume.refusals import LAYERS, NO_DATA_FILE, NO_PLACE, UNKNOWN_ENCODING

_LONGEST_HEADER = 1 << 20
_NRRD_FIELD = re.compile(r"([^:=#][^:=]*):(?:=| )(.*)")
_META_FIELD = re.compile(r"([^=]+?)[ \t]*=[ \t]*(.*)")
_BLANKS = " \t\r"
"""All that is stripped: in Latin-1 the second byte of a letter such as Å or à is blank as well."""
_ENCODINGS = {"raw", "gzip", "gz", "ascii", "text", "txt", "hex"}
_AXES = ("transformmatrix", "orientation", "rotation", "space directions")
_SIZES = ("elementspacing", "elementsize", "spacings", "space directions")
_DATA_FILES = ("elementdatafile", "data file", "datafile")
_HERE_OR_LISTED = ("LOCAL", "LIST", "SKIPLIST")


def read_text_header(path: Path) -> dict[str, str]:
    """The header's fields by their names in lower case; empty if the file is neither format."""
    return _fields_and_rest(path)[0]


def data_files(path: Path) -> dict[str, Path]:
    """The files with the voxels by the names that a header gives them; none where they follow it.

    They need not be there. Raises OSError if the header cannot be opened.
    """
    fields, rest = _fields_and_rest(path)
    listed = [_as_name(line) for line in rest if line] if _place(fields) == "LIST" else []
    return {name: path.parent / name for name in [*_data_files(fields), *listed]}


def _fields_and_rest(path: Path) -> tuple[dict[str, str], list[str]]:
    """The fields, and the lines after the last of them: names of files, where they are listed."""
    with path.open("rb") as file:
        content = file.read(_LONGEST_HEADER)
    is_nrrd = content.startswith(b"NRRD")
    # Bytes are split, as text in Latin-1 has line ends within letters, too.
    lines = [line.decode("latin-1").strip(_BLANKS) for line in content.splitlines()]
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        found = (_NRRD_FIELD if is_nrrd else _META_FIELD).fullmatch(line)
        if found:
            fields[found[1].strip(_BLANKS).lower()] = found[2].strip(_BLANKS)
        is_end = not line if is_nrrd else "elementdatafile" in fields
        if is_end or _place(fields) == "LIST":
            return fields, lines[number:]
    return fields, []


def refuse_by_header(fields: dict[str, str], path: Path, layer: int | None = None) -> None:
    """InputError for what ITK calls no image or damaged, though it is something else.

    layer: of a segmentation, the one that is wanted; without it several are refused.
    """
    if layer is None and "segment0_layer" in fields and fields.get("dimension") == "4":
        raise InputError(LAYERS.format(path=path))
    encoding = fields.get("encoding", "raw").lower()
    if encoding not in _ENCODINGS:
        raise InputError(UNKNOWN_ENCODING.format(path=path, encoding=encoding))
    if any(_is_flat(fields[name]) for name in _AXES if name in fields):
        raise InputError(NO_PLACE.format(path=path))
    named = [path.parent / name for name in _data_files(fields)]
    for data in named:
        if not data.is_file():
            raise InputError(NO_DATA_FILE.format(path=path, data=data.name))
        data.open("rb").close()
    if "ndims" in fields:
        is_local = fields.get("elementdatafile", "").upper() == "LOCAL"
        refuse_cut_meta_image(fields, path, [path] if is_local else named)


def header_warnings(fields: dict[str, str]) -> tuple[str, ...]:
    """What a person should know of a file that does not say where its voxels lie."""
    warnings = () if any(name in fields for name in _AXES) else (NO_ORIENTATION,)
    return warnings if any(name in fields for name in _SIZES) else (*warnings, ASSUMED_SPACING)


def _is_flat(axes: str) -> bool:
    """True for axes that span no volume; False for what cannot be judged, as "none" of a list."""
    try:
        numbers = np.array([float(number) for number in re.findall(r"[^\s(),]+", axes)])
    except ValueError:
        return False
    if numbers.size != 9:
        return False
    matrix = numbers.reshape(3, 3)
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > FARTHEST_MM:
        return True
    return bool(np.linalg.det(matrix) == 0)


def _data_files(fields: dict[str, str]) -> list[str]:
    """Names of the files with the voxels, where they are not in the header's own."""
    if _place(fields) in _HERE_OR_LISTED:
        return []
    told = _as_name(_told(fields))
    numbered = re.fullmatch(r"([^\s%]*%0?\d*d[^\s%]*) +(\d+) +(\d+) +(\d+)(?: +\d+)?", told)
    if numbered is None:
        return [told]
    form, first, last, step = numbered[1], *(int(numbered[part]) for part in (2, 3, 4))
    return [form % number for number in range(first, last + 1, max(step, 1))]


def _told(fields: dict[str, str]) -> str:
    """Where the voxels are."""
    return next((fields[name] for name in _DATA_FILES if name in fields), "LOCAL")


def _place(fields: dict[str, str]) -> str:
    """Its first word, which is one of _HERE_OR_LISTED if no file is named there."""
    return _told(fields).split(" ")[0].upper()


def _as_name(told: str) -> str:
    return told.encode("latin-1").decode("utf-8", "surrogateescape")
