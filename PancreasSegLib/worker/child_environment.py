"""How a child process finds the PancreasSegLib that its parent runs, and how its threads wait."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from PancreasSegLib.process.brief_waits import brief_waits

LIBRARY_HOME = Path(__file__).resolve().parents[2]
"""The folder that holds PancreasSegLib: a source tree's root, `qt-scripted-modules` of an
installed extension, `site-packages` of a wheel."""


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with the parent's own PancreasSegLib before any other on Python's path, and
    `brief_waits`."""
    others = filter(None, [environment.get("PYTHONPATH")])
    path = os.pathsep.join([str(LIBRARY_HOME), *others])
    return {**environment, **brief_waits(environment), "PYTHONPATH": path}
