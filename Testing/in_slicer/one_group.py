"""Runs in Slicer: the checks of one group, one after the other. Arguments: GROUP CHECK..."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
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
            reason = run(getattr(module, check), watcher, getattr(module, "LEAVES_A_RUN", False))
            outcome = "passed" if reason is None else "failed"
            seconds = time.monotonic() - began
            tell(check=check, outcome=outcome, reason=reason, seconds=seconds)


def run(check: Callable[[], None], watcher: Watcher, leaves_a_run: bool) -> str | None:
    """Why the check failed; None if it passed. It begins with an empty scene."""
    slicer.mrmlScene.Clear(0)
    slicer.app.processEvents()
    leftovers = Leftovers()
    watcher.begin()
    reasons = []
    try:
        check()
    except Exception:
        reasons.append(traceback.format_exc(limit=-4))
    if not leaves_a_run:
        slicer.mrmlScene.Clear(0)
        slicer.app.processEvents()
        reasons += leftovers.found()
    reasons += watcher.end()
    return "\n".join(reasons) or None


if __name__ == "__main__":
    exit_code = 1
    try:
        main(sys.argv[1], sys.argv[2:])
        exit_code = 0
    finally:
        slicer.util.exit(exit_code)
