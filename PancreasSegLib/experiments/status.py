"""How far an experiment is: a line for each run."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PancreasSegLib.experiments.expansion import Run
from PancreasSegLib.experiments.progress_file import FILE, read_progress
from PancreasSegLib.experiments.run import failure_of, read_result
from PancreasSegLib.experiments.study import Study


@dataclass(frozen=True)
class RunStatus:
    """Of one run: "done", "failed", "begun" or "waiting", and more about it for people."""

    name: str
    state: str
    about: str


def status_of(study: Study) -> list[RunStatus]:
    """Of all runs, in the order in which they are done."""
    return [_of_run(study, run) for run in study.runs.values()]


def as_text(statuses: list[RunStatus]) -> str:
    """A line a run, and one that counts them."""
    width = max(len(status.name) for status in statuses)
    lines = [f"{one.name:{width}}  {one.state:7}  {one.about}".rstrip() for one in statuses]
    states = [one.state for one in statuses]
    counts = [f"{states.count(state)} {state}" for state in ("done", "failed", "begun", "waiting")]
    return "\n".join([*lines, f"{len(statuses)} runs: {', '.join(counts)}"])


def _of_run(study: Study, run: Run) -> RunStatus:
    folder = study.folder_of(run)
    result, failure = read_result(folder), failure_of(folder)
    if result is not None:
        return RunStatus(run.name, "done", _measured(result["methods"]))
    if failure is not None:
        return RunStatus(run.name, "failed", failure)
    progress = read_progress(folder)
    if not progress:
        return RunStatus(run.name, "waiting", "")
    seconds = max(0, round(time.time() - (folder / FILE).stat().st_mtime))
    at = f"{progress['method']}, {progress['step']}, {progress['fraction']:.0%}"
    return RunStatus(run.name, "begun", f"{at}; last heard of {seconds} s ago")


def _measured(methods: list[dict]) -> str:
    """The mean DSC of each method, where it was measured, and the hours of all."""
    told = []
    for method in methods:
        scores = [case["dice"] for case in method["cases"].values()]
        if scores:
            told.append(f"{method['name']} {sum(scores) / len(scores):.3f}")
    hours = sum(method["hours"] for method in methods)
    return "  ".join([*told, f"{hours:.2f} h"])
