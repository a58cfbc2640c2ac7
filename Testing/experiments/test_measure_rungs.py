"""`measure_rungs.py` measures a network alone, and in the place of another in the average."""

from __future__ import annotations

from pathlib import Path

import measure_rungs
import numpy as np
from kinds.examination import Examination

from PancreasSegLib.models import Combination
from PancreasSegLib.networks import JAC
from PancreasSegLib.volume import write_mask, write_volume
from Testing.segmenter.conftest import SaveModel

TOLD = "six training scans, not ten"


def test_a_rung_is_measured_alone_and_in_the_average(
    examination: Examination, save_model: SaveModel, bright_jac: JAC, tmp_path: Path
) -> None:
    bright = np.where(examination.reference.array > 0, 200, np.minimum(examination.scan.array, 100))
    write_volume(examination.scan.with_array(bright.astype(np.int16)), tmp_path / "a.nii.gz")
    write_mask(examination.reference, tmp_path / "a_pancreas.nii.gz")
    held_out = {"held_out_scans": ["a"]}
    save_model(
        bright_jac,
        "multiview-ct",
        combination=Combination(("unet3d-ct",)),
        training=held_out,
    )
    rung = save_model(bright_jac, "other", measured={"cases": {"a": {"dice": 0.25}}})
    cases: dict[str, dict[str, float]] = {}

    # There is no unet3d-ct: the other is in its place.
    measure_rungs.measure(measure_rungs.RUNGS[TOLD], rung, tmp_path, tmp_path, cases)

    assert cases["a"]["alone"] == 0.25
    assert cases["a"]["in the average"] > 0.8


def test_the_table_leaves_out_what_was_not_measured() -> None:
    scores = {
        TOLD: {"a": {"alone": 0.5, "in the average": 0.7}, "b": {"alone": 0.6}},
        "both seeds": {"a": {"in the average": 0.8}},
    }

    assert measure_rungs.table(scores).splitlines()[2:] == [
        "| both seeds | 1 | | | 0.800 | 0.800 |",
        f"| {TOLD} | 2 | 0.550 | 0.500 | 0.700 | 0.700 |",
    ]


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    case = {"a": {"alone": 0.5, "in the average": 0.7}}
    measure_rungs.draw(dict.fromkeys(measure_rungs.RUNGS, case), tmp_path / "rungs.png")

    assert (tmp_path / "rungs.png").stat().st_size > 5000
