"""Augmentation: what it moves where, and what it leaves alone."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from PancreasSegLib.training.data.augmentation import (
    blur,
    change_intensity,
    damage,
    sampling_grid,
    take,
    uniform,
)
from PancreasSegLib.training.recipe.crops import Augmentation
from Testing.training.toy import UNCHANGED

SQUARE = (1.5, 1.5)

MOST = Augmentation(45.0, 0.5, 0.5, 12.0, 2.0, 0.8, 2.0, 0.5, 4.0)


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def grid_of(
    amount: Augmentation, size: tuple[int, int] = (3, 3), loose: bool = False
) -> torch.Tensor:
    return sampling_grid(size, (10.0, 20.0), SQUARE, amount, loose, generator())


def test_without_any_change_a_crop_is_a_part_of_its_slices() -> None:
    slices = torch.arange(32.0).reshape(2, 4, 4)

    grid = sampling_grid((2, 2), (1.5, 1.5), SQUARE, UNCHANGED, False, generator())

    expected = torch.tensor([[[5.0, 6.0], [9.0, 10.0]], [[21.0, 22.0], [25.0, 26.0]]])
    torch.testing.assert_close(take(slices, grid), expected)


def test_a_crop_is_zero_outside_of_the_slice_and_linear_between_pixels() -> None:
    slices = torch.tensor([[[1.0, 3.0], [5.0, 7.0]]])

    grid = torch.tensor([[[0.0, 0.5], [0.5, 0.5]], [[1.0, 1.0], [1.0, 2.0]]])

    torch.testing.assert_close(take(slices, grid), torch.tensor([[[2.0, 4.0], [7.0, 0.0]]]))


def test_a_rotation_turns_the_crop_about_its_centre() -> None:
    drawn = uniform(generator(), -1, 1)
    quarter_turn = dataclasses.replace(UNCHANGED, rotation_degrees=90 / drawn)

    grid = grid_of(quarter_turn)

    # (row, column) from the centre goes to (-column, row).
    torch.testing.assert_close(grid[1, 1], torch.tensor([10.0, 20.0]))
    torch.testing.assert_close(grid[0, 0], torch.tensor([11.0, 19.0]))
    torch.testing.assert_close(grid[0, 1], torch.tensor([10.0, 19.0]))
    torch.testing.assert_close(grid[2, 1], torch.tensor([10.0, 21.0]))


def test_oblong_pixels_turn_in_millimetres() -> None:
    source = generator()
    drawn = uniform(source, -1, 1)
    quarter = dataclasses.replace(UNCHANGED, rotation_degrees=90 / drawn)

    grid = sampling_grid((3, 3), (10.0, 20.0), (3.0, 2.0), quarter, False, generator())

    # A column is 2 mm to the right; a quarter of a turn makes it 2 mm up: two thirds of a row.
    torch.testing.assert_close(grid[1, 2], torch.tensor([10.0 - 2 / 3, 20.0]))
    torch.testing.assert_close(grid[2, 1], torch.tensor([10.0, 21.5]))


@pytest.mark.parametrize("loose", [False, True])
def test_a_scale_of_two_takes_every_other_pixel(loose: bool) -> None:
    source = generator()
    drawn = [uniform(source, -1, 1) for _ in range(2)][1]
    spread = 2 ** (1 / drawn) - 1
    doubled = dataclasses.replace(UNCHANGED, **{"loose_scale" if loose else "scale": spread})

    grid = grid_of(doubled, loose=loose)

    torch.testing.assert_close(grid[0, 0], torch.tensor([8.0, 18.0]))
    torch.testing.assert_close(grid[2, 1], torch.tensor([12.0, 20.0]))


def test_an_elastic_change_moves_pixels_by_millimetres() -> None:
    moved = grid_of(dataclasses.replace(UNCHANGED, elastic_mm=6.0), (64, 64))

    shift_mm = (moved - grid_of(UNCHANGED, (64, 64))) * 1.5
    assert 1.0 < float(shift_mm.std()) < 5.0
    between_neighbours = (shift_mm[1:] - shift_mm[:-1]).abs().max()
    assert float(between_neighbours) < 1.5  # smooth: no pixel overtakes the next


def test_no_crop_is_ever_mirrored() -> None:
    turned = dataclasses.replace(MOST, elastic_mm=0.0)
    for seed in range(100):
        grid = sampling_grid((3, 3), (0.0, 0.0), SQUARE, turned, seed % 2 == 0, generator(seed))
        down, right = grid[2, 1] - grid[0, 1], grid[1, 2] - grid[1, 0]
        assert float(down[0] * right[1] - down[1] * right[0]) > 0
        assert float(right[1]) > 0  # 45 degrees at most: the patient's left stays at the right


def test_no_change_of_intensity_leaves_the_image() -> None:
    image = torch.rand((2, 9, 9), generator=generator())

    torch.testing.assert_close(change_intensity(image, SQUARE, UNCHANGED, generator()), image)


def test_intensities_stay_between_0_and_1_and_do_change() -> None:
    image = torch.rand((2, 9, 9), generator=generator())
    for seed in range(50):
        changed = change_intensity(image, SQUARE, MOST, generator(seed))
        assert float(changed.min()) >= 0 and float(changed.max()) <= 1
        assert not torch.equal(changed, image)


def test_the_same_generator_makes_the_same_change() -> None:
    image = torch.rand((2, 9, 9), generator=generator())

    first, second = (change_intensity(image, SQUARE, MOST, generator(8)) for _ in range(2))

    assert torch.equal(first, second)


def test_a_blur_spreads_a_point_and_keeps_its_sum() -> None:
    image = torch.zeros((1, 15, 15))
    image[0, 7, 7] = 1.0

    spread = blur(image, sigma=(1.0, 1.0))

    assert float(spread.sum()) == pytest.approx(1.0, abs=1e-5)
    # A Gaussian of one pixel, cut at three: 0.3991^2 in the middle, exp(-1/2) times that beside it.
    assert float(spread[0, 7, 7]) == pytest.approx(0.15924, abs=1e-4)
    assert float(spread[0, 7, 8]) == pytest.approx(0.15924 * 0.60653, abs=1e-4)
    torch.testing.assert_close(blur(image, sigma=(0.0, 0.0)), image)


def test_a_blur_has_a_width_along_rows_and_one_along_columns() -> None:
    image = torch.zeros((1, 9, 9))
    image[0, 4, 4] = 1.0

    spread = blur(image, sigma=(1.0, 0.0))

    assert float(spread[0, 3, 4]) > 0.2
    assert float(spread[0, 4, 3]) == 0.0


def test_about_the_given_share_of_a_stacks_slices_is_damaged() -> None:
    stack = torch.full((400, 48, 48), 0.5)

    spoilt = damage(stack, (2.0, 2.0), 0.3, generator())

    changed = (spoilt != stack).flatten(1).any(dim=1)
    assert float(changed.float().mean()) == pytest.approx(0.3, abs=0.05)
    assert bool((stack == 0.5).all())  # the slices themselves are left as they were


def test_a_damaged_slice_loses_a_rectangle_or_gets_noise_everywhere() -> None:
    stack = torch.full((60, 48, 48), 0.5)

    spoilt = damage(stack, (2.0, 2.0), 1.0, generator())

    touched = (spoilt != 0.5).flatten(1).float().mean(dim=1)
    rectangles = touched < 36 * 48 / 48**2 + 0.01
    assert 15 < int(rectangles.sum()) < 45
    assert all(len(slice_.unique()) == 2 for slice_ in spoilt[rectangles])
    assert bool((touched[~rectangles] > 0.9).all())
    assert float(spoilt.min()) >= 0.0 and float(spoilt.max()) <= 1.0


def test_a_slice_smaller_than_the_rectangle_is_no_error() -> None:
    assert damage(torch.full((9, 4, 5), 0.5), (2.0, 2.0), 1.0, generator()).shape == (9, 4, 5)
