"""The Python in which the engine runs as a child of Slicer."""

from __future__ import annotations

import shutil
import sys

NAME = "PythonSlicer"


def python_command() -> list[str]:
    """Slicer's own `PythonSlicer`, which Slicer has on its PATH; outside of Slicer this Python.

    Where Slicer was not started by its launcher there may be neither: then the bare name, which
    cannot be started, and is told as what is missing.
    """
    return [shutil.which(NAME) or sys.executable or NAME]
