"""What a person reads after a segmentation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PancreasSegLib.command_line.progress_line import duration_text

if TYPE_CHECKING:
    from PancreasSegLib.segmenter.report import Report


def summary(report: Report, files: Mapping[str, Path], seconds: float) -> str:
    """Volume, grey values, warnings, where the `files` are (by their names), and by which means."""
    rows = [("Pancreas", _pancreas(report))]
    rows += [("Warning", warning) for warning in report.warnings]
    rows += [(name, str(path)) for name, path in files.items()]
    rows.append(("Model", f"{report.model['name']} on {report.device} ({report.precision})"))
    if report.rung != "as planned":
        rows.append(("Memory", f"was short: {report.rung}"))
    rows.append(("Time", duration_text(seconds)))
    return "\n".join([*(f"{name:<12} {text}" for name, text in rows), report.notice])


def _pancreas(report: Report) -> str:
    if not report.found:
        return "none found"
    slices = "1 slice" if report.slices == 1 else f"{report.slices} slices"
    return (
        f"{report.volume_ml:.1f} ml on {slices}, mean {report.intensity_mean:.0f} ± "
        f"{report.intensity_sd:.0f} {report.intensity_unit}"
    )
