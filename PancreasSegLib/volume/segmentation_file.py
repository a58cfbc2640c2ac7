"""The segments of a `.seg.nrrd`, as 3D Slicer writes them into the header of the file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.labels import NO_SUCH_LABEL, SEVERAL_LABELS, as_number

_MAGIC = b"NRRD"
_FIELD = re.compile(r"Segment(\d+)_(?:(Name):=(.*)|(LabelValue|Layer):=(\d+))")
_LONGEST_HEADER = 1 << 20


@dataclass(frozen=True)
class Segment:
    """Its voxels have `value` in its layer; segments that overlap have layers of their own."""

    name: str
    layer: int
    value: int


def read_segments(path: Path) -> list[Segment]:
    """The segments that the header of a NRRD file lists; none for any other file."""
    try:
        with path.open("rb") as file:
            header = file.read(_LONGEST_HEADER) if file.read(4) == _MAGIC else b""
    except OSError:  # told where the voxels are read
        return []
    fields: dict[int, dict[str, str]] = defaultdict(dict)
    for line in re.split(rb"\r?\n\r?\n", header)[0].splitlines():
        if match := _FIELD.fullmatch(line.decode("utf-8", "replace")):
            fields[int(match[1])][match[2] or match[4]] = match[3] or match[5] or ""
    return [
        Segment(one["Name"], int(one.get("Layer", 0)), int(one["LabelValue"]))
        for _, one in sorted(fields.items())
        if {"Name", "LabelValue"} <= one.keys()
    ]


def chosen_segment(segments: Sequence[Segment], label: int | str | None, path: Path) -> Segment:
    """The segment of this name or value; the only one for None.

    Raises InputError if there are several, or none such.
    """
    fitting = list(segments)
    if label is not None:
        fitting = [one for one in segments if one.name == label] or [
            one for one in segments if one.value == as_number(label)
        ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(one.name for one in fitting)
        raise InputError(SEVERAL_LABELS.format(name=path, labels=names))
    names = ", ".join(one.name for one in segments)
    raise InputError(NO_SUCH_LABEL.format(name=path, label=label, labels=names))
