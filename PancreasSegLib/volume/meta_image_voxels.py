"""Are all voxels of a MetaImage file there? ITK fills up what was cut off with zeros.

Of packed voxels it says nothing; of others it prints a line of its own on the error stream.
Source: the MetaIO documentation (fields), `MET_SizeOfType` of metaUtils.cxx (sizes).
"""

from __future__ import annotations

import math
import zlib
from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.refusals import DAMAGED, NOT_AN_IMAGE

_BYTES = {
    "MET_CHAR": 1,
    "MET_UCHAR": 1,
    "MET_SHORT": 2,
    "MET_USHORT": 2,
    "MET_INT": 4,
    "MET_UINT": 4,
    "MET_LONG": 4,
    "MET_ULONG": 4,
    "MET_LONG_LONG": 8,
    "MET_ULONG_LONG": 8,
    "MET_FLOAT": 4,
    "MET_DOUBLE": 8,
}
_ANY_FORMAT = 32 + zlib.MAX_WBITS  # for zlib: its own or gzip's header
_PIECE = 1 << 20


def refuse_cut_meta_image(fields: dict[str, str], path: Path, data_files: list[Path]) -> None:
    """InputError for a header without the voxels' size or type, and for too few voxels.

    Args:
        fields: as `read_text_header` gives them.
        path: the file with the header.
        data_files: those with the voxels; none where the header only says how to find them.
    """
    wanted = _voxel_bytes(fields)
    if wanted is None:
        raise InputError(NOT_AN_IMAGE.format(path=path))
    if not data_files or fields.get("binarydata", "true").lower() == "false":
        return  # of text ITK itself tells where it ends
    contents = [
        data.read_bytes()[_local_start(data) if data == path else 0 :] for data in data_files
    ]
    if fields.get("compresseddata", "false").lower() == "true":
        there = sum(_unpacked_bytes(content) for content in contents)
    else:
        there = sum(len(content) for content in contents)
    if there < wanted:
        raise InputError(DAMAGED.format(path=path))


def _voxel_bytes(fields: dict[str, str]) -> int | None:
    """How many bytes the voxels take; None where the header does not say it."""
    try:
        sizes = [int(size) for size in fields["dimsize"].split()]
        dimensions = int(fields["ndims"])
        channels = int(fields.get("elementnumberofchannels", "1"))
        each = _BYTES[fields["elementtype"].upper().removesuffix("_ARRAY")]
    except (KeyError, ValueError):
        return None
    if "elementdatafile" not in fields or len(sizes) != dimensions:
        return None
    return math.prod(sizes) * channels * each


def _local_start(path: Path) -> int:
    """Where the voxels begin: after the line that says that they are in this file.

    InputError where it is spelt in other letters than MetaIO knows.
    """
    content = path.read_bytes()
    line_end = content.find(b"\n", content.find(b"ElementDataFile"))
    if b"ElementDataFile" not in content or line_end < 0:
        raise InputError(NOT_AN_IMAGE.format(path=path))
    return line_end + 1


def _unpacked_bytes(packed: bytes) -> int:
    """How many bytes come out of a packed file; 0 if it is damaged or cut short."""
    unpacking = zlib.decompressobj(_ANY_FORMAT)
    count = 0
    try:
        while packed and not unpacking.eof:
            count += len(unpacking.decompress(packed, _PIECE))
            packed = unpacking.unconsumed_tail
    except zlib.error:
        return 0
    return count if unpacking.eof else 0
