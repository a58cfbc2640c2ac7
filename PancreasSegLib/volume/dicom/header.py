"""The header of a DICOM file, and whether the file is whole.

SimpleITK tells nothing of sequences, so not where the frames of a multi-frame file lie, and before
2.5.4 takes cut files for whole ones. Pixels are left to it; only what is before them is read here.
Sources: DICOM PS3.5, 7 and A (elements, sequences, encapsulated pixels); PS3.10, 7.1 (files).
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

PREAMBLE = 128
MAGIC = b"DICM"

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXELS = (0x7FE00010, 0x7FE00008, 0x7FE00009)
_SYNTAX = 0x00020010
_UNKNOWN_LENGTH = 0xFFFFFFFF
_LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
_SEQUENCES = {
    0x52009229,  # shared functional groups
    0x52009230,  # per-frame functional groups
    0x00209113,  # plane position
    0x00209116,  # plane orientation
    0x00289110,  # pixel measures
    0x00289145,  # pixel value transformation
    0x00209111,  # frame content
    0x00189329,  # CT image frame type
    0x00189226,  # MR image frame type
}
"""Those whose items are kept."""

_IMPLICIT, _BIG_ENDIAN, _DEFLATED = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
)
_UNCOMPRESSED = (_IMPLICIT, "1.2.840.10008.1.2.1", _BIG_ENDIAN, _DEFLATED)
_LONGEST_VALUE = 4096
_DEEPEST = 32
_LARGEST_INFLATED = 2**30

Elements = dict[int, "bytes | list[Elements]"]


@dataclass
class Header:
    """What stands before the pixels: values by their tag, (group << 16) + element.

    damaged: the file ends too early, or is no DICOM from some point on.
    """

    elements: Elements = field(default_factory=dict)
    order: str = "<"
    has_pixels: bool = False
    damaged: bool = False

    @property
    def syntax(self) -> str:
        """The transfer syntax: how elements and pixels are packed."""
        return text(self.elements, _SYNTAX) or _IMPLICIT

    @property
    def frames(self) -> int:
        """How many pictures the file says to hold."""
        told = numbers(self.elements, 0x00280008, 1)
        return max(int(told[0]), 1) if told else 1

    def integer(self, tag: int, default: int) -> int:
        """A number that is stored in two bytes, such as Rows."""
        value = self.elements.get(tag)
        if not isinstance(value, bytes) or len(value) < 2:
            return default
        return int(struct.unpack_from(self.order + "H", value)[0])


class _CutShort(Exception):  # noqa: N818 - what happened
    """The file ends, or makes no sense, where something should follow."""


def read_header(path: Path) -> Header | None:
    """The header of a file; None if it is no DICOM. Raises OSError if it cannot be opened."""
    with path.open("rb") as file:
        start = file.read(PREAMBLE + len(MAGIC))
        if start[PREAMBLE:] == MAGIC:
            return _read(file, PREAMBLE + len(MAGIC))
        if start[:2] not in (b"\x02\x00", b"\x08\x00") or start[3:4] not in (b"\0", b"\1"):
            return None
        header = _read(file, 0)  # some old exports lack preamble and magic
        return header if text(header.elements, 0x00080016) and not header.damaged else None


def text(elements: Elements, tag: int) -> str | None:
    """The value of an element as text; None where it is missing or empty."""
    value = elements.get(tag)
    if not isinstance(value, bytes):
        return None
    try:
        decoded = value.decode("utf-8")
    except UnicodeDecodeError:
        decoded = value.decode("latin-1")
    return decoded.strip(" \0") or None


def numbers(elements: Elements, tag: int, count: int) -> list[float] | None:
    """`count` finite numbers that are stored as text; None where they are not there."""
    try:
        values = [float(part) for part in (text(elements, tag) or "").split("\\")]
    except ValueError:
        return None
    return values if len(values) == count and all(map(math.isfinite, values)) else None


def item(elements: Elements, tag: int) -> Elements:
    """The first item of a sequence; an empty one where there is none."""
    sequence = elements.get(tag)
    return sequence[0] if isinstance(sequence, list) and sequence else {}


def _read(file: BinaryIO, start: int) -> Header:
    header = Header()
    file.seek(start)
    try:
        _read_meta(file, header)
        if header.syntax == _DEFLATED:
            file = io.BytesIO(zlib.decompressobj(-15).decompress(file.read(), _LARGEST_INFLATED))
        header.order = ">" if header.syntax == _BIG_ENDIAN else "<"
        explicit = _looks_explicit(file) if _SYNTAX not in header.elements else None
        parser = _Parser(file, header.order, header.syntax != _IMPLICIT or explicit is True)
        parser.dataset(header.elements, parser.size, 0)
        header.has_pixels = parser.pixel_length is not None
        if header.has_pixels:
            _check_pixels(parser, header)
    except (_CutShort, zlib.error):
        header.damaged = True
    return header


def _read_meta(file: BinaryIO, header: Header) -> None:
    """The file meta information: group 2, always explicit little endian."""
    parser = _Parser(file, "<", True)
    place = file.tell()
    while file.read(2) == b"\x02\x00":
        file.seek(place)
        parser.element(header.elements, 0)
        place = file.tell()
    file.seek(place)


def _looks_explicit(file: BinaryIO) -> bool:
    place = file.tell()
    start = file.read(6)
    file.seek(place)
    return start[4:6].isalpha() and start[4:6].isupper()


def _check_pixels(parser: _Parser, header: Header) -> None:
    """_CutShort if less follows than the pixels need."""
    length = parser.pixel_length or 0
    frames = header.frames
    if length == _UNKNOWN_LENGTH:
        if parser.fragments() < frames:  # each has one at least
            raise _CutShort
        return
    parser.check_left(length)
    if header.syntax not in _UNCOMPRESSED or header.integer(0x00280002, 1) != 1:
        return  # of colours some may be left out
    bits = header.integer(0x00280100, 16)
    pixels = header.integer(0x00280010, 0) * header.integer(0x00280011, 0) * frames
    if length < pixels * bits // 8:
        raise _CutShort


class _Parser:
    """Goes through the elements of an open file."""

    def __init__(self, file: BinaryIO, order: str, explicit: bool) -> None:
        self.file, self.order, self.explicit = file, order, explicit
        self.pixel_length: int | None = None
        place = file.tell()
        self.size = file.seek(0, io.SEEK_END)
        file.seek(place)

    def dataset(self, elements: Elements, end: int, depth: int) -> None:
        """All elements up to `end`, the end of an item or the pixels."""
        while self.file.tell() < end and self.pixel_length is None:
            if not self.element(elements, depth):
                return

    def element(self, elements: Elements, depth: int) -> bool:
        """One element; False at the end of an item."""
        group, number = self._unpack("HH")
        tag = (group << 16) + number
        if group == 0xFFFE:
            self._unpack("I")
            if tag != _ITEM_END:
                raise _CutShort
            return False
        kind, length = self._kind_and_length()
        if depth == 0 and tag in _PIXELS:
            self.pixel_length = length
        elif length == _UNKNOWN_LENGTH and kind in (b"OB", b"OW"):  # a packed icon
            self.fragments()
        elif (
            kind == b"SQ"
            or length == _UNKNOWN_LENGTH
            or (kind in (b"", b"UN") and tag in _SEQUENCES)
        ):
            self._sequence(elements, tag, kind, length, depth)
        else:
            self.check_left(length)
            if length <= _LONGEST_VALUE:
                elements[tag] = self.file.read(length)
            else:
                self.file.seek(length, io.SEEK_CUR)
        return True

    def fragments(self) -> int:
        """Goes over packed pixels to their end; how many pieces there are after the first, which
        is the table of the others."""
        pieces = -1
        while True:
            group, number, length = self._unpack("HHI")
            if (group << 16) + number == _SEQUENCE_END:
                return pieces
            pieces += 1
            self.check_left(length)
            self.file.seek(length, io.SEEK_CUR)

    def check_left(self, length: int) -> None:
        """_CutShort if the file ends within the next `length` bytes."""
        if self.file.tell() + length > self.size:
            raise _CutShort

    def _kind_and_length(self) -> tuple[bytes, int]:
        """The value representation, empty where the file tells none, and the length in bytes."""
        if not self.explicit:
            return b"", self._unpack("I")[0]
        kind = self.file.read(2)
        if kind in _LONG:
            self.file.read(2)
            return kind, self._unpack("I")[0]
        if kind.isalpha() and kind.isupper():
            return kind, self._unpack("H")[0]
        self.file.seek(-len(kind), io.SEEK_CUR)  # an element without one, as some scanners write
        return b"", self._unpack("I")[0]

    def _sequence(self, elements: Elements, tag: int, kind: bytes, length: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise _CutShort
        if length != _UNKNOWN_LENGTH:
            self.check_left(length)
            if tag not in _SEQUENCES:
                self.file.seek(length, io.SEEK_CUR)
                return
        end = self.size if length == _UNKNOWN_LENGTH else self.file.tell() + length
        explicit = self.explicit
        self.explicit = explicit and kind != b"UN"  # PS3.5, 6.2.2, note 2
        items = []
        while self.file.tell() < end:
            group, number, size = self._unpack("HHI")
            if (group << 16) + number == _SEQUENCE_END:
                break
            if (group << 16) + number != _ITEM:
                raise _CutShort
            items.append(self._item(size, depth))
        else:
            if length == _UNKNOWN_LENGTH:
                raise _CutShort
        self.explicit = explicit
        if tag in _SEQUENCES:
            elements[tag] = items

    def _item(self, size: int, depth: int) -> Elements:
        content: Elements = {}
        if size != _UNKNOWN_LENGTH:
            self.check_left(size)
        end = self.size if size == _UNKNOWN_LENGTH else self.file.tell() + size
        self.dataset(content, end, depth + 1)
        return content

    def _unpack(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize("=" + form)
        value = self.file.read(size)
        if len(value) < size:
            raise _CutShort
        return struct.unpack(self.order + form, value)
