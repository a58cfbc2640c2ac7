"""The rows of the table: a method with its loss and seed, and its cases from all folds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PancreasSegLib.experiments.expansion import Run
from PancreasSegLib.experiments.experiment import Family
from PancreasSegLib.experiments.report.published import Spread
from PancreasSegLib.experiments.run import read_result
from PancreasSegLib.experiments.study import Study

LOSSES = {
    "jaccard": "Jaccard loss",
    "cross_entropy": "cross-entropy",
    "balanced_cross_entropy": "class-balanced cross-entropy",
}


@dataclass
class Row:
    """One method over all folds, as far as these are done.

    `cnn` is the row of the CNN that an RNN's one was initialised from; `paper` that of the paper's
    table. `of` is how many cases all folds have together. `cases` are as `measure` gives them,
    `masks` where each case's mask lies, of those that are still there. `ran_on` are the machines,
    with their versions, as `processor.ran_on` gives them.
    """

    method: str
    title: str
    loss: str
    seed: int
    paper: str | None
    of: int
    cnn: Row | None = None
    parameters: int | None = None
    hours: float = 0.0
    loss_still_falls: bool = False
    ran_on: list[dict[str, Any]] = field(default_factory=list)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    masks: dict[str, Path] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Title, loss and seed, as far as they are out of the ordinary."""
        loss = "" if self.loss == "jaccard" else f", {LOSSES[self.loss]}"
        return f"{self.title}{loss}, seed {self.seed}"

    def values(self, measure: str) -> list[float]:
        """Those of all cases that have one."""
        values = (case[measure] for case in self.cases.values())
        return [value for value in values if value is not None]

    def spread(self, measure: str) -> Spread | None:
        """Over the cases; None where there are none. The worst HD95 is the largest."""
        values = self.values(measure)
        if not values:
            return None
        sd = statistics.stdev(values) if len(values) > 1 else 0.0
        ends = (max(values), min(values)) if measure == "hd95_mm" else (min(values), max(values))
        return Spread(statistics.mean(values), sd, *ends)


def rows_of(study: Study) -> list[Row]:
    """All rows of the study, in the order of its definition; those of runs to come are empty."""
    rows: dict[tuple[str, str, str, int], Row] = {}
    of = sum(len(study.measured(Run(fold, 0))) for fold in range(study.experiment.folds))
    for run in study.runs.values():
        if run.family is not None:
            for row in _of_family(rows, run.family, run, of):
                _add(row, study, run)
    return list(rows.values())


def _of_family(
    rows: dict[tuple[str, str, str, int], Row], family: Family, run: Run, of: int
) -> Sequence[Row]:
    """The rows of a run's CNN and RNNs, made where they are new."""

    def row(name: str, title: str, paper: str | None, cnn: Row | None) -> Row:
        key = (family.name, name, run.loss, run.seed)
        if key not in rows:
            rows[key] = Row(name, title, run.loss, run.seed, paper, of, cnn)
        return rows[key]

    cnn = row(family.name, family.title, family.paper, None)
    return [cnn, *(row(r.name, r.title, r.paper, cnn) for r in family.recurrences)]


def _add(row: Row, study: Study, run: Run) -> None:
    """What the run measured of the row's method, where it is done."""
    folder = study.folder_of(run)
    result = read_result(folder)
    if result is None:
        return
    method = next(one for one in result["methods"] if one["name"] == row.method)
    row.parameters = method["parameters"]
    row.hours += method["hours"]
    row.loss_still_falls |= method["loss_still_falls"]
    row.ran_on += _ran_on(result, method)
    # A scan may validate in several folds.
    twice = f", fold {run.fold}" if study.experiment.measured_on == "validation" else ""
    for scan, case in method["cases"].items():
        row.cases[f"{scan}{twice}"] = case | {"scan": scan}
        mask = folder / "masks" / row.method / f"{scan}.nii.gz"
        if mask.is_file():
            row.masks[f"{scan}{twice}"] = mask


def _ran_on(result: dict[str, Any], method: dict[str, Any]) -> list[dict[str, Any]]:
    """What the method was computed on; older results say it once, of the run's last process."""
    if "ran_on" in result:
        return [result["ran_on"] | {"versions": result["versions"]}]
    machines: list[dict[str, Any]] = method.get("ran_on", [])  # none: finished by an older version
    return machines
