"""`pancreasseg experiment report`: the table, the tests and the figures of what is done so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.report.page import page
from PancreasSegLib.experiments.report.paired_tests import paired_tests
from PancreasSegLib.experiments.report.rows import Row, rows_of
from PancreasSegLib.experiments.report.slices_figure import draw_slices
from PancreasSegLib.experiments.report.sorted_cases_figure import draw_sorted_cases
from PancreasSegLib.experiments.report.surfaces_figure import draw_surfaces
from PancreasSegLib.experiments.report.table import processors, write_table
from PancreasSegLib.experiments.report.thresholds_figure import draw_thresholds
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.rendering.surface_picture import RenderingUnavailable


@dataclass(frozen=True)
class Report:
    """Where it lies; the figures that show scans; what is missing of it, and why."""

    page: Path
    pictures_of_scans: list[Path]
    missing: list[str]


def make_report(study: Study) -> Report:
    """Write `report` in the study's folder, of the runs that are done.

    Figures 2 and 3 need an RNN and its CNN, figures 2 and 5 the runs' masks, figure 5 OpenGL:
    without, they are left out, and `missing` says so. Raises `InputError` while no run is done.
    """
    rows = rows_of(study)
    if not any(row.cases for row in rows):
        raise InputError(
            f"No run in {study.folder} is done yet; see `pancreasseg experiment status`."
        )
    folder = study.folder / "report"
    make_folder(folder)
    tests, provenance = paired_tests(rows, study.patients), _provenance(study, rows)
    write_table(study, rows, tests, provenance, folder)
    figures, missing = _figures(study, rows, folder)
    with atomic_file(folder / "report.md") as unfinished:
        unfinished.write_text(page(study, rows, tests, figures, provenance), encoding="utf-8")
    shown = [folder / f"{name}.png" for name, _ in figures if name in ("figure2", "figure5")]
    return Report(folder / "report.md", shown, missing)


def _figures(
    study: Study, rows: Sequence[Row], folder: Path
) -> tuple[list[tuple[str, str]], list[str]]:
    """Name and caption of each figure that was drawn, and why others were not."""
    done = [row for row in rows if row.cases]
    pictured = [row for row in done if row.masks.keys() == row.cases.keys()]
    pair, shown = _first_rnn(done), _first_rnn(pictured)
    draw: dict[str, Callable[[Path], str]] = {}
    missing = []
    if pair is None:
        missing.append("Figures 2 and 3 compare an RNN with its CNN, and none is done.")
    else:
        if shown is None:
            missing.append(_without_masks("Figure 2", study))
        else:
            draw["figure2"] = lambda path: draw_slices(study, shown, path)
        draw["figure3"] = lambda path: draw_sorted_cases(pair, path)
    cnns = [row for row in done if row.cnn is None and row.seed == done[0].seed]
    draw["figure4"] = lambda path: draw_thresholds(cnns, path)
    if pictured:
        draw["figure5"] = lambda path: draw_surfaces(study, shown or pictured[0], path)
    else:
        missing.append(_without_masks("Figure 5", study))
    figures = []
    for name, drawn in draw.items():
        try:
            figures.append((name, drawn(folder / name)))
        except RenderingUnavailable as error:
            missing.append(f"Figure 5 is left out. {error}")
    return figures, missing


def _first_rnn(rows: Sequence[Row]) -> Row | None:
    """The first one whose CNN is there, too."""
    return next((row for row in rows if row.cnn is not None and row.cnn in rows), None)


def _without_masks(figure: str, study: Study) -> str:
    return (
        f"{figure} shows masks, and those of its runs are no longer in {study.folder / 'runs'}; do"
        " the runs again, in another --output, to have it."
    )


def _provenance(study: Study, rows: Sequence[Row]) -> dict[str, Any]:
    """How the numbers were made, but for what each row says itself."""
    used = [one["versions"] for row in rows for one in row.ran_on]
    versions = [f"{name} {version}" for one in used for name, version in one.items()]
    experiment = study.experiment
    return {
        "experiment": experiment.title,
        "command": study.command,
        "data": f"{Path(study.source.folder).name}, {len(study.cases)} scans",
        "data_sha256": study.data_sha256,
        "folds": f"{experiment.folds}, drawn by the seed {experiment.split_seed}: folds.json",
        "seeds": sorted({row.seed for row in rows}),
        "processors": processors(rows),
        "versions": list(dict.fromkeys(versions)),
    }
