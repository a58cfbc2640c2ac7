"""How the superpixel method is trained: its forests, then what its ConvNet is shown."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ForestRecipe:
    """Both forests of the cascade are trained alike.

    `rows_per_scan` patches or superpixels of each scan, half of them pancreas where there are so
    many. `least_rows` end in each leaf; a split is chosen from the share `features` of all.
    Candidates hold the share `sensitivity` of the pancreas, as forests tell that have not seen the
    scan.
    """

    trees: int = 24
    depth: int = 12
    least_rows: int = 10
    features: float = 0.6
    rows_per_scan: int = 6000
    sensitivity: float = 0.97


@dataclass(frozen=True)
class BoxRecipe:
    """Which candidates a batch has, and how their boxes are shown.

    `scales` (the paper's N_s in training) of the network's own for each candidate, `deformations`
    (its N_t) thin-plate splines a batch, whose control points move by `deformation` (standard
    deviation, in parts of half a box's side). The share `positive` is pancreas; the share `loose`
    comes from loose slices.
    """

    scales: int = 2
    deformations: int = 8
    deformation: float = 0.08
    positive: float = 0.35
    loose: float = 0.0


@dataclass(frozen=True)
class SuperpixelRecipe:
    """The two recipes. A training region lies around the reference, moved by up to `jitter_mm`."""

    forests: ForestRecipe = field(default_factory=ForestRecipe)
    boxes: BoxRecipe = field(default_factory=BoxRecipe)
    jitter_mm: float = 15.0
