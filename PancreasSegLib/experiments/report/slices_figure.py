"""Figure 2 of Cai et al. 2017: axial slices of one case, without and with contextual learning."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from PancreasSegLib.experiments.report.figure_files import figure
from PancreasSegLib.experiments.report.rows import Row
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.rendering.planes import Plane, Region, axial_planes
from PancreasSegLib.segmenter.window import windowed_on_grid
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.volume import Grid, Volume, read_mask, read_volume, resample

SLICES = 5
AROUND_MM = 35.0
PIXEL_MM = 0.5


def draw_slices(study: Study, rnn: Row, path: Path) -> str:
    """Draw the case that gains most by the RNN; the caption."""
    cnn = rnn.cnn
    assert cnn is not None  # callers have asked
    gains = {
        case: rnn.cases[case]["dice"] - cnn.cases[case]["dice"]
        for case in sorted(rnn.cases.keys() & cnn.cases.keys())
    }
    key = max(gains, key=lambda case: gains[case])
    case = study.cases[rnn.cases[key]["scan"]]
    scan = read_volume(case.image)
    reference = read_reference(case, scan)
    planes, region = _planes(scan.grid, reference)
    results = [read_mask(row.masks[key]) for row in (cnn, rnn)]
    _, rows, columns = planes[0].grid(region, PIXEL_MM).shape
    high = 2 * (2.2 * rows / columns + 0.4)
    with figure(path, (2.2 * len(planes), high), 2, len(planes), "black") as (drawn, axes):
        for line, (row, result) in enumerate(zip((cnn, rnn), results, strict=True)):
            for axis, plane in zip(axes[line], planes, strict=True):
                grid = plane.grid(region, PIXEL_MM)
                picture = windowed_on_grid(scan, study.experiment.window, grid).array[0]
                axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
                for mask, colour in ((reference, "white"), (result, "red")):
                    share = _share(mask, grid)
                    if share.max() > 0.5 > share.min():
                        axis.contour(share, [0.5], colors=colour, linewidths=0.9)
                axis.set_axis_off()
                axis.set_title(f"\n{plane.label}", color="white", fontsize=7, loc="left")
            told = f"{row.label}: DSC {row.cases[key]['dice']:.2f}\n{planes[0].label}"
            axes[line, 0].set_title(told, color="white", fontsize=7, loc="left")
        drawn.tight_layout(pad=0.4)
    return (
        f"Axial slices of the case that gains most, {key}. First row {cnn.label}, second row"
        f" {rnn.label}; reference white, result red. Patient's right at the left."
    )


def _planes(grid: Grid, reference: Volume) -> tuple[list[Plane], Region]:
    """Planes through the reference, and the field around it."""
    k, j, i = np.nonzero(reference.array)
    points = reference.grid.to_world(np.stack([i, j, k], axis=1).astype(float))
    low, high = points.min(axis=0), points.max(axis=0)
    planes = axial_planes(grid, low[2], high[2], SLICES)[::-1]
    return planes, Region(low - AROUND_MM, high + AROUND_MM)


def _share(mask: Volume, grid: Grid) -> np.ndarray:
    """How far each pixel of the plane (rows, columns) is covered by the mask, 0 to 1."""
    inside = mask.with_array((mask.array != 0).astype(np.float32))
    return resample(inside, grid, outside=0.0).array[0]
