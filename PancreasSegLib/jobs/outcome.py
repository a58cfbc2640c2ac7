"""What became of a job whose future has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PancreasSegLib.errors import Cancelled, PancreasSegError

Result = TypeVar("Result")

SECONDS_BETWEEN_LOOKS = 0.2
"""How soon it is seen that the user wants the work to stop."""


class WorkerLost(PancreasSegError):  # noqa: N818 - named after what happened, as the other errors
    """The process that did a job ended without a word."""


def check(cancelled: Callable[[], bool]) -> None:
    """Raises `Cancelled` once the user wants the work to stop."""
    if cancelled():
        raise Cancelled("Cancelled; what was done before is kept.")


def told(result: Callable[[], Result]) -> Result | PancreasSegError:
    """What `result` gives, or the PancreasSegError that it raises."""
    try:
        return result()
    except PancreasSegError as error:
        return error


def lost(name: str) -> WorkerLost:
    """For a job whose worker is gone."""
    return WorkerLost(
        f"The process that worked on {name} ended without a word; most often the computer's memory"
        " is not enough. Start the same command again, with fewer jobs at a time."
    )
