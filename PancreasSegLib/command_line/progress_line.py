"""How far the work is, on the error stream."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress

from PancreasSegLib.segmenter.progress import Progress


class ProgressLine:
    """On a terminal one line that is written anew; elsewhere one plain line per step.

    It is called with every `Progress`. Leaving it wipes the line, so that what is printed next
    starts at its beginning.
    """

    def __init__(self) -> None:
        self._stream = sys.stderr
        self._on_terminal = self._stream.isatty()
        self._shown = ""
        self._step: str | None = None

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def __call__(self, progress: Progress) -> None:
        """Show `progress`."""
        if self._on_terminal:
            self._show(progress_text(progress))
        elif progress.step != self._step:
            with suppress(OSError):  # nobody can be told, but the work goes on
                print(progress_text(progress), file=self._stream, flush=True)
        self._step = progress.step

    def say(self, text: str) -> None:
        """Print `text` on standard output, above the line."""
        self._show("")
        print(text, flush=True)

    def note(self, text: str) -> None:
        """Print `text` on the error stream, above the line."""
        self._show("")
        with suppress(OSError):
            print(text, file=self._stream, flush=True)

    def _show(self, text: str) -> None:
        if not self._on_terminal:
            return
        text = text[: shutil.get_terminal_size().columns - 1]
        blank = " " * (len(self._shown) - len(text))
        with suppress(OSError):
            self._stream.write(f"\r{text}{blank}" if text else f"\r{blank}\r")
            self._stream.flush()
        self._shown = text


def progress_text(progress: Progress) -> str:
    """As in ` 42 %  Segmenting slices, 8 s left`."""
    text = f"{progress.fraction * 100:3.0f} %  {progress.step}"
    if not progress.seconds_left:
        return text
    return f"{text}, {duration_text(progress.seconds_left)} left"


def duration_text(seconds: float) -> str:
    """As in `8 s`, `2 min 05 s`, `1 h 20 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_of_hour:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
