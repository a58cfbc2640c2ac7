"""In another phase organs and vessels have its grey values; all else stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.contrast import EARLY_ARTERIAL, NATIVE, Phase, in_phase
from kinds.examination import Examination

from PancreasSegLib.phantom.synthetic_ct import SyntheticScan
from PancreasSegLib.phantom.tissue import Organ
from Testing.experiments.kinds.examinations import of_arrays


@pytest.fixture(scope="module")
def native(examination: Examination) -> Examination:
    return in_phase(examination, NATIVE)


@pytest.mark.parametrize("phase", [NATIVE, EARLY_ARTERIAL], ids=["native", "early arterial"])
def test_every_organ_has_the_grey_value_of_the_phase(
    examination: Examination, phase: Phase
) -> None:
    changed = in_phase(examination, phase)

    for label in (Organ.AORTA, Organ.LIVER, Organ.PANCREAS, Organ.SPLEEN):
        inside = examination.organs.array == label
        assert np.median(changed.scan.array[inside]) == pytest.approx(phase.organs[label], abs=8)


def test_veins_without_a_label_lose_their_contrast(
    native: Examination, phantom: SyntheticScan
) -> None:
    veins = np.isin(phantom.organs.array, [Organ.PORTAL_VEINS, Organ.VENA_CAVA])

    assert np.median(phantom.image.array[veins]) > 90
    assert np.median(native.scan.array[veins]) < 70


@pytest.mark.parametrize("tissue", [Organ.FAT, Organ.BONE, Organ.LUNG, Organ.GALLBLADDER])
def test_what_takes_up_no_contrast_medium_stays(
    tissue: Organ, native: Examination, phantom: SyntheticScan
) -> None:
    inside = phantom.organs.array == tissue

    change = native.scan.array[inside] - phantom.image.array[inside]

    assert abs(np.median(change)) < 3


def test_the_change_fades_across_a_border() -> None:
    organs = np.zeros((3, 20, 40))
    organs[:, :, 20:] = Organ.PANCREAS
    scan = np.where(organs > 0, 142.0, -50.0)
    scan[0, 0, 0] = -1000.0

    change = in_phase(of_arrays(scan, organs > 0, organs), NATIVE).scan.array - scan

    row = change[1, 10]
    assert row[5] == pytest.approx(0, abs=0.5)
    assert row[35] == pytest.approx(-100, abs=0.5)
    assert (np.diff(row) <= 0.5).all()
    assert -50 < row[19] < -10
    assert -90 < row[20] < -50


def test_only_the_grey_values_change(native: Examination, examination: Examination) -> None:
    assert native.grid.is_same_as(examination.grid)
    assert (native.reference.array == examination.reference.array).all()
    assert (native.organs.array == examination.organs.array).all()
