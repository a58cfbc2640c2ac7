"""Take the fields of a JSON object one by one; what is wrong is told in one sentence."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from PancreasSegLib.errors import WeightsError

Kind = TypeVar("Kind")


class Fields:
    """The fields of one JSON object in the manifest `path`; `prefix` names a nested object."""

    def __init__(self, content: Any, path: Path, prefix: str = "") -> None:
        self.path = path
        self.prefix = prefix
        if not isinstance(content, dict):
            where = f"field '{prefix[:-1]}' of the manifest" if prefix else "manifest"
            raise WeightsError(f"The {where} {path} must be a JSON object.")
        self.content = content

    def error(self, name: str, problem: str) -> WeightsError:
        """The sentence about one field."""
        return WeightsError(
            f"In the manifest {self.path} the field '{self.prefix}{name}' {problem}."
        )

    def value(self, name: str) -> Any:
        """Any JSON value."""
        if name not in self.content:
            raise self.error(name, "is missing")
        return self.content[name]

    def optional(self, take: Callable[[str], Kind], name: str, otherwise: Kind) -> Kind:
        """What `take`, a method below, makes of a field; `otherwise` where it is missing."""
        return take(name) if name in self.content else otherwise

    def is_null(self, name: str) -> bool:
        """True for null."""
        return self.value(name) is None

    def section(self, name: str) -> "Fields":
        """A nested JSON object."""
        return Fields(self.value(name), self.path, f"{self.prefix}{name}.")

    def mapping(self, name: str) -> dict[str, Any]:
        """A nested JSON object as a dictionary, free in its content."""
        return dict(self.section(name).content)

    def text(self, name: str) -> str:
        """A text with at least one letter."""
        value = self.value(name)
        if not isinstance(value, str) or not value:
            raise self.error(name, f"is {value!r}, and must be a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts with at least one letter each."""
        values = self.value(name)
        good = isinstance(values, list | tuple) and all(isinstance(v, str) and v for v in values)
        if not good:
            raise self.error(name, f"is {values!r}, and must be a list of texts")
        return tuple(values)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the texts `choices`."""
        value = self.value(name)
        if value not in choices:
            raise self.error(name, f"is {value!r}, and must be one of {', '.join(choices)}")
        return str(value)

    def share(self, name: str) -> float:
        """A number from 0 to 1."""
        value = self.value(name)
        if not _is_share(value):
            raise self.error(name, f"is {value!r}, and must be a share from 0 to 1")
        return float(value)

    def number(self, name: str, above: float | None = None, below: float | None = None) -> float:
        """A number, if asked for between `above` and `below`, both excluded."""
        value = self.value(name)
        if not _is_number(value):
            raise self.error(name, f"is {value!r}, and must be a number")
        if (above is not None and value <= above) or (below is not None and value >= below):
            raise self.error(name, f"is {value!r}, and must be between {above} and {below}")
        return float(value)

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self.value(name)
        if not isinstance(value, bool):
            raise self.error(name, f"is {value!r}, and must be true or false")
        return value

    def length(self, name: str) -> float:
        """A length in mm, 0 or more."""
        value = self.number(name)
        if value < 0:
            raise self.error(name, f"is {value:g}, and must be a length in mm, 0 or more")
        return value

    def millimetres(self, name: str, zero_allowed: bool = False) -> tuple[float, float, float]:
        """Three lengths along the patient's x, y and z axis."""
        value = self.value(name)
        good = isinstance(value, list | tuple) and len(value) == 3
        good = good and all(_is_number(v) and (v > 0 or (zero_allowed and v == 0)) for v in value)
        if not good:
            raise self.error(name, f"is {value!r}, and must be three lengths [x, y, z] in mm")
        return float(value[0]), float(value[1]), float(value[2])

    def curve(self, name: str) -> tuple[tuple[float, float], ...]:
        """Points (x, y) from 0 to 1 of a curve that rises; none for an empty list."""
        points = self.value(name)
        good = isinstance(points, list | tuple) and all(
            isinstance(point, list | tuple) and len(point) == 2 and all(map(_is_share, point))
            for point in points
        )
        if not good or any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(points)):
            raise self.error(name, "must be a list of rising points [x, y] from 0 to 1")
        return tuple((float(x), float(y)) for x, y in points)

    def file_name(self, name: str) -> str:
        """A name without a folder: a manifest must not lead to files elsewhere."""
        value = self.text(name)
        if value in (".", "..") or re.search(r"[/\\:]", value):
            raise self.error(name, f"is {value!r}, and must be a file name without a folder")
        return value

    def sha256(self, name: str) -> str:
        """64 hexadecimal digits in small letters."""
        value = self.text(name)
        if not re.fullmatch(r"[0-9a-f]{64}", value):
            raise self.error(name, f"is {value!r}, and must be a SHA-256 of 64 hexadecimal digits")
        return value


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
