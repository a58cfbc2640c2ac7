"""The sanity report on the training data, made before the first step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.segmenter.grey_values import DARK_HU, LOWEST_TISSUE_HU
from PancreasSegLib.segmenter.result_warnings import PLAUSIBLE_ML
from PancreasSegLib.training.data.left_right import right_to_left
from PancreasSegLib.training.data.stack import Stack, Stored
from PancreasSegLib.training.data.tissues import CT_WINDOW
from PancreasSegLib.training.recipe.config import Data


@dataclass(frozen=True)
class CaseReport:
    """What was found in one scan (`stored`: in its file) or loose slice, on the training grid.

    `grey_percentiles` are the percentiles 1, 50 and 99 of the image, in parts of `seen_window`.
    `right_to_left` is None for a loose slice and for a window that is not in HU.
    """

    name: str
    kind: str
    stored: Stored | None
    shape: tuple[int, ...]
    spacing_mm: tuple[float, float, float]
    grey_percentiles: tuple[float, ...]
    pancreas_ml: float
    pancreas_slices: int
    right_to_left: float | None
    warnings: tuple[str, ...]


def report(stacks: Sequence[Stack], data: Data, rnn_length: int = 1) -> list[CaseReport]:
    """The report on all stacks; an RNN is trained on `rnn_length` successive slices of each."""
    return [inspect(stack, data, rnn_length) for stack in stacks]


def inspect(stack: Stack, data: Data, rnn_length: int = 1) -> CaseReport:
    """Size, spacing, grey levels, the mask's volume, and whether left and right are mixed up."""
    ml = float(stack.mask.sum()) * float(np.prod(data.spacing_mm)) / 1000
    ratio, window = None, seen_window(stack, data)
    if not stack.loose and stack.mask.any() and window.kind == "hu":
        ratio = round(right_to_left(stack, window, data.spacing_mm), 2)
    return CaseReport(
        stack.name,
        "loose slice" if stack.loose else "scan",
        stack.stored,
        stack.image.shape,
        data.spacing_mm,
        tuple(round(float(p) / 255, 3) for p in np.percentile(stack.image, (1, 50, 99))),
        round(ml, 1),
        int(stack.mask.any(axis=(1, 2)).sum()),
        ratio,
        (*_warnings(stack, data, ml, ratio), *_too_short(stack, rnn_length)),
    )


def seen_window(stack: Stack, data: Data) -> Window:
    """The window that the stack's grey levels are in: of a scan to be drawn anew, the CT's."""
    return data.window if stack.tissues is None else CT_WINDOW


def _warnings(stack: Stack, data: Data, ml: float, ratio: float | None) -> Iterator[str]:
    if not stack.mask.any():
        yield "the reference mask is empty on the training grid"
    elif not stack.loose and not PLAUSIBLE_ML[0] <= ml <= PLAUSIBLE_ML[1]:
        yield f"the reference mask has {ml:.0f} ml; look whether it is the pancreas"
    if ratio is not None and ratio < 1:
        yield "the liver seems to be at the left; look whether the scan is mirrored"
    if stack.image.max() == stack.image.min():
        yield "the image is constant inside the window"
    if stack.stored is not None and seen_window(stack, data).kind == "hu":
        low, high = stack.stored.grey_range
        if low > DARK_HU[1] or high < LOWEST_TISSUE_HU:
            yield f"the grey values, {low:g} to {high:g}, do not look like Hounsfield units"


def _too_short(stack: Stack, rnn_length: int) -> Iterator[str]:
    slices = stack.image.shape[0]
    if not stack.loose and slices < rnn_length:
        yield f"it has {slices} slices, fewer than the RNN's {rnn_length}; the RNN will not see it"


def as_text(rows: Sequence[CaseReport]) -> str:
    """A table for people: one line a scan, one line for all loose slices, then the warnings."""
    titles = ("slices", "rows", "columns", "spacing mm", "grey values", "pancreas ml", "right/left")
    lines = [_line("scan", titles)]
    lines += [_line(row.name, _cells(row, row.stored)) for row in rows if row.stored is not None]
    loose = sum(row.kind == "loose slice" for row in rows)
    lines.append(f"and {loose} loose slices" if loose else "no loose slices")
    lines += [f"WARNING {row.name}: {warning}" for row in rows for warning in row.warnings]
    return "\n".join(lines)


def _cells(row: CaseReport, stored: Stored) -> list[str]:
    spacing = " x ".join(f"{length:.2f}" for length in stored.spacing_mm)
    greys = "{:g} to {:g}".format(*stored.grey_range)
    ratio = "-" if row.right_to_left is None else f"{row.right_to_left:.2f}"
    return [*map(str, reversed(stored.size)), spacing, greys, f"{row.pancreas_ml:.1f}", ratio]


def _line(name: str, cells: Sequence[str]) -> str:
    widths = (8, 6, 9, 21, 15, 13, 12)
    columns = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<14}{''.join(columns)}"
