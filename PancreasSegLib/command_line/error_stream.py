"""What is said on the error stream."""

from __future__ import annotations

import sys
from contextlib import suppress


def say_on_error_stream(text: str) -> None:
    """Print `text`; that a full disk or a closed stream keeps it from being read is no error."""
    with suppress(OSError):  # the exit code still tells
        print(text, file=sys.stderr, flush=True)
