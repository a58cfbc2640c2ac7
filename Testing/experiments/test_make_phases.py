"""`make_phases.py` makes each scan in two other phases, for a training."""

from __future__ import annotations

from pathlib import Path

import make_phases
import numpy as np
import pytest
from kinds.contrast import NATIVE
from kinds.examination import Examination

from PancreasSegLib.phantom.tissue import Organ
from PancreasSegLib.training.data.patients import read_patients
from PancreasSegLib.volume import read_volume, write_mask, write_volume


@pytest.fixture(scope="module")
def made(examination: Examination, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scans, output = tmp_path_factory.mktemp("scans"), tmp_path_factory.mktemp("phases")
    write_volume(examination.scan, scans / "a.nii.gz")
    write_mask(examination.reference, scans / "a_pancreas.nii.gz")
    write_mask(examination.organs, scans / "a_organs.nii.gz")
    make_phases.main(["--scans", str(scans), "--output", str(output)])
    return output


def test_what_is_made_of_a_scan_is_the_same_patients(made: Path) -> None:
    assert read_patients(made, ["a-native", "a-arterial"]) == {"a-native": "a", "a-arterial": "a"}
    assert not (made / "a.nii.gz").exists()


@pytest.mark.parametrize(("case", "least", "most"), [("native", 31, 53), ("arterial", 195, 326)])
def test_the_aorta_is_about_as_bright_as_the_phase_has_it(
    case: str, least: float, most: float, made: Path, examination: Examination
) -> None:
    scan = read_volume(made / f"a-{case}.nii.gz")
    aorta = examination.organs.array == Organ.AORTA

    assert scan.grid.is_same_as(examination.grid)
    assert least - 5 <= np.median(scan.array[aorta]) <= most + 5


@pytest.mark.parametrize("kind", ["pancreas", "organs"])
def test_the_labels_stay(kind: str, made: Path, examination: Examination) -> None:
    before = getattr(examination, {"pancreas": "reference", "organs": "organs"}[kind])
    after = read_volume(made / f"a-native_{kind}.nii.gz")

    assert after.grid.is_same_as(before.grid)
    np.testing.assert_array_equal(after.array, before.array)


def test_grey_values_are_drawn_within_a_quarter() -> None:
    random = np.random.default_rng(1)
    drawn = [make_phases.drawn(NATIVE, random).organs[Organ.LIVER] for _ in range(50)]

    assert 0.75 * 56 <= min(drawn) < 0.8 * 56
    assert 1.2 * 56 < max(drawn) <= 1.25 * 56
