"""The report as Markdown: table, tests and figures, and how every number was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PancreasSegLib.experiments.report.paired_tests import LEAST_PAIRS, PairedTest
from PancreasSegLib.experiments.report.published import Spread, published, published_rows
from PancreasSegLib.experiments.report.rows import Row
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.files.markdown_table import markdown_table

HEAD = (
    "method",
    "DSC, %",
    "JI, %",
    "surface DSC at 2 mm, %",
    "HD95, mm",
    "the paper's DSC, %",
    "the paper's JI, %",
    "cases",
    "parameters",
    "hours",
)

MEASURED_ON = {
    "held_out": "Whole scans that the fold held out of training and selection, on their own grids.",
    "validation": "The validation subset inside the training folds, by which the step was selected;"
    " the scans that a fold holds out were not looked at.",
}

SCANS_ARE_PAIRS = (
    "Scans, not patients, are the pairs: the study does not keep which scans are of one patient. A"
    " scan that was measured in several folds is one pair, by the mean of its differences."
)
PATIENTS_ARE_PAIRS = (
    "Patients are the pairs: several scans of one, or one scan in several folds, are one pair, by"
    " the mean of their differences."
)


def page(
    study: Study,
    rows: Sequence[Row],
    tests: Sequence[PairedTest],
    figures: Sequence[tuple[str, str]],
    provenance: dict[str, Any],
) -> str:
    """All of it. `figures` are file names without their ending, and captions."""
    pairs = SCANS_ARE_PAIRS if study.patients is None else PATIENTS_ARE_PAIRS
    parts = [
        f"# {study.experiment.title}",
        f"{MEASURED_ON[study.experiment.measured_on]} Mean ± sd [worst, best]; an empty cell: not"
        " measured, or not in the paper. Masks are cut at 0.5, with no other post-processing. For"
        " research, not for diagnosis.",
        _table(study, rows),
        _notes(rows),
        "## Paired tests",
        "Wilcoxon's signed-rank test of the DSC, two-sided, not corrected for the number of tests:"
        " each RNN against the CNN that it was initialised from, each other method against the"
        f" first. {pairs} With fewer than {LEAST_PAIRS} pairs there is no p.",
        _tests(tests),
        *(
            f"## {_heading(name)}\n\n![{caption}]({name}.png)\n\n{caption}"
            for name, caption in figures
        ),
        "## How the numbers were made",
        _provenance(provenance),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(study: Study, rows: Sequence[Row]) -> str:
    modality = study.experiment.modality
    lines = [_ours(row, modality) for row in rows]
    with_ours = {row.paper for row in rows}
    compares = any(with_ours - {None})
    others = [row for row in published_rows(modality) if compares and row not in with_ours]
    lines += [
        [f"{row} (paper)", "", "", "", "", *_paper(row, modality), "", "", ""] for row in others
    ]
    return markdown_table(HEAD, lines)


def _ours(row: Row, modality: str) -> list[str]:
    measured = [_per_cent(row.spread(m)) for m in ("dice", "jaccard", "surface_dice_2mm")]
    return [
        row.label,
        *measured,
        _millimetres(row.spread("hd95_mm")),
        *_paper(row.paper, modality),
        f"{len(row.cases)} of {row.of}",
        "" if row.parameters is None else f"{row.parameters / 1e6:.2f} M",
        f"{row.hours:.2f}" if row.cases else "",
    ]


def _paper(row: str | None, modality: str) -> list[str]:
    return [_per_cent(published(row, modality, measure)) for measure in ("dice", "jaccard")]


def _notes(rows: Sequence[Row]) -> str:
    notes = []
    for row in rows:
        missing = len(row.cases) - len(row.values("hd95_mm"))
        if missing:
            notes.append(
                f"- {row.label}: {missing} case(s) in which nothing was found have no HD95, and are"
                " left out of its mean."
            )
        if row.loss_still_falls:
            notes.append(
                f"- {row.label}: the loss still fell at the end; it was trained too short."
            )
    return "\n".join(notes)


def _tests(tests: Sequence[PairedTest]) -> str:
    head = ("method", "against", "pairs", "mean difference of DSC, %", "p")
    return markdown_table(
        head,
        [
            [
                test.row.label,
                test.other.label,
                str(test.pairs),
                f"{100 * test.mean_difference:+z.1f}",
                "" if test.p is None else f"{test.p:.2g}",
            ]
            for test in tests
        ],
    )


def _provenance(provenance: dict[str, Any]) -> str:
    lines = []
    for name, value in provenance.items():
        told = "; ".join(map(str, value)) if isinstance(value, list) else value
        lines.append(f"- {name.replace('_', ' ')}: {told}")
    lines.append("- hours of each method: its own training and measuring, in the table")
    return "\n".join(lines)


def _heading(name: str) -> str:
    return f"Figure {name.removeprefix('figure')}"


def _per_cent(spread: Spread | None) -> str:
    if spread is None:
        return ""
    mean, sd, worst, best = (100 * value for value in vars(spread).values())
    return f"{mean:.1f} ± {sd:.1f} [{worst:.1f}, {best:.1f}]"


def _millimetres(spread: Spread | None) -> str:
    if spread is None:
        return ""
    return f"{spread.mean:.1f} ± {spread.sd:.1f} [{spread.worst:.1f}, {spread.best:.1f}]"
