from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.models import Manifest
from PancreasSegLib.models.manifest import Window
from PancreasSegLib.segmenter.grey_values import grey_value_warnings
from PancreasSegLib.volume import Volume
from Testing.sentences import assert_tells


@pytest.fixture
def manifest(bright_model: Path) -> Manifest:
    return Manifest.from_file(bright_model)


def scan(values: list[float]) -> Volume:
    return Volume(np.resize(np.array(values, dtype=np.float32), (3, 3, 3)), np.eye(4))


def abdomen(shift: float = 0.0) -> Volume:
    """Air, fat, organs and bone, with noise, as stored in whole numbers."""
    noise = np.random.default_rng(0).normal(0, 20, (20, 40, 40))
    noise[:, :10] += -1000
    noise[:, 10:20] += -100
    noise[:, 20:] += 60
    noise[:, 38:] += 600
    return Volume(np.rint(noise + shift).astype(np.int16), np.eye(4))


@pytest.mark.parametrize("values", [[-1000.0, 40.0, 1500.0], [-125.0, 275.0], [-100.0, 240.0]])
def test_hounsfield_units_are_not_warned_about(manifest: Manifest, values: list[float]) -> None:
    assert grey_value_warnings(scan(values), manifest) == []


@pytest.mark.parametrize("window", [(-1024, 3071), (-160, 240), (-100, 240), (-125, 275)])
def test_an_abdomen_is_not_warned_about_nor_one_clipped_to_a_window(
    manifest: Manifest, window: tuple[int, int]
) -> None:
    whole = abdomen()
    assert grey_value_warnings(whole.with_array(whole.array.clip(*window)), manifest) == []


@pytest.mark.parametrize("values", [[0.0, 255.0], [0.0, 1.0], [-2.0, 5.0], [0.0, 2048.0]])
def test_other_grey_values_as_of_mr_or_pet_are_warned_about(
    manifest: Manifest, values: list[float]
) -> None:
    (warning,) = grey_value_warnings(scan(values), manifest)
    assert_tells(warning, "do not look like Hounsfield units", "neither MR nor PET", "CT")


@pytest.mark.parametrize("odd", [-60.0, -2000.0])
def test_a_few_odd_voxels_do_not_make_hounsfield_units(manifest: Manifest, odd: float) -> None:
    values = np.linspace(0.0, 800.0, 8000).reshape(20, 20, 20)
    values[0, 0, :5] = odd
    (warning,) = grey_value_warnings(Volume(values, np.eye(4)), manifest)
    assert "do not look like Hounsfield units" in warning


def test_a_cone_beam_ct_without_air_below_0_is_warned_about(manifest: Manifest) -> None:
    (warning,) = grey_value_warnings(abdomen(shift=1100), manifest)
    assert_tells(warning, "do not look like Hounsfield units", "shifted", "air -1000")


@pytest.mark.parametrize("shift", [-250, 250])
def test_a_cone_beam_ct_with_an_offset_is_warned_about(manifest: Manifest, shift: int) -> None:
    (warning,) = grey_value_warnings(abdomen(shift), manifest)
    assert_tells(warning, "soft tissue", "shifted", "cone-beam", "water 0")


def test_a_ct_given_to_a_model_for_mr_is_warned_about_and_an_mr_scan_is_not(
    manifest: Manifest,
) -> None:
    of_mr = replace(manifest, modality="MR", window=Window("percentile", 1.0, 99.0))

    (warning,) = grey_value_warnings(abdomen(), of_mr)
    assert_tells(warning, "look like a CT's", "for MR", "choose a model for CT")
    assert grey_value_warnings(scan([0.0, 400.0, 1500.0]), of_mr) == []
    assert grey_value_warnings(scan([-2.0, 0.0, 3.0]), of_mr) == []
