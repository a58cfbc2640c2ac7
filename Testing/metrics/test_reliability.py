import numpy as np
import pytest

from PancreasSegLib.metrics.reliability import (
    EDGES,
    calibrated,
    calibration_curve,
    reliability,
)


def record(**bins: tuple[int, float, int]) -> dict[str, list[float]]:
    """Counts in the bins that begin at `p10` for 0.1, ...: voxels, their sum, pancreas."""
    counts = np.zeros((3, len(EDGES) - 1))
    for name, values in bins.items():
        counts[:, EDGES.index(int(name[1:]) / 100)] = values
    return dict(zip(("voxels", "sum_of_probability", "pancreas"), counts.tolist(), strict=True))


def test_voxels_are_counted_in_bins_of_probability() -> None:
    probability = np.array([[[0.03125, 0.125, 0.1875, 0.5, 0.9921875, 1.0]]], dtype=np.float32)
    reference = np.array([[[0, 0, 1, 1, 1, 0]]], dtype=np.uint8)

    counted = reliability(probability, reference)

    expected = record(
        p1=(1, 0.03125, 0), p10=(2, 0.3125, 1), p50=(1, 0.5, 1), p99=(1, 0.9921875, 1)
    )
    expected["voxels"][-1] = expected["sum_of_probability"][-1] = 1.0
    assert counted == expected


def test_voxels_that_were_never_looked_at_do_not_count() -> None:
    counted = reliability(np.zeros((2, 2, 2), np.float32), np.ones((2, 2, 2), np.uint8))

    assert sum(counted["voxels"]) == sum(counted["pancreas"]) == 0


def test_the_curve_goes_through_each_bins_mean_and_share_over_all_scans() -> None:
    scans = [record(p10=(6, 0.7, 0), p80=(5, 4.2, 3)), record(p10=(4, 0.8, 1), p80=(5, 4.2, 4))]

    assert calibration_curve(scans) == ((0.15, 0.1), (0.84, 0.7))


def test_bins_that_would_make_the_curve_fall_are_pooled() -> None:
    falling = record(p10=(10, 1.5, 2), p20=(10, 2.5, 6), p30=(10, 3.5, 4), p80=(10, 8.5, 9))

    assert calibration_curve([falling]) == ((0.15, 0.2), (0.3, 0.5), (0.85, 0.9))


def test_points_too_near_to_be_told_apart_are_pooled() -> None:
    nearly_one = record(p50=(1, 0.5, 0), p99=(1000, 1000 * (1 - 1e-12), 500))
    nearly_one["voxels"][-1] = nearly_one["sum_of_probability"][-1] = 1000.0
    nearly_one["pancreas"][-1] = 700.0

    assert calibration_curve([nearly_one]) == ((0.5, 0.0), (1.0, 0.6))


def test_between_the_curves_points_the_share_is_linear_in_the_logit() -> None:
    curve = ((0.2, 0.1), (0.5, 0.4), (0.8, 0.7))  # logits -1.386, 0 and 1.386

    shares = calibrated(np.array([[[0.2, 1 / 3, 0.5, 0.8]]], np.float32), curve)

    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares, [[[0.1, 0.25, 0.4, 0.7]]], rtol=1e-6)


def test_beyond_the_curves_points_the_share_stays_and_zero_stays_zero() -> None:
    shares = calibrated(np.array([[[0.0, 1e-9, 0.999, 1.0]]], np.float32), ((0.2, 0.1), (0.8, 0.7)))

    np.testing.assert_allclose(shares, [[[0.0, 0.1, 0.7, 0.7]]], rtol=1e-6)


def test_a_probability_that_is_nearly_one_is_not_the_same_as_one() -> None:
    curve = ((1 - 1e-4, 0.4), (1.0, 0.8))

    lower, higher = calibrated(np.array([[[1 - 1e-4, 1 - 1e-6]]], np.float32), curve)[0, 0]

    assert lower == pytest.approx(0.4, abs=0.01)
    assert 0.6 < higher < 0.75


def test_a_calibrated_probability_is_calibrated() -> None:
    random = np.random.default_rng(4)
    probability = random.uniform(0.001, 1.0, (20, 100, 100)).astype(np.float32)
    reference = random.random(probability.shape) < probability**2  # far too sure of pancreas

    curve = calibration_curve([reliability(probability, reference)])
    again = reliability(calibrated(probability, curve), reference)

    voxels, total, pancreas = (np.array(counts) for counts in again.values())
    enough = voxels > 2000
    assert enough.sum() >= 8
    assert total[enough] / voxels[enough] == pytest.approx(
        pancreas[enough] / voxels[enough], abs=0.02
    )
