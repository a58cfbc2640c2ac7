"""A mask has one label, or the one that is meant is named; maps and scans are no masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, read_mask, write_volume
from PancreasSegLib.volume.labels import label_mask

EMPTY = np.zeros((2, 3, 4), dtype=np.uint8)


def with_values(*values: float, dtype: type = np.int16) -> np.ndarray:
    """(2, 3, 4) of 0 with these values in its first voxels."""
    array: np.ndarray = EMPTY.astype(dtype)
    array.flat[: len(values)] = values
    return array


@pytest.mark.parametrize("value", [1, 2, 255, 300, -1, 0.5])
def test_a_single_label_is_the_mask_whatever_its_value(value: float) -> None:
    array = with_values(0, value, value, dtype=np.float32)

    mask = label_mask(array, None, "It")

    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, with_values(0, 1, 1))


def test_an_empty_mask_is_a_mask_also_if_a_label_is_named() -> None:
    assert not label_mask(EMPTY, None, "It").any()
    assert not label_mask(EMPTY, 7, "It").any()


def test_a_mask_of_ones_everywhere_is_a_mask() -> None:
    assert label_mask(EMPTY + 1, None, "It").all()


def test_several_labels_are_refused_with_a_list_of_them(tmp_path: Path) -> None:
    path = tmp_path / "organs.nii.gz"
    write_volume(Volume(with_values(1, 7, 10), np.eye(4)), path)

    with pytest.raises(InputError, match=r"organs\.nii.* labels \(1, 7, 10\)") as said:
        read_mask(path)
    assert "--label" in str(said.value)
    assert "--mask-label" in str(said.value)


def test_a_background_that_is_not_0_is_a_label_too() -> None:
    with pytest.raises(InputError, match=r"several labels \(1, 2\)"):
        label_mask(with_values(1) + 1, None, "It")


@pytest.mark.parametrize("label", [7, "7"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float32])
def test_the_named_label_alone_is_the_mask(label: int | str, dtype: type) -> None:
    mask = label_mask(with_values(1, 7, 10, 7, dtype=dtype), label, "It")

    np.testing.assert_array_equal(mask, with_values(0, 1, 0, 1))


@pytest.mark.parametrize("label", [2, "2", "pancreas"])
def test_a_label_that_is_not_there_is_refused_with_those_that_are(label: int | str) -> None:
    with pytest.raises(InputError, match=rf"no label '{label}'; it has 1, 7\."):
        label_mask(with_values(1, 7), label, "It")


def test_the_only_label_is_not_taken_for_another_one_that_is_named() -> None:
    with pytest.raises(InputError, match=r"no label '1'; it has 255\."):
        label_mask(with_values(255), 1, "It")


def test_the_background_is_no_label() -> None:
    with pytest.raises(InputError, match="label 0 is what is not in the mask"):
        label_mask(with_values(1, 7), 0, "It")


def test_a_long_list_of_labels_is_cut() -> None:
    array = np.arange(120, dtype=np.uint8).reshape(4, 5, 6)

    with pytest.raises(InputError, match=r"\(1, 2, 3, .*, 40 and 79 more\)"):
        label_mask(array, None, "It")
    assert label_mask(array, 117, "It").sum() == 1


@pytest.mark.parametrize("label", [None, 1])
def test_a_probability_map_is_no_mask(label: int | None) -> None:
    array = with_values(1, 0.25, 0.5, dtype=np.float32)

    with pytest.raises(InputError, match=r"It is not a mask.*0\.25.*threshold"):
        label_mask(array, label, "It")


@pytest.mark.parametrize("label", [None, 40])
def test_a_scan_is_no_mask(label: int | None) -> None:
    scan = np.arange(-1000, 1000, dtype=np.int16).reshape(10, 10, 20)

    with pytest.raises(InputError, match="not a mask: it holds values from -1000 to 999"):
        label_mask(scan, label, "It")


def test_a_scan_without_negative_values_is_no_mask() -> None:
    scan = np.arange(4000, dtype=np.uint16).reshape(10, 20, 20)

    with pytest.raises(InputError, match="not a mask: it holds values from 0 to 3999"):
        label_mask(scan, 40, "It")


def test_a_windowed_scan_with_few_values_is_no_mask() -> None:
    with pytest.raises(InputError, match="not a mask: it holds values from -100 to 240"):
        label_mask(with_values(-100, 0, 240), None, "It")


def test_a_label_beside_one_to_be_ignored_can_be_named() -> None:
    np.testing.assert_array_equal(label_mask(with_values(-1, 1), 1, "It"), with_values(0, 1))
