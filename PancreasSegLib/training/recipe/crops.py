"""What a network is trained on at a time: crops of slices or patches, and how they are changed."""

from __future__ import annotations

import typing
from dataclasses import dataclass


@dataclass(frozen=True)
class Sampling:
    """Where a training crop is taken from.

    `crop` is rows, columns in pixels of the training grid. It is centred on the pancreas (a fine
    stage that works inside a found region) or on the body (a coarse stage that sees all), moved by
    up to `jitter_mm` each way. `positive` is the share of crops from slices with pancreas; the
    others come from anywhere up to `margin_mm` beyond its ends, or, without a margin, from
    anywhere in the scan. `loose` is the share of loose slices.
    """

    crop: tuple[int, int]
    centre: typing.Literal["pancreas", "body"]
    jitter_mm: float
    margin_mm: float | None = None
    positive: float = 0.8
    loose: float = 0.0


@dataclass(frozen=True)
class Patches:
    """Where the patches for a network of whole regions come from, and how they are changed.

    `size` is slices, rows, columns in voxels of the training grid. A patch is centred on the
    pancreas, moved by up to `jitter_mm` along each axis; the share `anywhere` of them lies anywhere
    in the scan. Beside what `Augmentation` says of slices, a patch is tilted by up to
    `tilt_degrees` about both other axes and stretched along each axis by itself by up to a factor
    of 1 + `stretch`. The share `coarse` of them loses resolution: voxels of up to `coarse_mm` along
    the patient's axis, of up to half of that across. Of the share `slab` the scan is cut off above
    and below, with `least_slab_mm` left at least.
    """

    size: tuple[int, int, int]
    jitter_mm: float
    anywhere: float = 0.15
    tilt_degrees: float = 10.0
    stretch: float = 0.1
    coarse: float = 0.25
    coarse_mm: float = 8.0
    slab: float = 0.2
    least_slab_mm: float = 40.0


@dataclass(frozen=True)
class Augmentation:
    """How far a crop is changed at most; 0 switches a change off.

    `scale` 0.2 is a factor between 1/1.2 and 1.2, and so are `contrast` and `gamma`; `brightness`
    and `noise` (standard deviation) are in parts of the window. `elastic_mm` is two standard
    deviations of the shift. `damaged` is the share of the slices of an RNN's stack that are spoilt
    one by one, so that the recurrence sees errors that the neighbouring slices can repair.
    """

    rotation_degrees: float = 15.0
    scale: float = 0.2
    loose_scale: float = 0.3
    elastic_mm: float = 6.0
    contrast: float = 0.25
    brightness: float = 0.1
    gamma: float = 0.25
    noise: float = 0.06
    blur_mm: float = 1.2
    damaged: float = 0.0
