"""NIfTI files (.nii, .nii.gz), in and out."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.nifti_forms import form_warnings, header_affine
from PancreasSegLib.volume.nifti_header import UNREAD_TYPES, new_header, parse_header, voxel_dtype
from PancreasSegLib.volume.refusals import (
    DAMAGED,
    FOUR_DIMENSIONAL,
    NO_PLACE,
    NOT_AN_IMAGE,
    SEVERAL_VALUES,
    TWO_DIMENSIONAL,
    UNKNOWN_TYPE,
    UNREADABLE,
)
from PancreasSegLib.volume.room import refuse_without_room
from PancreasSegLib.volume.volume import Volume

_LONGEST_HEADER = 540
_START = 65536  # packed bytes that hold any header; unpacked piece by piece of that size
_MOST_PACKED = 1100  # deflate's limit is 1032 times
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_FORMAT = 16 + zlib.MAX_WBITS  # for zlib: with gzip's header and check sum
_COMPRESSION_LEVEL = 4  # masks get hardly smaller above, probability maps much slower


def is_nifti(path: Path) -> bool:
    """True if the name is that of a NIfTI file."""
    return path.name.lower().endswith((".nii", ".nii.gz"))


def read_nifti(path: Path) -> Volume:
    """Voxels with scl_slope and scl_inter applied; the affine after ITK's rule, but also sheared.

    Raises:
        InputError: the file is no NIfTI, is damaged, or holds something else than one volume.
    """
    header = parse_header(_file_content(path, _LONGEST_HEADER))
    if header is None:
        raise InputError(NOT_AN_IMAGE.format(path=path))
    shape = _shape(header, path)
    dtype = voxel_dtype(header)
    if dtype is None:
        kind = UNREAD_TYPES.get(int(header["datatype"]))
        told = SEVERAL_VALUES if kind is None else UNKNOWN_TYPE
        raise InputError(told.format(path=path, kind=kind))
    count = math.prod(shape)
    if not _may_hold(path, count * dtype.itemsize):
        raise InputError(DAMAGED.format(path=path))
    refuse_without_room(path, shape[::-1], dtype.itemsize + _bytes_rescaled(header))
    content = _file_content(path)
    # A broken offset may be anything, also NaN.
    offset = int(np.fmin(np.fmax(header["vox_offset"], header.dtype.itemsize), len(content)))
    if len(content) < offset + count * dtype.itemsize:
        raise InputError(DAMAGED.format(path=path))
    array = np.frombuffer(content, dtype, count, offset).reshape(shape)
    try:
        volume = Volume(_rescaled(array, header), header_affine(header))
    except ValueError as error:
        raise InputError(NO_PLACE.format(path=path)) from error
    return replace(volume, warnings=form_warnings(header))


def geometry_header(like: Path, grid: Grid) -> np.ndarray:
    """The header of the file `like`, whose geometry fields a mask on `grid` is to carry.

    Raises:
        InputError: `like` cannot be read.
        OutputError: it lies on another grid.
    """
    try:
        header = parse_header(_file_content(like, _LONGEST_HEADER))
    except OSError as error:
        raise InputError(UNREADABLE.format(path=like, reason=error.strerror)) from error
    if header is None:
        raise InputError(NOT_AN_IMAGE.format(path=like))
    if not Grid(_shape(header, like), header_affine(header)).is_same_as(grid):
        raise OutputError(
            f"The mask does not lie on the grid of {like}, so it was not written; give the scan "
            "that it was made from."
        )
    return header


def write_nifti(volume: Volume, path: Path, geometry: np.ndarray | None) -> None:
    """Writes the array as it is, gzipped if `path` ends in .gz; see `writing.write_volume`."""
    header = new_header(volume.array, volume.affine, geometry)
    voxels = np.ascontiguousarray(volume.array, dtype=voxel_dtype(header))
    with path.open("wb") as file:
        # No time stamp and no name, so that the same result is the same file.
        zipped = path.name.lower().endswith(".gz")
        out = gzip.GzipFile("", "wb", _COMPRESSION_LEVEL, file, mtime=0) if zipped else file
        with out:
            out.write(header.tobytes() + b"\0\0\0\0")
            out.write(voxels.data)


def _may_hold(path: Path, voxel_bytes: int) -> bool:
    """False where the file is too short for its voxels, however well it is packed."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    return path.stat().st_size * (_MOST_PACKED if packed else 1) >= voxel_bytes


def _file_content(path: Path, length: int = -1) -> bytes | bytearray:
    """The first `length` bytes, unpacked if they are gzipped, whatever the name says."""
    with path.open("rb") as file:
        if file.read(2) != _GZIP_MAGIC:
            file.seek(0)
            return file.read(length)
        file.seek(0)
        try:
            return _unpacked(file.read(_START if length >= 0 else -1), length)
        except zlib.error as error:
            raise InputError(DAMAGED.format(path=path)) from error


def _unpacked(packed: bytes, length: int) -> bytes | bytearray:
    """The first `length` bytes in all gzip members; zlib.error if one is damaged or cut short.

    What follows the last member is left aside, as gunzip does: portals append a line of text.
    """
    unpacked = bytearray()  # grows in place, where joining pieces would need twice the memory
    while packed.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(_GZIP_FORMAT)
        for start in range(0, len(packed), _START):
            unpacked += member.decompress(packed[start : start + _START])
            if member.eof or 0 <= length <= len(unpacked):
                break
        if 0 <= length <= len(unpacked):
            return unpacked[:length]
        if not member.eof:
            raise zlib.error
        packed = member.unused_data + packed[start + _START :]
    return unpacked


def _shape(header: np.ndarray, path: Path) -> tuple[int, int, int]:
    dimensions = int(header["dim"][0])
    sizes = [int(size) for size in header["dim"][1 : dimensions + 1]]
    sizes[3:] = [size or 1 for size in sizes[3:]]  # some leave 0 for one; ITK takes it, too
    if not 1 <= dimensions <= 7 or min(sizes) < 1:
        raise InputError(DAMAGED.format(path=path))
    if any(size > 1 for size in sizes[4:]):
        raise InputError(SEVERAL_VALUES.format(path=path))
    if any(size > 1 for size in sizes[3:4]):
        raise InputError(FOUR_DIMENSIONAL.format(path=path, count=sizes[3]))
    if dimensions < 3:
        raise InputError(TWO_DIMENSIONAL.format(path=path))
    i, j, k = sizes[:3]
    return (k, j, i)


def _bytes_rescaled(header: np.ndarray) -> int:
    """Bytes of a voxel that its rescaled value takes."""
    return 0 if _scaling(header) is None else 4


def _scaling(header: np.ndarray) -> tuple[float, float] | None:
    """Slope and intercept; None where the stored values are the scan's.

    nifti1.h: a slope of 0 means no scaling; nibabel writes NaN for the same.
    """
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if slope == 0.0 or not np.isfinite([slope, intercept]).all() or (slope, intercept) == (1, 0):
        return None
    return slope, intercept


def _rescaled(array: np.ndarray, header: np.ndarray) -> np.ndarray:
    """Stored values times slope plus intercept: float32; untouched where the header has none."""
    native = array.astype(array.dtype.newbyteorder("="), copy=False)
    scaling = _scaling(header)
    if scaling is None:
        return native
    slope, intercept = scaling
    with np.errstate(over="ignore", invalid="ignore"):  # becomes infinite, and is taken for that
        scaled = native.astype(np.float32)
        scaled *= np.float32(slope)
        scaled += np.float32(intercept)
    return scaled
