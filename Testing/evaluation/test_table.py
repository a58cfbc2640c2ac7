import dataclasses
import math

from PancreasSegLib.evaluation.evaluation import Evaluation, SliceOverlap
from PancreasSegLib.evaluation.table import case_table, slice_table

EVALUATION = Evaluation(
    dice=0.8234,
    jaccard=0.6999,
    precision=0.9,
    recall=0.75,
    surface_dice_2mm=0.8765,
    hd95_mm=6.256,
    average_surface_distance_mm=1.25,
    mask_ml=70.04,
    reference_ml=80.0,
    volume_difference_ml=-9.96,
    volume_difference_percent=-12.45,
    resampled=False,
    reference_outside_percent=0.0,
    slices=(SliceOverlap(7, 0.5, 1 / 3, 120, 1200), SliceOverlap(12, 0.0, 0.0, 0, 9)),
)


def test_the_case_table_names_every_metric_with_its_unit() -> None:
    assert case_table(EVALUATION) == (
        "Dice (DSC)                    0.823\n"
        "Jaccard (JI)                  0.700\n"
        "Precision                     0.900\n"
        "Recall                        0.750\n"
        "Surface DSC at 2 mm           0.876\n"
        "95 % Hausdorff distance        6.26 mm\n"
        "Average surface distance       1.25 mm\n"
        "Volume of the mask             70.0 ml\n"
        "Volume of the reference        80.0 ml\n"
        "Volume difference             -10.0 ml\n"
        "Volume difference             -12.4 %"
    )


def test_an_undefined_metric_is_said_to_be_undefined() -> None:
    empty = dataclasses.replace(
        EVALUATION, hd95_mm=math.nan, volume_difference_percent=math.nan, precision=math.nan
    )
    lines = case_table(empty).splitlines()
    assert lines[2] == "Precision                 undefined"
    assert lines[5] == "95 % Hausdorff distance   undefined mm"
    assert lines[10] == "Volume difference         undefined %"


def test_the_table_says_when_the_reference_was_resampled_or_cut() -> None:
    other_grid = dataclasses.replace(EVALUATION, resampled=True, reference_outside_percent=2.5)
    assert case_table(other_grid).splitlines()[-2:] == [
        "The reference was brought to the mask's grid by nearest neighbour.",
        "2.5 % of the reference lies outside the mask's field of view and was not compared.",
    ]


def test_the_slice_table_has_a_line_for_each_slice() -> None:
    assert slice_table(EVALUATION) == (
        "slice     DSC      JI     mask  reference\n"
        "    7   0.500   0.333      120       1200\n"
        "   12   0.000   0.000        0          9"
    )
