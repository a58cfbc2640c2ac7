"""Grey values drawn anew: of the same tissues another picture every time."""

from __future__ import annotations

import torch
from torch import Tensor

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.training.data.contrasts import drawn_anew

PERCENTILES = Window("percentile", 1.0, 99.0)
TISSUES = torch.zeros(2, 32, 32, dtype=torch.int64)
TISSUES[:, 8:24, 4:16] = 1
TISSUES[:, 8:24, 16:28] = 2
IMAGE = torch.tensor([0.0, 0.5, 0.6])[TISSUES]


def drawn(seed: int, image: Tensor = IMAGE, tissues: Tensor = TISSUES) -> Tensor:
    return drawn_anew(image, tissues, PERCENTILES, torch.Generator().manual_seed(seed))


def test_a_drawn_slice_fills_the_window_from_0_to_1() -> None:
    picture = drawn(1)

    assert picture.shape == IMAGE.shape
    assert picture.dtype == torch.float32
    assert (float(picture.min()), float(picture.max())) == (0.0, 1.0)


def test_a_seed_gives_one_picture_and_another_seed_another() -> None:
    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))


def test_which_of_two_tissues_is_brighter_is_left_to_chance() -> None:
    pictures = [drawn(seed) for seed in range(20)]
    brighter = [bool(p[TISSUES == 1].mean() > p[TISSUES == 2].mean()) for p in pictures]

    assert 3 < sum(brighter) < 17


def test_a_tissue_has_the_same_grey_value_in_successive_slices() -> None:
    for seed in range(10):
        lower, upper = drawn(seed)
        for tissue in (1, 2):
            inside = TISSUES[0] == tissue
            assert abs(float(lower[inside].mean() - upper[inside].mean())) < 0.05


def test_the_fat_in_an_organ_stays_apart_from_it() -> None:
    image = IMAGE.clone()
    image[:, 10:22:2, 6:14] = 0.2
    fatty, lean = (TISSUES == 1) & (image == 0.2), (TISSUES == 1) & (image == 0.5)

    apart = [
        abs(float(p[fatty].mean() - p[lean].mean())) for p in (drawn(s, image) for s in range(10))
    ]

    assert max(apart) > 0.15


def test_what_surrounds_the_body_is_dark_whatever_the_ct_showed_there() -> None:
    image = IMAGE.clone()
    image[:, 30] = 0.9  # the table

    assert all(float(drawn(seed, image)[:, 30].mean()) < 0.25 for seed in range(10))


def test_slices_without_a_body_are_drawn_too() -> None:
    nothing = torch.zeros_like(TISSUES)

    assert drawn(1, torch.zeros_like(IMAGE), nothing).isfinite().all()
