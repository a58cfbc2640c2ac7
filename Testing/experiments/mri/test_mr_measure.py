"""The synthetic MR, and what is needed before anything is measured."""

from __future__ import annotations

from pathlib import Path

import mr_measure
import numpy as np

from PancreasSegLib.models.manifest import Window
from PancreasSegLib.phantom import synthetic_ct
from Testing.training.conftest import refused

PERCENTILES = Window("percentile", 1.0, 99.0)


def test_air_is_dark_in_every_synthetic_mr_in_and_around_the_body() -> None:
    phantom = synthetic_ct(0, (4.0, 4.0, 4.0))
    air = phantom.image.array < -500

    for seed in range(5):
        mr = mr_measure.synthetic_mr(phantom, PERCENTILES, seed)

        assert (mr.array.shape, mr.modality) == (phantom.image.array.shape, "MR")
        assert np.array_equal(mr.affine, phantom.image.affine)
        # What is left is the blurred border of the lungs.
        assert float((mr.array[air] > 0.2).mean()) < 0.05
        assert float(mr.array[~air].std()) > 0.1


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    manifest = tmp_path / "slices-0" / "models" / "jac64-mr.json"

    with refused(f"There is no {manifest}"):
        mr_measure.manifests_of(tmp_path, "slices")
