"""The checks of the folder `checks`, in a real Slicer: `run SLICER [WHAT...]`.

A file of `checks` is a group, and runs in a Slicer of its own; every function of it without a
leading underscore is a check, and its name the sentence that is to be true. To add a check, write a
function. Where the file says `WINDOW = False`, its Slicer has no main window.

The standard library only: it runs in any Python from 3.11 on, outside of Slicer.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from Testing.in_slicer.slicer_process import SlicerProcess, go_on_under_a_screen

HERE = Path(__file__).resolve().parent
SECONDS = 600
"""For one group; a Slicer that takes longer is ended."""
TRACEBACK = "Traceback (most recent call last)"


@dataclass
class Group:
    """A file of checks."""

    name: str
    checks: list[str]
    window: bool = True


@dataclass
class Tally:
    """What came out so far; each outcome is printed at once."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: int = 0

    def add(self, check: str, reason: str | None, seconds: float | None = None) -> None:
        """reason: None if it passed."""
        sentence = check.replace("_", " ")
        if reason is None:
            self.passed += 1
            took = "" if seconds is None else f" ({seconds:.1f} s)"
            print(f"  passed  {sentence}{took}", flush=True)
            return
        self.failed.append(sentence)
        print(f"  FAILED  {sentence}", flush=True)
        for line in reason.strip().splitlines():
            print(f"          {line}", flush=True)

    def skip(self, check: str, reason: str) -> None:
        """What this Slicer cannot do has neither passed nor failed."""
        self.skipped += 1
        print(f"  skipped {check.replace('_', ' ')}: {reason}", flush=True)


def main() -> int:
    """Run what was asked for; 0 if all passed."""
    parser = argparse.ArgumentParser(prog="run", description="Runs the checks in a real Slicer.")
    parser.add_argument("slicer", metavar="SLICER", type=Path, help="Slicer's program")
    parser.add_argument(
        "what", metavar="WHAT", nargs="*", help="a group, or a part of a check's name; else all"
    )
    given = parser.parse_args()
    if shutil.which(given.slicer) is None:
        sys.exit(f"{given.slicer} is no program.")
    groups = wanted_groups(given.what)
    if not groups:
        sys.exit(f"No check is called {' or '.join(given.what)}.")
    go_on_under_a_screen()
    folder = Path(tempfile.mkdtemp(prefix="pancreasseg-in-slicer-"))
    tally = Tally()
    began = time.monotonic()
    for group in groups:
        run_group(given.slicer, group, folder, tally)
    if tally.failed:
        print(f"What Slicer printed: {folder}")
    else:
        shutil.rmtree(folder)
    print(f"In {time.monotonic() - began:.0f} s, {tally.skipped} skipped:")
    print(f"{tally.passed} passed, {len(tally.failed)} failed")
    return 1 if tally.failed else 0


def wanted_groups(what: list[str]) -> list[Group]:
    """All groups, or those asked for with the checks asked for, in the order of their names."""
    groups = [read_group(path) for path in sorted((HERE / "checks").glob("*.py"))]
    if not what:
        return groups
    parts = set(what) - {group.name for group in groups}
    for group in groups:
        if group.name not in what:
            group.checks = [one for one in group.checks if any(part in one for part in parts)]
    return [group for group in groups if group.checks]


def read_group(path: Path) -> Group:
    """Without importing it: outside of Slicer that cannot be done."""
    lines = ast.parse(path.read_text(encoding="utf-8")).body
    checks = [one.name for one in lines if isinstance(one, ast.FunctionDef) and one.name[0] != "_"]
    window = not any(ast.unparse(one) == "WINDOW = False" for one in lines)
    return Group(path.stem, checks, window)


def run_group(slicer: Path, group: Group, folder: Path, tally: Tally) -> None:
    """In a Slicer of its own; what that prints, leaves behind and ends with is looked at, too."""
    print(group.name, flush=True)
    process = SlicerProcess(
        slicer, HERE / "one_group.py", [group.name, *group.checks], folder, group.window
    )
    exit_code = process.wait(SECONDS)
    told = read_outcomes(folder / f"{group.name}.jsonl")
    ending = None if exit_code == 0 else ending_of(exit_code)
    for check in group.checks:
        outcome = told.get(check)
        if outcome is None or outcome["outcome"] == "begun":
            when = "before" if outcome is None else "during"
            tally.add(check, f"{ending or 'Slicer ended'} {when} this check.")
        elif outcome["outcome"] == "skipped":
            tally.skip(check, outcome["reason"])
        else:
            tally.add(check, outcome["reason"], outcome["seconds"])
    tally.add("slicer_ends_well", ending)
    tally.add("no_traceback_is_printed", traceback_in(process.output()))
    left = [f"still running: {command}" for command in process.survivors()]
    left += [f"temporary: {path.name}" for path in left_files(process.temporary)]
    tally.add("nothing_is_left_behind", "\n".join(left) or None)


def read_outcomes(path: Path) -> dict[str, dict]:
    """The last word on each check."""
    if not path.is_file():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["check"]: line for line in lines}


def ending_of(exit_code: int | None) -> str:
    """In words."""
    if exit_code is None:
        return f"Slicer did not end within {SECONDS} s and was killed"
    if exit_code < 0 or exit_code > 128:
        return f"Slicer crashed (signal {-exit_code if exit_code < 0 else exit_code - 128})"
    return f"Slicer ended with exit code {exit_code}"


def traceback_in(output: str) -> str | None:
    """The first one, with the lines around it."""
    lines = output.splitlines()
    for number, line in enumerate(lines):
        if TRACEBACK in line:
            return "\n".join(lines[number : number + 15])
    return None


def left_files(folder: Path) -> list[Path]:
    """What lies in the folder for temporary files, but for Slicer's own."""
    return [path for path in folder.iterdir() if not path.name.startswith("Slicer")]


if __name__ == "__main__":
    sys.exit(main())
