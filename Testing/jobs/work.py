"""What the jobs of these tests do: functions of a module, which other processes can import."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import InputError


@dataclass(frozen=True)
class Note:
    """A job: leaves a line in `folder`/NAME each time it comes to its end."""

    name: str
    folder: Path
    seconds: float = 0.0


def write_note(note: Note) -> int:
    """Takes its time; gives the process that did it."""
    (note.folder / f"{note.name}.begun").touch()
    time.sleep(note.seconds)
    with (note.folder / note.name).open("a") as lines:
        lines.write("done\n")
    return os.getpid()


def refuse_odd(number: int) -> int:
    """Its square, of even numbers only."""
    if number % 2:
        raise InputError(f"{number} is odd; give an even number.")
    return number * number


def divide(number: int) -> float:
    """Has a bug with 0."""
    return 1 / number


def die_of_three(number: int) -> int:
    """3 ends the process, as the kernel does where memory is short."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
