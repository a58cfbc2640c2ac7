"""A table of a TOML or JSON file as a frozen dataclass: what does not belong is told in a sentence.

Training configurations and manifests are read by it, and the parts that both of them have.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Sequence
from typing import Any

from PancreasSegLib.errors import InputError

KINDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def read_table(kind: Any, table: Any, where: str) -> Any:
    """The dataclass `kind` from the entries of `table`, which stands at `where`.

    Raises `InputError` for an entry that is unknown, missing or of the wrong kind, and with
    `where` before the sentence by which `kind` itself refuses its values.
    """
    if not isinstance(table, dict):
        raise InputError(f"{where} is {table!r}; it must be a table.")
    hints = typing.get_type_hints(kind)
    known = {f.name: f for f in dataclasses.fields(kind) if f.metadata.get("in_file", True)}
    for name in table:
        if name not in known:
            raise InputError(
                f"{where} has an unknown entry '{name}'; known are {', '.join(known)}."
            )
    values = {}
    for name, item in known.items():
        if name in table:
            values[name] = _read_value(hints[name], table[name], f"{where}, {name}")
        elif item.default is dataclasses.MISSING is item.default_factory:
            raise InputError(f"{where} lacks the entry '{name}'; add it.")
    try:
        return kind(**values)
    except InputError as refusal:
        raise InputError(f"{where}, {refusal}") from None


def _read_value(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and types.NoneType in arguments:
            return None
        plain = [argument for argument in arguments if type(value) is argument]
        return _read_value((plain or arguments)[0], value, where)
    if dataclasses.is_dataclass(hint):
        return read_table(hint, value, where)
    if origin is tuple and isinstance(value, list | tuple):
        if arguments[-1] is not Ellipsis and len(value) != len(arguments):
            raise InputError(f"{where} needs {len(arguments)} values and has {len(value)}.")
        return tuple(_read_value(arguments[0], item, where) for item in value)
    if origin is dict and isinstance(value, dict):
        return {key: _read_value(arguments[1], item, where) for key, item in value.items()}
    if origin is typing.Literal:
        if value not in arguments:
            raise InputError(f"{where} is '{value}'; it must be one of {', '.join(arguments)}.")
        return value
    if hint is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if hint is Any or (hint is not float and hint in KINDS and type(value) is hint):
        return value
    raise InputError(f"{where} is {value!r}; it must be {_kind(hint)}.")


def _kind(hint: Any) -> str:
    if typing.get_origin(hint) is tuple:
        return "a list"
    return KINDS.get(hint, "a table")


def refuse_folder(what: str, name: str) -> None:
    """Raises `InputError` where `name` is not that of a file in the folder at hand.

    A manifest or a configuration must not lead to files elsewhere.
    """
    if name in ("", ".", "..") or re.search(r"[/\\:]", name):
        raise InputError(f"{what} is '{name}'; it must be a file name without a folder.")


def refuse_negative(what: str, lengths_mm: Sequence[float]) -> None:
    """Raises `InputError` where one of the lengths is below 0."""
    if min(lengths_mm) < 0:
        raise InputError(f"{what} is {list(lengths_mm)}; it must be lengths of 0 or more.")
