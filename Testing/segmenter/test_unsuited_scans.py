"""Scans that can be segmented, but show no pancreas, or little of it: the bundled model says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume import Volume
from Testing.sentences import assert_tells

SPACING = (4.0, 3.0, 3.0)  # k, j, i; the coarse grid's


def places(shape: tuple[int, int, int]) -> list[np.ndarray]:
    """z, y and x of every voxel, in mm from the middle."""
    return [
        (index - (size - 1) / 2) * step
        for index, size, step in zip(np.indices(shape), shape, SPACING, strict=True)
    ]


def scanned(hu: np.ndarray) -> Volume:
    noise = np.random.default_rng(0).normal(0, 12, hu.shape)
    return Volume(np.rint(hu + noise).astype(np.int16), np.diag([*SPACING[::-1], 1.0]))


def head() -> Volume:
    """Skin, skull, brain and ventricles."""
    z, y, x = places((48, 76, 62))
    radius = np.sqrt((x / 75) ** 2 + (y / 95) ** 2 + (z / 85) ** 2)
    hu = np.select([radius < 0.92, radius < 1.0, radius < 1.08], [35.0, 900.0, 40.0], -1000.0)
    hu[(np.abs(x) < 8) & (np.abs(y) < 30) & (np.abs(z) < 12)] = 10
    return scanned(hu)


def legs() -> Volume:
    """Fat, muscle, femur with marrow, and an artery, twice."""
    _, y, x = places((60, 60, 112))
    hu = np.full(x.shape, -1000.0)
    for centre in (-85, 85):
        radius = np.hypot(x - centre, y)
        for limit, value in ((75, -100), (60, 55), (14, 1000), (8, -50)):
            hu[radius < limit] = value
        hu[np.hypot(x - 0.7 * centre, y - 25) < 5] = 150
    return scanned(hu)


@pytest.fixture(scope="module")
def bundled() -> Segmenter:
    return Segmenter(device="cpu")


@pytest.mark.parametrize("scan", [head, legs])
def test_in_a_head_and_in_legs_no_pancreas_is_found(
    scan: Callable[[], Volume], bundled: Segmenter
) -> None:
    result = bundled.segment(scan())

    assert not result.found
    assert not result.mask.array.any()
    (warning,) = result.report.warnings
    assert warning.startswith("No pancreas was found")


def test_slices_of_10_mm_are_segmented_with_a_warning(
    bright_model: Path, scan_with_balls: Callable[..., tuple[Volume, np.ndarray]]
) -> None:
    affine = np.diag([2.0, 2.0, 10.0, 1.0])
    scan, wanted = scan_with_balls((16, 60, 60), affine, [((60.0, 60.0, 80.0), 25.0)])

    result = Segmenter(bright_model).segment(scan)

    assert dice(result.mask.array, wanted) > 0.8
    assert result.mask.grid.is_same_as(scan.grid)
    (warning,) = [one for one in result.report.warnings if "apart" in one]
    assert_tells(warning, "10.0 mm apart", "volume be wrong", "thinner slices")
