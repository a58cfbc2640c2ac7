"""Which cases the figures show."""

from __future__ import annotations

import numpy as np

from PancreasSegLib.experiments.measuring import THRESHOLDS, dice_at_thresholds
from PancreasSegLib.experiments.report.surfaces_figure import nearest_cases


def test_figure_5_shows_the_cases_nearest_to_90_75_and_60_per_cent_none_twice() -> None:
    dice = {"a": 0.88, "b": 0.95, "c": 0.74, "d": 0.5, "e": 0.62}

    assert nearest_cases(dice) == ["a", "c", "e"]
    assert nearest_cases({"a": 0.7, "b": 0.1}) == ["a", "b"]


def test_the_dice_over_thresholds_is_that_of_the_mask_cut_there() -> None:
    probability = np.zeros((2, 3, 4), np.float32)
    probability[0, 0, :3] = (0.2, 0.6, 0.9)
    truth = np.zeros((2, 3, 4), bool)
    truth[0, 0, 1:3] = True

    curve = dict(zip(THRESHOLDS, dice_at_thresholds(probability, truth), strict=True))

    assert curve[0.1] == 0.8
    assert curve[0.5] == 1.0
    assert curve[0.75] == 0.6667
    assert curve[0.95] == 0.0
