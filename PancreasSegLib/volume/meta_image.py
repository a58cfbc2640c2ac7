"""Writing a MetaImage file: of a full disk ITK's own writer says a line on the error stream.

Source: the MetaIO documentation (fields).
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from PancreasSegLib.volume.volume import Volume

_TYPES = {
    "i1": "MET_CHAR",
    "u1": "MET_UCHAR",
    "i2": "MET_SHORT",
    "u2": "MET_USHORT",
    "i4": "MET_INT",
    "u4": "MET_UINT",
    "i8": "MET_LONG_LONG",
    "u8": "MET_ULONG_LONG",
    "f4": "MET_FLOAT",
}
_COMPRESSION_LEVEL = 4


def write_meta_image(volume: Volume, path: Path) -> None:
    """Writes the array as it is, compressed, with its affine also where that is sheared."""
    kind = volume.array.dtype.str[1:]
    voxels = np.ascontiguousarray(volume.array, dtype=f"<{kind}")
    packed = zlib.compress(voxels.data, _COMPRESSION_LEVEL)
    grid = volume.grid
    fields = {
        "ObjectType": "Image",
        "NDims": 3,
        "BinaryData": True,
        "BinaryDataByteOrderMSB": False,
        "CompressedData": True,
        "CompressedDataSize": len(packed),
        "TransformMatrix": _numbers(grid.direction.T),  # one axis after the other
        "Offset": _numbers(grid.origin),
        "CenterOfRotation": "0 0 0",
        "ElementSpacing": _numbers(grid.spacing),
        "DimSize": _numbers(np.array(voxels.shape[::-1])),
        "ElementType": _TYPES[kind],
        "ElementDataFile": "LOCAL",
    }
    with path.open("wb") as file:
        file.write("".join(f"{name} = {value}\n" for name, value in fields.items()).encode("ascii"))
        file.write(packed)


def _numbers(array: np.ndarray) -> str:
    return " ".join(repr(number) for number in array.ravel().tolist())
