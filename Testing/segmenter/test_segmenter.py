"""The whole way, with a network that finds bright voxels: is the mask where the bright ball is?"""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from PancreasSegLib.errors import Cancelled, InputError, WeightsError
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Combination, RegionStage, Window
from PancreasSegLib.networks import JAC, UNet3D
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume import Volume
from PancreasSegLib.volume.patient_box import PatientBox
from Testing.segmenter.conftest import LARGEST
from Testing.sentences import assert_tells

ScanWithBalls = Callable[..., tuple[Volume, np.ndarray]]
SaveModel = Callable[..., Path]

CENTRE = (23.0, -31.0, 112.0)
STRAIGHT = np.array(
    [[1.8, 0, 0, -20.0], [0, 1.8, 0, -70.0], [0, 0, 3.0, 70.0], [0, 0, 0, 1]], dtype=float
)
SHAPE = (26, 44, 50)


def rotation(degrees: float, axis: int) -> np.ndarray:
    a, b = [other for other in range(3) if other != axis]
    angle = np.radians(degrees)
    matrix = np.eye(3)
    matrix[[a, a, b, b], [a, b, a, b]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
    return matrix


def centre_of(mask: Volume) -> np.ndarray:
    """LPS mm."""
    k, j, i = np.nonzero(mask.array)
    return mask.grid.to_world(np.stack([i, j, k], axis=1).astype(float)).mean(axis=0)


def probability_of(model: Path, scan: Volume, region: PatientBox | None = None) -> Volume:
    probability = Segmenter(model, "cpu").segment(scan, region, keep_probability=True).probability
    assert probability is not None
    return probability


def framed(steps: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """An affine with these steps (columns) whose middle lies a little off the ball's centre."""
    affine = np.eye(4)
    affine[:3, :3] = steps
    middle = np.add(CENTRE, (4.0, 5.0, -3.0))
    affine[:3, 3] = middle - steps @ (np.array(shape[::-1]) - 1) / 2
    return affine


def stored_ways() -> dict[str, tuple[tuple[int, int, int], np.ndarray]]:
    """Shape and affine of scans of the same place, stored in different ways."""
    steps = np.diag([1.8, 2.0, 3.0])
    ways = {}
    for order in itertools.permutations(range(3)):
        for name, signs in (("kept", (1, 1, 1)), ("flipped", (-1, 1, -1)), ("mirror", (1, -1, 1))):
            columns = (steps * signs)[:, order]
            shape = np.array(SHAPE[::-1])[list(order)][::-1]
            ways[f"axes {order} {name}"] = (tuple(shape.tolist()), columns)
    sheared = steps.copy()
    sheared[1, 2] = 1.2
    turned = rotation(25, 0) @ rotation(-15, 1) @ rotation(40, 2)
    ways["oblique"] = (SHAPE, turned @ steps)
    ways["sheared"] = (SHAPE, sheared)
    ways["oblique, sheared and left-handed"] = (SHAPE, turned @ sheared * (-1, 1, 1))
    return {name: (shape, framed(columns, shape)) for name, (shape, columns) in ways.items()}


@pytest.mark.parametrize("way", stored_ways())
def test_the_mask_lies_on_the_ball_however_the_scan_is_stored(
    way: str, bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    shape, affine = stored_ways()[way]
    scan, truth = scan_with_balls(shape, affine, [(CENTRE, 14.0)])
    segmentation = Segmenter(bright_model, "cpu").segment(scan)
    mask = segmentation.mask.array
    assert segmentation.found
    assert mask.dtype == np.uint8
    assert segmentation.mask.grid.is_same_as(scan.grid)
    overlap = 2 * (mask.astype(bool) & truth).sum() / (mask.sum() + truth.sum())
    assert overlap > 0.9
    centroid = scan.grid.to_world(np.argwhere(mask)[:, ::-1]).mean(axis=0)
    assert np.linalg.norm(centroid - CENTRE) < 0.6


def test_air_and_bone_beyond_the_window_change_nothing(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    rng = np.random.default_rng(1)
    noisy = scan.array + rng.integers(-90, 90, SHAPE)
    noisy[:, :6] = -1000
    noisy[:, :, 40:] = 1500
    noisy[truth & (rng.random(SHAPE) < 0.1)] = 1500
    segmenter = Segmenter(bright_model, "cpu")
    real = segmenter.segment(Volume(noisy.astype(np.int16), STRAIGHT), keep_probability=True)
    clipped = np.clip(noisy, -125, 275).astype(np.float32)
    same = segmenter.segment(Volume(clipped, STRAIGHT), keep_probability=True)
    assert real.probability is not None and same.probability is not None
    assert real.mask.array.any()
    assert np.array_equal(real.mask.array, same.mask.array)
    assert np.array_equal(real.probability.array, same.probability.array)


def test_an_empty_scan_gets_an_empty_mask_and_no_pancreas_found(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [])
    scan.array[5, 5, 5] = 100
    segmentation = Segmenter(bright_model, "cpu").segment(scan, keep_probability=True)
    assert not segmentation.found
    assert not segmentation.mask.array.any()
    assert segmentation.mask.grid.is_same_as(scan.grid)
    assert segmentation.probability is not None
    assert segmentation.probability.array.shape == SHAPE
    assert segmentation.report.volume_ml == 0
    assert segmentation.report.intensity_mean is None
    (warning,) = segmentation.report.warnings
    assert warning.startswith("No pancreas was found")


def test_a_ball_too_small_for_a_pancreas_is_not_found(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 8.0)])  # 2 ml
    assert not Segmenter(bright_model, "cpu").segment(scan).found


def test_a_region_of_interest_replaces_the_coarse_stage(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    small = (40.0, -20.0, 90.0)
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [((0.0, -40.0, 120.0), 14.0), (small, 6.0)])
    roi = PatientBox((30.0, -30.0, 80.0), (50.0, -10.0, 100.0))
    told: list[Progress] = []
    segmentation = Segmenter(bright_model, "cpu").segment(scan, roi, told.append)
    points = scan.grid.to_world(np.argwhere(segmentation.mask.array)[:, ::-1])
    assert np.abs(points.mean(axis=0) - small).max() < 0.6
    assert segmentation.report.region == {
        "low_mm": [30.0, -30.0, 80.0],
        "high_mm": [50.0, -10.0, 100.0],
        "found_ml": None,
    }
    assert segmentation.report.region_model is None
    assert segmentation.report.agreement is None
    assert "Finding the pancreas" not in {progress.step for progress in told}


def test_a_region_of_interest_beside_the_scan_is_refused(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    roi = PatientBox((200.0, -30.0, 80.0), (250.0, -10.0, 100.0))
    with pytest.raises(InputError) as caught:
        Segmenter(bright_model, "cpu").segment(scan, roi)
    region, extent = "from (200 -30 80) to (250 -10 100)", "from (-21 -71 68) to (69 8 146)"
    assert_tells(caught.value, region, extent, "millimetres, LPS", "move it onto the scan")


def test_a_mask_cut_by_the_region_of_interest_is_warned_about(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 18.0)])
    roi = PatientBox((23.0, -60.0, 80.0), (60.0, 0.0, 140.0))
    report = Segmenter(bright_model, "cpu").segment(scan, roi).report
    assert any("edge of the region" in warning for warning in report.warnings)


def test_a_mask_cut_by_the_last_slice_is_warned_about(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [((23.0, -31.0, 145.0), 20.0)])
    report = Segmenter(bright_model, "cpu").segment(scan).report
    assert report.warnings[0].startswith("The mask reaches the first or last slice of the scan")
    assert not any("edge of the region" in warning for warning in report.warnings)


def test_a_coarse_model_that_sees_more_than_the_fine_one_is_warned_about(
    save_model: SaveModel, bright_jac: JAC, scan_with_balls: ScanWithBalls
) -> None:
    balls = [((0.0, -40.0, 120.0), 12.0), ((40.0, -20.0, 90.0), 11.0), ((54.0, -50.0, 130.0), 11.0)]
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, balls)
    save_model(bright_jac, "coarse", task="region", spacing_mm=(3.0, 3.0, 4.0))
    stage = RegionStage("coarse", (9.0, 9.0, 9.0))
    one = save_model(bright_jac, "one", region=stage, combination=LARGEST)
    every = save_model(bright_jac, "every", region=stage)
    of_one, of_every = (Segmenter(model, "cpu").segment(scan).report for model in (one, every))
    assert of_one.agreement == pytest.approx(2 * 12**3 / (2 * 12**3 + 2 * 11**3), abs=0.05)
    assert any("disagree on where it is" in warning for warning in of_one.warnings)
    assert of_every.agreement == pytest.approx(1.0, abs=0.15)
    assert not any("disagree on where it is" in warning for warning in of_every.warnings)


def test_the_largest_of_two_bright_balls_is_kept_where_the_manifest_says_so(
    save_model: SaveModel, bright_jac: JAC, scan_with_balls: ScanWithBalls
) -> None:
    balls = [((0.0, -40.0, 120.0), 12.0), ((45.0, -20.0, 90.0), 8.0)]
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, balls)
    _, large = scan_with_balls(SHAPE, STRAIGHT, balls[:1])
    both = Segmenter(save_model(bright_jac, "both")).segment(scan).mask.array.astype(bool)
    one = save_model(bright_jac, "one", combination=LARGEST)
    largest = Segmenter(one).segment(scan).mask.array.astype(bool)
    assert (both & truth & ~large).any()
    assert not (largest & truth & ~large).any()
    assert np.array_equal(both & large, largest)


def test_the_same_scan_gives_the_same_bits_again(
    whole_scan_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    answers = [
        Segmenter(whole_scan_model, "cpu").segment(scan, keep_probability=True) for _ in range(2)
    ]
    first, second = (answer.probability for answer in answers)
    assert first is not None and second is not None
    assert first.array.std() > 0.01
    assert np.array_equal(first.array, second.array)
    assert np.array_equal(answers[0].mask.array, answers[1].mask.array)


def test_the_input_is_left_as_it_was(bright_model: Path, scan_with_balls: ScanWithBalls) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    values = scan.array.copy()
    Segmenter(bright_model, "cpu").segment(scan)
    assert np.array_equal(scan.array, values)


def test_the_probability_is_above_the_threshold_exactly_on_the_mask(
    save_model: SaveModel, bright_jac: JAC, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    model = save_model(bright_jac, "low", combination=Combination(threshold=0.25))
    segmentation = Segmenter(model, "cpu").segment(scan, keep_probability=True)
    assert segmentation.probability is not None
    assert segmentation.probability.grid.is_same_as(scan.grid)
    assert segmentation.probability.array.dtype == np.float32
    assert np.array_equal(segmentation.probability.array > 0.25, segmentation.mask.array == 1)


def test_a_probability_is_calibrated_and_the_mask_is_not_changed_by_that(
    save_model: SaveModel, bright_jac: JAC, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    curve = ((0.01, 0.1), (0.99, 0.8))
    raw = Segmenter(save_model(bright_jac, "raw")).segment(scan, keep_probability=True)
    model = save_model(bright_jac, "calibrated", calibration=curve)
    segmentation = Segmenter(model).segment(scan, keep_probability=True)
    assert raw.probability is not None and segmentation.probability is not None
    certain = raw.probability.array > 0.99
    assert certain.sum() > 100
    assert segmentation.probability.array[certain] == pytest.approx(0.8)
    assert not segmentation.probability.array[raw.probability.array == 0].any()
    assert np.array_equal(segmentation.mask.array, raw.mask.array)


def test_progress_rises_to_one_through_all_steps(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    told: list[Progress] = []
    report = Segmenter(bright_model, "cpu").segment(scan, progress=told.append).report
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0 and fractions[-1] == 1.0
    assert list(dict.fromkeys(progress.step for progress in told)) == [
        "Checking the scan",
        "Finding the pancreas",
        "Segmenting slices",
        "Relating neighbouring slices",
        "Returning to the scan's grid",
    ]
    assert list(report.seconds) == list(dict.fromkeys(progress.step for progress in told))
    assert told[0].seconds_left is None and told[-1].seconds_left == 0.0


@pytest.mark.parametrize(("view", "towards"), [("axial", 1), ("coronal", 2), ("sagittal", 2)])
def test_a_network_takes_the_slices_of_its_view(
    view: str, towards: int, bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    upright = Segmenter(save_model(bright_jac, "upright"), "cpu").segment(scan).mask
    weight = dict(bright_jac.named_parameters())["scale_blocks.0.cbr_blocks.0.0.weight"]
    with torch.no_grad():
        weight.zero_()[..., 2, 1] = 1.0  # what is seen in the next row

    moved = Segmenter(save_model(bright_jac, "moved", views=(view,)), "cpu").segment(scan).mask

    shift = centre_of(moved) - centre_of(upright)
    expected = np.zeros(3)
    expected[towards] = -(1.5, 1.5, 2.0)[towards]  # one row of the model's grid
    assert shift == pytest.approx(expected, abs=0.3)


def test_a_model_is_averaged_with_others_and_cut_at_its_own_threshold(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    sees = save_model(bright_jac, "sees")
    others = ("coronal", "sagittal")
    low = save_model(bright_jac, "low", combination=Combination(others, threshold=0.2))
    high = save_model(bright_jac, "high", combination=Combination(others, threshold=0.35))
    with torch.no_grad():
        dict(bright_jac.named_parameters())["scale_blocks.0.side_output.weight"].zero_()
    save_model(bright_jac, "coronal", views=("coronal",))  # finds nothing
    save_model(bright_jac, "sagittal", views=("sagittal",))

    alone = Segmenter(sees, "cpu").segment(scan)
    found = Segmenter(low, "cpu").segment(scan, keep_probability=True)

    assert found.probability is not None
    assert found.probability.array[truth].max() == pytest.approx(1 / 3, abs=1e-3)
    assert found.mask.grid.is_same_as(scan.grid)
    assert dice(found.mask.array > 0, alone.mask.array > 0) > 0.95
    assert not Segmenter(high, "cpu").segment(scan).mask.array.any()


def test_a_model_on_another_grid_and_window_is_averaged_where_the_voxels_are(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    alone = save_model(bright_jac, "alone")
    both = save_model(bright_jac, "both", combination=Combination(("coarse",)))
    save_model(bright_jac, "coarse", spacing_mm=(3.0, 2.0, 2.5), window=Window("hu", -90.0, 240.0))

    expected = Segmenter(alone, "cpu").segment(scan)
    found = Segmenter(both, "cpu").segment(scan)

    assert found.mask.grid.is_same_as(scan.grid)
    assert dice(found.mask.array > 0, truth) > 0.9
    assert centre_of(found.mask) == pytest.approx(centre_of(expected.mask), abs=0.3)


def test_a_network_with_a_field_of_view_answers_in_the_region_as_it_would_in_the_whole_scan(
    save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    torch.manual_seed(1)
    # Its norms are of all that it sees.
    network = UNet3D(channels=2, blocks=1, scales=2)
    wide = save_model(network, "wide", field_of_view_mm=(500.0, 500.0, 500.0))
    narrow = save_model(network, "narrow")
    region = PatientBox(tuple(np.subtract(CENTRE, 12.0)), tuple(np.add(CENTRE, 12.0)))

    in_whole_scan = probability_of(narrow, scan)
    in_region = probability_of(wide, scan, region)

    assert in_region.grid.is_same_as(scan.grid)
    middle = tuple(np.rint(scan.grid.to_index(np.array([CENTRE]))[0]).astype(int)[::-1])
    around = tuple(slice(index - 2, index + 3) for index in middle)
    assert in_region.array[around] == pytest.approx(in_whole_scan.array[around], abs=1e-5)
    assert probability_of(narrow, scan, region).array[around] != pytest.approx(
        in_whole_scan.array[around], abs=1e-3
    )
    assert not in_region.array[0].any()  # outside of the region


def test_a_model_that_others_are_averaged_with_keeps_its_own_field_of_view(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    torch.manual_seed(1)
    wide = save_model(
        UNet3D(channels=2, blocks=1, scales=2), "wide", field_of_view_mm=(500.0, 500.0, 500.0)
    )
    alone = save_model(bright_jac, "alone")
    both = save_model(bright_jac, "both", combination=Combination(("wide",)))
    region = PatientBox(tuple(np.subtract(CENTRE, 24.0)), tuple(np.add(CENTRE, 24.0)))

    mean = probability_of(both, scan, region)

    parts = [probability_of(model, scan, region).array for model in (alone, wide)]
    assert mean.grid.is_same_as(scan.grid)
    assert mean.array == pytest.approx(np.mean(parts, axis=0), abs=1e-5)


def test_a_scan_whose_aorta_is_dark_is_told_to_be_without_contrast_medium(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    """The 3D network of two takes everything for aorta, and the scan is of 0 HU."""
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    network = UNet3D(channels=2, blocks=1, scales=2, classes=3)
    with torch.no_grad():
        network.to_side_outputs[0].weight.zero_()
        network.to_side_outputs[0].bias.copy_(torch.tensor([0.0, -9.0, 9.0]))
    save_model(network, "3d", organs=("aorta",))
    both = save_model(bright_jac, "both", combination=Combination(("3d",)))
    alone = save_model(bright_jac, "alone")

    told, untold = (
        "\n".join(Segmenter(model, "cpu").segment(scan).report.warnings) for model in (both, alone)
    )

    assert "The aorta has about 0 HU, as without contrast medium" in told
    assert "aorta" not in untold


def test_the_median_leaves_out_what_one_network_alone_finds(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    median = Combination(averaged_by="median", threshold=0.2)
    sees = save_model(bright_jac, "sees")
    two_see = save_model(
        bright_jac, "two", combination=replace(median, averaged_with=("sees", "blind"))
    )
    one_sees = save_model(
        bright_jac, "one", combination=replace(median, averaged_with=("blind", "blind too"))
    )
    with torch.no_grad():
        dict(bright_jac.named_parameters())["scale_blocks.0.side_output.weight"].zero_()
    for name in ("blind", "blind too"):
        save_model(bright_jac, name)

    alone, of_two, of_one = (
        Segmenter(model, "cpu").segment(scan).mask for model in (sees, two_see, one_sees)
    )

    assert of_two.grid.is_same_as(scan.grid)
    assert dice(of_two.array > 0, alone.array > 0) > 0.95
    assert not of_one.array.any()


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    save_model(bright_jac, "sees", views=("axial", "coronal"))  # each of them counts
    with torch.no_grad():
        dict(bright_jac.named_parameters())["scale_blocks.0.side_output.weight"].zero_()
    save_model(bright_jac, "blind")
    model = save_model(
        bright_jac, "four", combination=Combination(("sees", "blind"), "median", threshold=0.2)
    )

    found = Segmenter(model, "cpu").segment(scan, keep_probability=True)

    assert found.probability is not None
    assert found.probability.array[truth].max() == pytest.approx(1 / 2, abs=1e-3)


@pytest.mark.parametrize(("share", "warned"), [(0.33, True), (0.95, False)])
def test_the_calibrated_probability_of_a_mean_tells_how_good_its_mask_is(
    share: float,
    warned: bool,
    bright_jac: JAC,
    save_model: SaveModel,
    scan_with_balls: ScanWithBalls,
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    curve = ((1e-6, 1e-6), (0.3, share))  # what one of three networks finds is one third likely
    alone = save_model(bright_jac, "alone", calibration=curve)
    mean = save_model(
        bright_jac,
        "mean",
        combination=Combination(("none", "nothing"), threshold=0.2),
        calibration=curve,
    )
    with torch.no_grad():
        dict(bright_jac.named_parameters())["scale_blocks.0.side_output.weight"].zero_()
    for name in ("none", "nothing"):
        save_model(bright_jac, name)

    of_one, of_three = (Segmenter(model, "cpu").segment(scan).report for model in (alone, mean))

    assert of_one.expected_dice is None
    assert of_three.expected_dice == pytest.approx(2 * share / (1 + share), abs=0.08)
    assert any("expected DSC" in warning for warning in of_three.warnings) is warned


def test_the_probability_is_smoothed_where_the_manifest_says_so(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    # One ball of 14 mm, and a grain that a Gaussian of 4 mm makes fade.
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0), ((0.0, -31.0, 112.0), 3.0)])
    rough = Segmenter(save_model(bright_jac, "rough"), "cpu").segment(scan).mask
    model = save_model(bright_jac, "smooth", combination=Combination(smoothing_mm=4.0))

    smooth = Segmenter(model, "cpu").segment(scan).mask

    grain = tuple(np.rint(scan.grid.to_index(np.array([[0.0, -31.0, 112.0]]))[0])[::-1].astype(int))
    assert rough.array[grain] == 1
    assert smooth.array[grain] == 0
    assert dice(smooth.array > 0, rough.array > 0) > 0.8


def test_grey_values_bring_back_what_smoothing_washed_out(
    bright_jac: JAC, save_model: SaveModel, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0), ((0.0, -31.0, 112.0), 5.0)])
    smooth = save_model(bright_jac, "smooth", combination=Combination(smoothing_mm=4.0))
    model = save_model(
        bright_jac, "weighed", combination=Combination(smoothing_mm=4.0, intensity_likelihood=True)
    )

    washed_out, weighed = (Segmenter(path, "cpu").segment(scan).mask for path in (smooth, model))

    assert weighed.grid.is_same_as(scan.grid)
    missed, still_missed = ((truth & (mask.array == 0)).sum() for mask in (washed_out, weighed))
    assert still_missed < 0.5 * missed


@pytest.mark.parametrize("questions", [1, 3, 6])
def test_a_cancelled_segmentation_stops_at_the_next_question(
    questions: int, bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(len(asked) + 1 >= questions)
        return asked[-1]

    with pytest.raises(Cancelled, match="was cancelled; nothing was written"):
        Segmenter(bright_model, "cpu").segment(scan, cancelled=cancelled)
    assert len(asked) == questions


def test_the_report_tells_what_was_measured_and_by_what(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, truth = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 18.0)])
    segmenter = Segmenter(bright_model, "cpu")
    segmentation = segmenter.segment(scan)
    report = json.loads(json.dumps(segmentation.report.as_dict()))
    assert report["found"] is True
    assert report["volume_ml"] == pytest.approx(segmentation.mask.array.sum() * 1.8**2 * 3 / 1000)
    assert report["volume_ml"] == pytest.approx(truth.sum() * 1.8**2 * 3 / 1000, rel=0.1)
    assert report["intensity_mean"] == pytest.approx(300, abs=20)
    assert report["intensity_unit"] == "HU"
    assert all(extent == pytest.approx(36, abs=4) for extent in report["extent_mm"].values())
    assert report["slices"] == segmentation.mask.array.any(axis=(1, 2)).sum()
    assert report["warnings"] == []
    assert report["agreement"] == pytest.approx(1.0, abs=0.15)  # the coarse grid is coarser
    assert report["model"] == {
        "name": "fine",
        "weights_sha256": segmenter.model.manifest.sha256,
        "settings_sha256": segmenter.model.manifest.settings_sha256,
        "licence": "research use only",
    }
    assert report["region_model"]["name"] == "coarse"
    assert report["region"]["found_ml"] == pytest.approx(
        report["volume_ml"], rel=0.3
    )  # smoothing wears off the edge
    assert report["device"] == "cpu"
    assert report["precision"] == segmenter.compute.precision_name
    assert set(report["versions"]) == {"PancreasSeg", "torch", "SimpleITK"}
    assert report["notice"] == "For research, not for diagnosis."


def test_grey_values_that_are_no_hounsfield_units_are_warned_about(
    save_model: SaveModel, bright_jac: JAC
) -> None:
    picture = np.random.default_rng(2).integers(0, 255, SHAPE).astype(np.uint8)
    report = Segmenter(save_model(bright_jac, "fine")).segment(Volume(picture, STRAIGHT)).report
    assert "0 to 254, do not look like Hounsfield units" in report.warnings[0]


def test_a_model_that_only_finds_the_region_is_refused(bright_model: Path) -> None:
    with pytest.raises(WeightsError, match="'coarse' only finds the region of the pancreas"):
        Segmenter("coarse", models=bright_model.parent)


def test_a_missing_region_model_is_named(save_model: SaveModel, bright_jac: JAC) -> None:
    model = save_model(bright_jac, "fine", region=RegionStage("nowhere-ct", (9.0, 9.0, 9.0)))
    with pytest.raises(WeightsError, match="There is no model 'nowhere-ct'"):
        Segmenter(model)


def test_a_scan_of_another_modality_is_refused(
    bright_model: Path, scan_with_balls: ScanWithBalls
) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    with pytest.raises(InputError) as caught:
        Segmenter(bright_model).segment(replace(scan, modality="MR"))
    assert_tells(caught.value, "modality MR", "'fine' is for CT", "choose another model or scan")


@pytest.mark.cuda
def test_cuda_agrees_with_the_cpu(whole_scan_model: Path, scan_with_balls: ScanWithBalls) -> None:
    scan, _ = scan_with_balls(SHAPE, STRAIGHT, [(CENTRE, 14.0)])
    on_cpu = Segmenter(whole_scan_model, "cpu").segment(scan, keep_probability=True)
    on_cuda = Segmenter(whole_scan_model, "cuda").segment(scan, keep_probability=True)
    assert on_cuda.report.device == "cuda:0"
    assert on_cpu.probability is not None and on_cuda.probability is not None
    assert np.abs(on_cpu.probability.array - on_cuda.probability.array).max() < 0.02
