"""Tissues of a CT: the known organs, and classes of like grey values in the rest of the body."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.training.data.tissues import tissues

AIR, FAT, MUSCLE, BONE = 0, 20, 110, 250


def body() -> tuple[np.ndarray, np.ndarray]:
    """4 slices of 44 x 40: fat around muscle in air, bone in it, organs 1 (the pancreas) and 5."""
    image = np.full((4, 44, 40), AIR, np.uint8)
    image[:, 4:36, 4:36] = FAT
    image[:, 10:30, 10:30] = MUSCLE
    image[:, 22:28, 12:28] = BONE
    organs = np.zeros_like(image)
    organs[:, 12:16, 12:16] = 1
    organs[:, 12:16, 20:24] = 5
    return image, organs


def test_air_around_the_body_is_tissue_0_and_organs_keep_their_numbers() -> None:
    labels = tissues(*body())

    assert labels.dtype == np.uint8
    assert (labels[:, :3] == 0).all()
    assert (labels[:, 13:15, 13:15] == 1).all()
    assert (labels[:, 13:15, 21:23] == 5).all()


def test_the_rest_of_the_body_has_classes_of_rising_grey_value_after_the_last_organ() -> None:
    labels = tissues(*body())

    fat, muscle, bone = (int(labels[1, row, 18]) for row in (6, 18, 25))
    assert 5 < fat < muscle < bone <= 10


def test_air_in_the_body_is_tissue_0_even_where_an_organ_is_drawn() -> None:
    image, organs = body()
    image[:, 11:17, 19:25] = AIR

    assert (tissues(image, organs)[:, 13:15, 21:23] == 0).all()


def test_the_table_under_the_body_is_not_of_it() -> None:
    image, organs = body()
    image[:, 40:42, 2:38] = MUSCLE

    assert (tissues(image, organs)[:, 39:] == 0).all()


def test_a_body_of_organs_alone_has_no_other_tissue() -> None:
    image = np.full((4, 20, 20), MUSCLE, np.uint8)

    assert np.unique(tissues(image, np.full_like(image, 2))).tolist() == [2]
