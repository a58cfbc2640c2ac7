"""Damage to the bytes of a file, most of it in its header."""

from __future__ import annotations

import numpy as np

HEADER = 600  # bytes; what lies behind is hit less often
MOST_MUTATIONS = 3
TELLING = (
    *(b"\0", b"\xff", b"-", b"9", b"nan", b"1e999", b"\n"),
    *(b"\x7f\xff\xff\xff", b"\0\0\xc0\x7f"),
)
"""What headers are sensitive to: the largest integer, NaN, and letters in the place of numbers."""


def mutated(content: bytes, random: np.random.Generator) -> bytes:
    """The content with one to three damages."""
    for _ in range(int(random.integers(1, MOST_MUTATIONS + 1))):
        content = _once(content, random)
    return content


def _once(content: bytes, random: np.random.Generator) -> bytes:
    if not content:
        return content
    in_header = random.random() < 0.8
    at = int(random.integers(0, min(HEADER, len(content)) if in_header else len(content)))
    length = int(random.integers(1, 40))
    match int(random.integers(0, 6)):
        case 0:  # a bit is turned
            return (
                content[:at] + bytes([content[at] ^ 1 << random.integers(0, 8)]) + content[at + 1 :]
            )
        case 1:  # a byte is another one
            return content[:at] + random.bytes(1) + content[at + 1 :]
        case 2:  # something that headers are sensitive to
            telling = TELLING[int(random.integers(0, len(TELLING)))]
            return content[:at] + telling + content[at + len(telling) :]
        case 3:  # cut out
            return content[:at] + content[at + length :]
        case 4:  # doubled
            return content[: at + length] + content[at:]
    return content[: int(random.integers(0, len(content)))] if random.random() < 0.3 else content
