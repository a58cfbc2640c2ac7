"""The Python in which the engine runs as a child of Slicer."""

from __future__ import annotations

import shutil
import sys


def python_command() -> list[str]:
    """Slicer's own `PythonSlicer`, which Slicer has on its PATH; outside of Slicer this Python."""
    return [shutil.which("PythonSlicer") or sys.executable]
