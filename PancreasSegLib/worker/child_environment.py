"""How a child process finds the PancreasSegLib that its parent runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

LIBRARY_HOME = Path(__file__).resolve().parents[2]
"""The folder that holds PancreasSegLib: a source tree's root, `qt-scripted-modules` of an
installed extension, `site-packages` of a wheel."""


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with the parent's own PancreasSegLib before any other on Python's path."""
    others = filter(None, [environment.get("PYTHONPATH")])
    return {**environment, "PYTHONPATH": os.pathsep.join([str(LIBRARY_HOME), *others])}
