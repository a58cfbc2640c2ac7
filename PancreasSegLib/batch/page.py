"""The page of a batch: every case with its picture, the doubtful ones first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PancreasSegLib.batch.record import Record
from PancreasSegLib.reports.page import doubts, html_page, numbers, picture, write_html
from PancreasSegLib.segmenter.notice import NOTICE

ORDER = (
    "The doubtful ones come first: those that failed, those in which nothing was found, then by the"
    " DSC that the model expects of its own mask, or by its agreement with the one that finds the"
    " region."
)


def write_page(records: Sequence[Record], output: Path) -> None:
    """Write `index.html` into `output`: one file, the pictures in it, nothing of the network.

    Raises `OutputError` where it cannot be written.
    """
    doubtful_first = sorted(records, key=lambda record: (*record.doubt, record.case))
    reports = [record.report for record in records if record.report is not None]
    found = [report for report in reports if report["found"]]
    empty, failed = len(reports) - len(found), len(records) - len(reports)
    warned = sum(bool(report["warnings"]) for report in found)
    page = html_page(
        f"Pancreas: {len(records)} scans",
        [
            f"<p><strong>{escape(NOTICE)}</strong> {ORDER}</p>",
            f"<p>{failed} failed, nothing was found in {empty}, {warned} of the others have"
            " warnings.</p>",
            *(_article(record, output) for record in doubtful_first),
        ],
    )
    write_html(page, output / "index.html")


def _article(record: Record, output: Path) -> str:
    name = escape(record.case)
    if record.report is None:
        return f"<article><h2>{name}</h2>{doubts([str(record.error)])}</article>"
    path, shown = (
        output / "pictures" / f"{record.case}.png",
        f"Slices of {record.case} with the mask",
    )
    slices = picture(path.read_bytes(), shown) if path.is_file() else ""
    warnings = doubts(record.report["warnings"])
    return f"<article><h2>{name}</h2>{warnings}{numbers(_numbers(record))}{slices}</article>"


def _numbers(record: Record) -> list[tuple[str, str]]:
    report, evaluation = record.report or {}, record.evaluation
    rows = [("volume", f"{report['volume_ml']:.1f} ml" if report["found"] else "nothing found")]
    if report["expected_dice"] is not None:
        rows.append(("expected DSC", f"{report['expected_dice']:.2f}"))
    if report["agreement"] is not None:
        rows.append(("agreement", f"{report['agreement']:.2f}"))
    if evaluation is not None:
        rows.append(("DSC against the reference", f"{evaluation['dice']:.3f}"))
    return [*rows, ("model", report["model"]["name"])]
