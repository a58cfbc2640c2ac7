"""The errors that PancreasSeg tells to people.

Every message is one plain sentence or two: what is wrong, with which file and value, and what to
do next. The command line prints the message alone and leaves with `exit_code`.
"""

from __future__ import annotations

from typing import ClassVar


class PancreasSegError(Exception):
    """Anything that PancreasSeg can explain to its user."""

    exit_code: ClassVar[int] = 1


class InputError(PancreasSegError):
    """A scan, mask or setting that was given cannot be used."""


class WeightsError(PancreasSegError):
    """A model's weights or its manifest are missing, altered or of another kind."""


class OutputError(PancreasSegError):
    """A result cannot be written where it was asked for."""


class NotReplaced(OutputError):  # noqa: N818 - named after what happened
    """An older file cannot be replaced, most often as another program has it open.

    Others in its folder can: what is wrong is no full disk.
    """


class OutOfMemory(PancreasSegError):  # noqa: N818 - named after what happened
    """Neither the graphics card nor the computer has the memory that the work needs."""


class Cancelled(PancreasSegError):  # noqa: N818 - named after what happened
    """The user stopped the work; 130 is what a shell reports after Ctrl-C."""

    exit_code: ClassVar[int] = 130
