"""Half the dose doubles the variance of the noise, and keeps how it is correlated."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.dose import half_dose, measured_noise
from kinds.examination import Examination

from PancreasSegLib.phantom.tissue import Organ
from Testing.experiments.kinds.examinations import of_arrays

SHAPE = (8, 160, 160)


@pytest.fixture
def noisy_liver() -> Examination:
    """100 HU and noise of 15 HU that neighbouring pixels share a half of, slices a fifth."""
    white = np.random.default_rng(3).standard_normal(SHAPE)
    noise = white + 0.3 * (np.roll(white, 1, 1) + np.roll(white, -1, 1))
    noise += 0.3 * (np.roll(noise, 1, 2) + np.roll(noise, -1, 2))
    noise += 0.1 * (np.roll(noise, 1, 0) + np.roll(noise, -1, 0))
    scan = 100 + 15 * noise / noise.std()
    reference = np.zeros(SHAPE)
    reference[3, 70:80, 70:80] = 1
    return of_arrays(scan, reference, np.full(SHAPE, Organ.LIVER))


def test_the_noise_of_the_liver_is_measured(noisy_liver: Examination) -> None:
    noise = measured_noise(noisy_liver)

    assert noise is not None
    assert noise.sd_hu == pytest.approx(15, rel=0.05)
    assert noise.between_slices == pytest.approx(0.196, abs=0.03)


def test_half_the_dose_has_twice_the_variance_and_the_same_correlation(
    noisy_liver: Examination,
) -> None:
    half = half_dose(noisy_liver)

    assert half is not None
    before, after = measured_noise(noisy_liver), measured_noise(half)
    assert before is not None and after is not None
    assert (after.sd_hu / before.sd_hu) ** 2 == pytest.approx(2, rel=0.05)
    assert after.between_slices == pytest.approx(before.between_slices, abs=0.03)
    assert beside(half) == pytest.approx(beside(noisy_liver), abs=0.03)
    assert half.grid.is_same_as(noisy_liver.grid)
    assert (half.reference.array == noisy_liver.reference.array).all()


def beside(examination: Examination) -> list[float]:
    """The correlation of neighbours along i and along j."""
    hu = examination.scan.array
    pairs = ((hu[..., 1:], hu[..., :-1]), (hu[:, 1:], hu[:, :-1]))
    return [float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) for a, b in pairs]


def test_clipped_values_stay_without_noise(noisy_liver: Examination) -> None:
    clipped = noisy_liver.with_scan(np.clip(noisy_liver.scan.array, 80, 130))

    half = half_dose(clipped)

    assert half is not None
    at_ends = np.isin(clipped.scan.array, [80, 130])
    assert (half.scan.array[at_ends] == clipped.scan.array[at_ends]).all()
    assert half.scan.array.min() == 80 and half.scan.array.max() == 130


def test_without_enough_liver_the_noise_is_not_known() -> None:
    organs = np.zeros(SHAPE)
    organs[:, :20, :20] = Organ.LIVER

    assert half_dose(of_arrays(np.zeros(SHAPE), organs, organs)) is None
