"""The part of a stack that a network is validated on: where its training takes crops from."""

from __future__ import annotations

from PancreasSegLib.training.data.patch_sampling import pancreas_centre
from PancreasSegLib.training.data.sampling import find_span
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.recipe.crops import Patches, Sampling

Window3D = tuple[slice, slice, slice]
"""Slices, rows and columns; it may end beyond the stack."""


def crop_window(stack: Stack, sampling: Sampling, slice_mm: float) -> Window3D:
    """What crops of slices are centred on, with the margin, whose slices lie `slice_mm` apart."""
    span, depth = find_span(stack, sampling.centre), stack.image.shape[0]
    reach = depth if sampling.margin_mm is None else round(sampling.margin_mm / slice_mm)
    lows = [round(c - s / 2) for c, s in zip(span.centre, sampling.crop, strict=True)]
    rows, columns = (
        slice(max(low, 0), low + size) for low, size in zip(lows, sampling.crop, strict=True)
    )
    return slice(max(span.first - reach, 0), span.last + reach + 1), rows, columns


def patch_window(stack: Stack, patches: Patches) -> Window3D:
    """What patches are centred on."""
    parts = []
    for middle, size in zip(pancreas_centre(stack), patches.size, strict=True):
        low = round(middle - size / 2)
        parts.append(slice(max(low, 0), max(low + size, 1)))
    slices, rows, columns = parts
    return slices, rows, columns
