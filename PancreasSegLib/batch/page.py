"""The page of a batch: every case with its picture, the doubtful ones first."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from PancreasSegLib.batch.record import Record
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.segmenter.report import NOTICE

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pancreas: {count} scans</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }}
article {{ border-top: 1px solid #8888; padding: 1rem 0; break-inside: avoid; }}
img {{ width: 100%; height: auto; background: black; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0.5rem 0; }}
dd {{ margin: 0; }}
.doubt {{ border-left: 4px solid #c60; padding-left: 0.75rem; }}
</style>
<h1>Pancreas: {count} scans</h1>
<p><strong>{notice}</strong> The doubtful ones come first: those that failed, those in which nothing
was found, then by the DSC that the model expects of its own mask, or by its agreement with the one
that finds the region.</p>
<p>{failed} failed, nothing was found in {empty}, {warned} of the others have warnings.</p>
{cases}
</html>
"""


def write_page(records: Sequence[Record], output: Path) -> None:
    """Write `index.html` into `output`: one file, the pictures in it, nothing of the network.

    Raises `OutputError` where it cannot be written.
    """
    doubtful_first = sorted(records, key=lambda record: (*record.doubt, record.case))
    reports = [record.report for record in records if record.report is not None]
    found = [report for report in reports if report["found"]]
    page = PAGE.format(
        count=len(records),
        notice=escape(NOTICE),
        failed=len(records) - len(reports),
        empty=len(reports) - len(found),
        warned=sum(bool(report["warnings"]) for report in found),
        cases="\n".join(_article(record, output) for record in doubtful_first),
    )
    with atomic_file(output / "index.html") as unfinished:
        unfinished.write_text(page, encoding="utf-8", newline="\n")


def _article(record: Record, output: Path) -> str:
    name = escape(record.case)
    if record.report is None:
        return f"<article><h2>{name}</h2><p class='doubt'>{escape(str(record.error))}</p></article>"
    numbers = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in _numbers(record))
    warnings = "".join(f"<p class='doubt'>{escape(text)}</p>" for text in record.report["warnings"])
    return (
        f"<article><h2>{name}</h2>{warnings}<dl>{numbers}</dl>"
        f"{_picture(output / 'pictures' / f'{record.case}.png', name)}</article>"
    )


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


def _picture(path: Path, name: str) -> str:
    if not path.is_file():
        return ""
    content = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"<img alt='Slices of {name} with the mask' src='data:image/png;base64,{content}'>"
