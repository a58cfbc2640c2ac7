"""Runs in Slicer: the checks of one group, one after the other. Arguments: GROUP CHECK..."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer
import slicer.util

sys.path.insert(0, str(Path(sys.argv[0]).resolve().parents[2]))
from Testing.in_slicer.leftovers import Leftovers
from Testing.in_slicer.slicer_process import MARK
from Testing.in_slicer.watcher import Watcher


def main(group: str, checks: list[str]) -> None:
    """Tell of each check when it begins and how it ended, so that a crash can be told, too."""
    outcomes = Path(os.environ[MARK]) / f"{group}.jsonl"
    module = importlib.import_module(f"Testing.in_slicer.checks.{group}")
    watcher = Watcher()
    with outcomes.open("a", encoding="utf-8") as file:

        def tell(**words: Any) -> None:
            print(json.dumps(words), file=file, flush=True)

        for check in checks:
            tell(check=check, outcome="begun")
            began = time.monotonic()
            outcome, reason = run(
                getattr(module, check), watcher, getattr(module, "LEAVES_A_RUN", False)
            )
            seconds = time.monotonic() - began
            tell(check=check, outcome=outcome, reason=reason, seconds=seconds)


def run(check: Callable[[], None], watcher: Watcher, leaves_a_run: bool) -> tuple[str, str | None]:
    """How the check ended, and why so, if it did not pass. It begins with an empty scene.

    A check that this Slicer cannot run raises `unittest.SkipTest` with the reason.
    """
    slicer.mrmlScene.Clear(0)
    slicer.app.processEvents()
    leftovers = Leftovers()
    watcher.begin()
    reasons = []
    skipped = None
    try:
        check()
    except unittest.SkipTest as skip:
        skipped = str(skip)
    except Exception:
        reasons.append(traceback.format_exc(limit=-4))
    if not leaves_a_run:
        slicer.mrmlScene.Clear(0)
        slicer.app.processEvents()
        reasons += leftovers.found()
    reasons += watcher.end()
    if reasons:
        return "failed", "\n".join(reasons)
    return ("passed", None) if skipped is None else ("skipped", skipped)


if __name__ == "__main__":
    exit_code = 1
    try:
        main(sys.argv[1], sys.argv[2:])
        exit_code = 0
    finally:
        slicer.util.exit(exit_code)
