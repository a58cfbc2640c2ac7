from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.checks import grey_value_warnings, refuse_unusable
from PancreasSegLib.volume import Volume


@pytest.fixture
def manifest(bright_model: Path) -> Manifest:
    return Manifest.from_file(bright_model)


def scan(values: list[float]) -> Volume:
    return Volume(np.resize(np.array(values, dtype=np.float32), (3, 3, 3)), np.eye(4))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_not_finite_are_refused(manifest: Manifest, value: float) -> None:
    with pytest.raises(InputError) as caught:
        refuse_unusable(scan([1.0, value, 3.0]), manifest)
    assert str(caught.value) == (
        "The scan holds values that are not numbers or infinite; export it again without them."
    )


def test_a_constant_scan_is_refused(manifest: Manifest) -> None:
    with pytest.raises(InputError) as caught:
        refuse_unusable(scan([7.0]), manifest)
    assert str(caught.value) == (
        "All voxels of the scan have the same value (7); give a scan with a picture in it."
    )


def test_a_single_slice_is_refused(manifest: Manifest) -> None:
    single = Volume(np.arange(9.0).reshape(1, 3, 3), np.eye(4))
    with pytest.raises(InputError) as caught:
        refuse_unusable(single, manifest)
    assert str(caught.value) == (
        "The scan has 1 x 3 x 3 voxels (slices x rows x columns), and at least 2 are needed along "
        "each axis; give a whole volume."
    )


@pytest.mark.parametrize("values", [[-1000.0, 40.0, 1500.0], [-125.0, 275.0], [-100.0, 240.0]])
def test_hounsfield_units_are_not_warned_about(manifest: Manifest, values: list[float]) -> None:
    assert grey_value_warnings(scan(values), manifest) == []


@pytest.mark.parametrize("values", [[0.0, 255.0], [0.0, 1.0], [-2.0, 5.0], [0.0, 2048.0]])
def test_other_grey_values_are_warned_about(manifest: Manifest, values: list[float]) -> None:
    (warning,) = grey_value_warnings(scan(values), manifest)
    assert "do not look like Hounsfield units" in warning


@pytest.mark.parametrize("odd", [-60.0, -2000.0])
def test_a_few_odd_voxels_do_not_make_hounsfield_units(manifest: Manifest, odd: float) -> None:
    values = np.linspace(0.0, 800.0, 8000).reshape(20, 20, 20)
    values[0, 0, :5] = odd
    (warning,) = grey_value_warnings(Volume(values, np.eye(4)), manifest)
    assert "do not look like Hounsfield units" in warning
