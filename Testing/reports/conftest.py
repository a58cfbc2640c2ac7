from typing import Any

import numpy as np
import pytest

from PancreasSegLib.models.catalogue import find_model
from PancreasSegLib.volume.volume import Volume

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])


@pytest.fixture
def scan() -> Volume:
    return Volume(np.full((20, 24, 28), 40, np.int16), AFFINE)


@pytest.fixture
def mask(scan: Volume) -> Volume:
    """6 x 10 x 12 voxels of 12 microlitres: 8.64 ml."""
    array = np.zeros(scan.array.shape, np.uint8)
    array[7:13, 7:17, 8:20] = 1
    return scan.with_array(array)


@pytest.fixture
def report() -> dict[str, Any]:
    """Of a bundled model, as `Report.as_dict` gives it."""
    manifest = find_model("multiview-ct").manifest
    model = {"name": manifest.name, "weights_sha256": manifest.sha256, "licence": manifest.licence}
    other = {"name": "views64-ct", "weights_sha256": "0" * 64, "licence": "none"}
    return {
        "found": True,
        "volume_ml": 8.64,
        "intensity_mean": 80.4,
        "intensity_sd": 20.0,
        "intensity_unit": "HU",
        "extent_mm": {"left_right": 24.0, "anterior_posterior": 20.0, "inferior_superior": 18.0},
        "slices": 6,
        "agreement": 0.71,
        "expected_dice": 0.654,
        "warnings": ["A volume of 8.6 ml is <implausible>."],
        "region": None,
        "model": model,
        "averaged_with": [other],
        "region_model": {"name": "coarse-ct", "weights_sha256": "1" * 64, "licence": "none"},
        "device": "cpu",
        "precision": "bfloat16",
        "slices_at_once": 4,
        "rung": "as planned",
        "versions": {"PancreasSeg": "0.1.0", "torch": "2.13.0", "SimpleITK": "2.5.7"},
        "seconds": {"Checking the scan": 0.1, "Segmenting slices": 1.9},
        "notice": "For research, not for diagnosis.",
    }
