import json
import math

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.volume.volume import Volume

# Voxels of 10 x 5 x 20 mm hold 1 ml.
ONE_ML = np.array(
    [[10.0, 0, 0, -100], [0, 5.0, 0, 50], [0, 0, 20.0, 1000], [0, 0, 0, 1]], dtype=np.float64
)


def volume(*slices: list[list[int]], affine: np.ndarray = ONE_ML) -> Volume:
    return Volume(np.array(slices, dtype=np.uint8), affine)


NOTHING = [[0, 0, 0], [0, 0, 0]]
MASK = volume([[1, 1, 0], [0, 0, 0]], [[1, 0, 0], [0, 0, 0]], NOTHING, NOTHING)
REFERENCE = volume([[0, 1, 1], [0, 0, 0]], NOTHING, NOTHING, [[0, 0, 0], [0, 1, 0]])


def test_a_case_has_all_metrics_in_their_units() -> None:
    evaluation = evaluate(MASK, REFERENCE)
    assert evaluation.dice == pytest.approx(2 * 1 / 6)
    assert evaluation.jaccard == pytest.approx(1 / 5)
    assert evaluation.precision == pytest.approx(1 / 3)
    assert evaluation.recall == pytest.approx(1 / 3)
    assert evaluation.mask_ml == pytest.approx(3)
    assert evaluation.reference_ml == pytest.approx(3)
    assert evaluation.volume_difference_ml == pytest.approx(0)
    assert evaluation.volume_difference_percent == pytest.approx(0)
    assert not evaluation.resampled
    assert evaluation.reference_outside_percent == 0


def test_surface_distances_of_a_case_are_in_world_millimetres() -> None:
    evaluation = evaluate(MASK, REFERENCE)
    # From the mask: 10 (row 0 to the right), 0, and one slice and one column away, 10 and 20 mm.
    # From the reference: 0, 10, and from slice 3 to slice 1: 10, 5 and 40 mm.
    to_reference = [10, 0, math.hypot(10, 20)]
    to_mask = [0, 10, math.sqrt(10**2 + 5**2 + 40**2)]
    assert evaluation.average_surface_distance_mm == pytest.approx(
        (sum(to_reference) + sum(to_mask)) / 6
    )
    assert evaluation.hd95_mm == pytest.approx(np.percentile(to_mask, 95))


def test_slices_where_both_are_empty_are_left_out() -> None:
    rows = [
        (s.k, s.dice, s.jaccard, s.mask_voxels, s.reference_voxels)
        for s in evaluate(MASK, REFERENCE).slices
    ]
    assert rows == [(0, 0.5, pytest.approx(1 / 3), 2, 2), (1, 0, 0, 1, 0), (3, 0, 0, 0, 1)]


def test_an_oblique_sheared_scan_has_the_same_overlap_and_its_own_volume() -> None:
    affine = ONE_ML.copy()
    affine[:3, :3] = [[0, 4.0, 1.0], [-9.0, 0.5, 2.0], [0.3, 0, 21.0]]
    mask, reference = Volume(MASK.array, affine), Volume(REFERENCE.array, affine)
    evaluation = evaluate(mask, reference)
    assert not evaluation.resampled
    assert evaluation.dice == pytest.approx(1 / 3)
    assert evaluation.mask_ml == pytest.approx(3 * abs(np.linalg.det(affine[:3, :3])) / 1000)


def test_a_reference_stored_the_other_way_round_is_brought_to_the_masks_grid() -> None:
    flipped = ONE_ML.copy()
    flipped[:, 0] *= -1
    flipped[:3, 3] += 2 * ONE_ML[:3, 0]  # its first column is the last of the original
    reference = Volume(REFERENCE.array[:, :, ::-1].copy(), flipped)
    evaluation = evaluate(MASK, reference)
    assert evaluation.resampled
    assert evaluation.reference_outside_percent == 0
    assert [s.reference_voxels for s in evaluation.slices] == [2, 0, 1]
    assert evaluation.dice == evaluate(MASK, REFERENCE).dice


def test_a_finer_reference_is_resampled_to_the_masks_grid() -> None:
    # Each voxel of the reference cut in two along i: its centres lie a quarter aside.
    finer = ONE_ML.copy()
    finer[0, 0], finer[0, 3] = 5.0, -100 - 2.5
    reference = Volume(np.repeat(REFERENCE.array, 2, axis=2), finer)
    evaluation = evaluate(REFERENCE, reference)
    assert evaluation.resampled
    assert evaluation.dice == 1
    assert evaluation.reference_ml == pytest.approx(3)


def test_what_lies_beyond_the_masks_grid_is_reported() -> None:
    upper = ONE_ML.copy()
    upper[2, 3] += 20  # a mask that starts one slice higher
    mask = Volume(MASK.array[1:], upper)
    evaluation = evaluate(mask, REFERENCE)
    assert evaluation.resampled
    assert evaluation.reference_outside_percent == pytest.approx(100 * 2 / 3)
    assert evaluation.reference_ml == pytest.approx(1)


def test_a_reference_from_elsewhere_in_the_patient_is_refused() -> None:
    elsewhere = ONE_ML.copy()
    elsewhere[0, 3] += 5000
    with pytest.raises(InputError, match="share no field of view"):
        evaluate(MASK, Volume(REFERENCE.array, elsewhere))


def test_an_empty_reference_from_elsewhere_is_refused_too() -> None:
    elsewhere = ONE_ML.copy()
    elsewhere[0, 3] += 5000
    with pytest.raises(InputError, match="share no field of view"):
        evaluate(MASK, Volume(np.zeros_like(REFERENCE.array), elsewhere))


def test_a_reference_whose_pancreas_lies_outside_the_mask_is_refused() -> None:
    upper = ONE_ML.copy()
    upper[2, 3] += 20
    only_lowest = volume([[1, 1, 1], [1, 1, 1]], NOTHING, NOTHING, NOTHING)
    with pytest.raises(InputError, match="outside the mask's field of view"):
        evaluate(Volume(MASK.array[1:], upper), only_lowest)


@pytest.mark.parametrize("which", ["mask", "reference"])
def test_several_labels_are_refused(which: str) -> None:
    organs = REFERENCE.with_array(REFERENCE.array * np.arange(1, 4, dtype=np.uint8))
    given = {"mask": MASK, "reference": REFERENCE} | {which: organs}
    with pytest.raises(InputError, match=rf"The {which} has several labels \(2, 3\)"):
        evaluate(**given)


def test_a_single_label_may_have_any_value() -> None:
    reference = REFERENCE.with_array(REFERENCE.array.astype(np.float32) * 255)
    assert evaluate(MASK, reference) == evaluate(MASK, REFERENCE)


def test_two_empty_masks_agree_without_a_distance() -> None:
    empty = volume(NOTHING, NOTHING)
    evaluation = evaluate(empty, empty)
    assert (evaluation.dice, evaluation.jaccard) == (1, 1)
    assert math.isnan(evaluation.precision)
    assert math.isnan(evaluation.recall)
    assert math.isnan(evaluation.hd95_mm)
    assert evaluation.slices == ()


def test_an_undefined_metric_is_null_in_json() -> None:
    empty = Volume(np.zeros_like(REFERENCE.array), ONE_ML)
    values = json.loads(json.dumps(evaluate(empty, REFERENCE).as_dict(), allow_nan=False))
    assert values["precision"] is None
    assert values["hd95_mm"] is None
    assert values["recall"] == 0
    assert values["volume_difference_percent"] == -100
    assert values["slices"][1] == {
        "k": 3,
        "dice": 0,
        "jaccard": 0,
        "mask_voxels": 0,
        "reference_voxels": 1,
    }


def test_masks_far_from_the_edges_are_measured_as_they_lie() -> None:
    small, large = np.zeros((6, 7, 8), np.uint8), np.zeros((6, 7, 8), np.uint8)
    small[3, 2:4, 4], large[2:5, 2:4, 4] = 1, 1
    evaluation = evaluate(Volume(small, ONE_ML), Volume(large, ONE_ML))

    assert [one.k for one in evaluation.slices] == [2, 3, 4]
    assert [one.mask_voxels for one in evaluation.slices] == [0, 2, 0]
    assert (evaluation.mask_ml, evaluation.reference_ml) == pytest.approx((2, 6))
