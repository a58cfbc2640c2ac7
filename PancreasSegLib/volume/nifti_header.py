"""The header of a NIfTI file: NIfTI-1 and NIfTI-2, both byte orders.

Read and written here, and not by SimpleITK, because ITK refuses or straightens a sheared affine.
Source: nifti1.h and nifti2.h, https://nifti.nimh.nih.gov.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from PancreasSegLib.volume.nifti_forms import LPS_FROM_RAS

ByteOrder = Literal["<", ">"]

_FIELDS_1 = {
    "sizeof_hdr": ("i4", 0),
    "dim": ("8i2", 40),
    "intent_code": ("i2", 68),
    "datatype": ("i2", 70),
    "bitpix": ("i2", 72),
    "pixdim": ("8f4", 76),
    "vox_offset": ("f4", 108),
    "scl_slope": ("f4", 112),
    "scl_inter": ("f4", 116),
    "xyzt_units": ("u1", 123),
    "qform_code": ("i2", 252),
    "sform_code": ("i2", 254),
    "quatern": ("3f4", 256),
    "qoffset": ("3f4", 268),
    "srow": ("(3,4)f4", 280),
    "magic": ("S4", 344),
}
_FIELDS_2 = {
    "sizeof_hdr": ("i4", 0),
    "magic": ("S8", 4),
    "datatype": ("i2", 12),
    "bitpix": ("i2", 14),
    "dim": ("8i8", 16),
    "pixdim": ("8f8", 104),
    "vox_offset": ("i8", 168),
    "scl_slope": ("f8", 176),
    "scl_inter": ("f8", 184),
    "qform_code": ("i4", 344),
    "sform_code": ("i4", 348),
    "quatern": ("3f8", 352),
    "qoffset": ("3f8", 376),
    "srow": ("(3,4)f8", 400),
    "xyzt_units": ("i4", 500),
    "intent_code": ("i4", 504),
}
_SIZES = {1: 348, 2: 540}
_MAGIC = {1: b"n+1", 2: b"n+2\0\r\n\x1a\n"}
_BYTE_ORDERS: tuple[ByteOrder, ...] = ("<", ">")
_GEOMETRY = ("pixdim", "xyzt_units", "qform_code", "sform_code", "quatern", "qoffset", "srow")

DATATYPES = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}
UNREAD_TYPES = {
    1: "single bits",
    32: "complex numbers",
    1536: "128-bit floating point numbers",
    1792: "complex numbers",
    2048: "complex numbers",
}
_CODES = {np.dtype(name): code for code, name in DATATYPES.items()}


def header_dtype(version: int, byte_order: ByteOrder) -> np.dtype:
    """The header as a numpy record: `version` 1 or 2, `byte_order` "<" or ">"."""
    fields = _FIELDS_1 if version == 1 else _FIELDS_2
    return np.dtype(
        {
            "names": list(fields),
            "formats": [np.dtype(form).newbyteorder(byte_order) for form, _ in fields.values()],
            "offsets": [offset for _, offset in fields.values()],
            "itemsize": _SIZES[version],
        }
    )


def parse_header(start_of_file: bytes | bytearray) -> np.ndarray | None:
    """The header record (shape ()) at the start of a file; None if it is no single-file NIfTI."""
    for version, magic in _MAGIC.items():
        for byte_order in _BYTE_ORDERS:
            dtype = header_dtype(version, byte_order)
            if len(start_of_file) < dtype.itemsize:
                continue
            header = np.frombuffer(start_of_file, dtype, count=1).reshape(())
            if header["sizeof_hdr"] == dtype.itemsize and header["magic"] == magic:
                return header
    return None


def voxel_dtype(header: np.ndarray) -> np.dtype | None:
    """Type and byte order of the stored voxels; None for `UNREAD_TYPES`, colours and others."""
    code = DATATYPES.get(int(header["datatype"]))
    byte_order = header.dtype["sizeof_hdr"].str[0]
    return None if code is None else np.dtype(byte_order + code)


def new_header(array: np.ndarray, affine: np.ndarray, like: np.ndarray | None) -> np.ndarray:
    """A header for `array` (k, j, i) on `affine` (LPS millimetres).

    With the header `like` of another file on the same grid, its version, byte order and geometry
    fields are taken as they are, byte for byte. Else a NIfTI-1 header with the affine as sform.
    Nothing else of another header is carried over: its free text may name the patient.
    """
    dtype = header_dtype(1, "<") if like is None else like.dtype
    header = np.zeros((), dtype)
    header["sizeof_hdr"] = dtype.itemsize
    header["magic"] = _MAGIC[1 if dtype.itemsize == _SIZES[1] else 2]
    header["dim"] = [3, *array.shape[::-1], 1, 1, 1, 1]
    header["datatype"] = _CODES[array.dtype]
    header["bitpix"] = array.dtype.itemsize * 8
    header["vox_offset"] = dtype.itemsize + 4
    header["scl_slope"] = 1
    if like is None:
        header["pixdim"][:4] = [1, *np.linalg.norm(affine[:3, :3], axis=0)]
        header["xyzt_units"] = 2
        header["sform_code"] = 1
        header["srow"] = (LPS_FROM_RAS @ affine)[:3]
    else:
        for name in _GEOMETRY:
            header[name] = like[name]
    return header
