"""The page on one result: pictures, numbers, warnings, the model and its limits.

Loads no torch, so that Slicer can make it. Nothing of the scan's header goes into it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from PancreasSegLib.rendering.main_planes import main_planes
from PancreasSegLib.rendering.panel import CT_WINDOW
from PancreasSegLib.rendering.surface_picture import RenderingUnavailable, draw_surface
from PancreasSegLib.reports.model_limits import model_limits
from PancreasSegLib.reports.page import bullets, doubts, figure, html_page, numbers, side_by_side
from PancreasSegLib.segmenter.notice import NOTICE
from PancreasSegLib.volume.volume import Volume

BODY_PERCENTILES = (1.0, 99.0)
"""Of the grey values that are shown, where they are no Hounsfield units."""


def result_page(
    title: str,
    scan: Volume,
    mask: Volume,
    report: dict[str, Any] | None,
    python: Sequence[str] = (sys.executable,),
    is_edited: bool = False,
) -> str:
    """The HTML of a page on `mask`, as it is now, in `scan`.

    report: `Report.as_dict` of the run that made the mask; None where it is not known. python: the
    command of the Python that draws the surface. is_edited: the mask was changed since by hand.
    """
    volume_ml = float(np.count_nonzero(mask.array)) * mask.grid.voxel_ml
    parts = [f"<p><strong>{escape(NOTICE)}</strong></p>"]
    if report is None:
        parts.append(doubts(["The engine's report on this result is not known."]))
    elif report["found"] or volume_ml == 0:  # else a pancreas was drawn where none was found
        parts.append(doubts(report["warnings"]))
    parts.append(numbers(_of_result(volume_ml, report, is_edited)))
    parts.append(_planes(scan, mask, report))
    parts.append(_surface(mask, python))
    if report is not None:
        parts += ["<h2>How it was made</h2>", numbers(_of_run(report))]
        parts += ["<h2>The model and its limits</h2>", bullets(model_limits(report["model"]))]
    return html_page(f"Pancreas: {title}", parts)


def _of_result(
    volume_ml: float, report: dict[str, Any] | None, is_edited: bool
) -> list[tuple[str, str]]:
    rows = [("Volume", f"{volume_ml:.1f} ml" if volume_ml > 0 else "no pancreas found")]
    if report is None:
        return rows
    if is_edited:
        own = f"{report['volume_ml']:.1f} ml; edited since, and what follows is of this one"
        rows.append(("The engine's own result", own))
    if report["expected_dice"] is not None:
        told = f"{report['expected_dice']:.2f} by its own probabilities (1 is perfect)"
        rows.append(("Expected DSC", told))
    if report["agreement"] is not None:
        told = f"{report['agreement']:.2f} (DSC) with the model that finds the region"
        rows.append(("Agreement", told))
    if report["found"]:
        rows.append(("Extent", _extent(report)))
        mean, sd = report["intensity_mean"], report["intensity_sd"]
        rows.append(("Grey values", f"{mean:.0f} ± {sd:.0f} {report['intensity_unit']}"))
    return rows


def _extent(report: dict[str, Any]) -> str:
    lengths = [
        f"{length:.0f} mm {axis.replace('_', ' to ')}"
        for axis, length in report["extent_mm"].items()
    ]
    return f"{', '.join(lengths)}; {report['slices']} slices"


def _planes(scan: Volume, mask: Volume, report: dict[str, Any] | None) -> str:
    window = CT_WINDOW
    if report is not None and report["intensity_unit"] != "HU":
        low, high = np.percentile(scan.array, BODY_PERCENTILES)
        window = (float(low), float(high))
    pictures = main_planes(scan, mask, window)
    shown = "with the mask" if mask.array.any() else "without a mask"
    return side_by_side(
        figure(pixels, f"{label}, {shown}", label) for label, pixels in pictures.items()
    )


def _surface(mask: Volume, python: Sequence[str]) -> str:
    if not mask.array.any():
        return ""
    try:
        pixels, _ = draw_surface(mask, python=python)
    except RenderingUnavailable as error:
        return f"<p>{escape(str(error))}</p>"
    return figure(pixels, "The surface of the mask, from two sides", "surface of the mask")


def _of_run(report: dict[str, Any]) -> list[tuple[str, str]]:
    names = [report["model"]["name"], *(one["name"] for one in report["averaged_with"])]
    rows = [("Model", " with ".join(names))]
    if report["region_model"] is not None:
        rows.append(("Region found by", report["region_model"]["name"]))
    rows.append(("Device", f"{report['device']}, {report['precision']}"))
    if report.get("rung", "as planned") != "as planned":  # older reports do not tell it
        rows.append(("Memory", f"was short: {report['rung']}"))
    seconds = report["seconds"]
    steps = ", ".join(f"{step.lower()} {duration:.1f} s" for step, duration in seconds.items())
    rows.append(("Time", f"{sum(seconds.values()):.1f} s: {steps}"))
    return [*rows, *report["versions"].items()]
