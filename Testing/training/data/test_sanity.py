"""The sanity report on the training data."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.models import Window
from PancreasSegLib.training.data.sanity import as_text, inspect, report
from PancreasSegLib.training.data.stack import Stack, Stored
from PancreasSegLib.training.recipe.config import Data, read_config
from Testing.training.data.test_left_right import abdomen, stack_of

STORED = Stored((512, 512, 120), (0.7, 0.7, 3.0), (-1024.0, 1500.0))


@pytest.fixture
def data(write_config: Callable[..., Path]) -> Data:
    """Window -100 to 240 HU, grid 3 x 3 x 4 mm."""
    return read_config(write_config()).data


@pytest.fixture
def normal() -> Stack:
    """An abdomen with a pancreas of 54 ml."""
    stack = stack_of(abdomen())
    mask = np.zeros_like(stack.mask)
    mask[2:8, 20:30, 35:60] = 1
    return dataclasses.replace(stack, name="ct_1", mask=mask, stored=STORED)


def test_a_normal_scan_is_described_without_any_warning(normal: Stack, data: Data) -> None:
    row = inspect(normal, data)

    assert (row.name, row.kind, row.stored) == ("ct_1", "scan", STORED)
    assert (row.shape, row.spacing_mm) == ((30, 60, 90), (3.0, 3.0, 4.0))
    assert (row.pancreas_ml, row.pancreas_slices) == (54.0, 6)
    assert row.grey_percentiles == (0.031, 0.059, 0.62)  # -89, -80 and 110 HU
    assert row.right_to_left is not None and row.right_to_left > 2
    assert row.warnings == ()


def test_a_scan_that_is_too_short_for_the_rnn_is_flagged(normal: Stack, data: Data) -> None:
    assert inspect(normal, data, rnn_length=30).warnings == ()
    assert inspect(normal, data, rnn_length=31).warnings == (
        "it has 30 slices, fewer than the RNN's 31; the RNN will not see it",
    )


def test_a_mirrored_scan_is_flagged(normal: Stack, data: Data) -> None:
    mirrored = dataclasses.replace(
        normal, image=normal.image[:, :, ::-1].copy(), mask=normal.mask[:, :, ::-1].copy()
    )

    assert inspect(mirrored, data).warnings == (
        "the liver seems to be at the left; look whether the scan is mirrored",
    )


def test_a_ct_to_be_drawn_anew_for_mr_is_looked_at_as_a_ct(normal: Stack, data: Data) -> None:
    mirrored = dataclasses.replace(
        normal,
        image=normal.image[:, :, ::-1].copy(),
        mask=normal.mask[:, :, ::-1].copy(),
        stored=dataclasses.replace(STORED, grey_range=(0.0, 255.0)),
    )
    drawn = dataclasses.replace(mirrored, tissues=mirrored.mask)
    for_mr = dataclasses.replace(data, modality="MR", window=Window("percentile", 1.0, 99.0))

    assert inspect(mirrored, for_mr).warnings == ()
    assert "the liver seems to be at the left" in inspect(drawn, for_mr).warnings[0]


def test_an_empty_reference_is_flagged(normal: Stack, data: Data) -> None:
    empty = dataclasses.replace(normal, mask=np.zeros_like(normal.mask))

    row = inspect(empty, data)

    assert row.warnings == ("the reference mask is empty on the training grid",)
    assert (row.pancreas_ml, row.pancreas_slices, row.right_to_left) == (0.0, 0, None)


@pytest.mark.parametrize(("columns", "ml"), [(4, 9), (90, 194), (100, 216)])
def test_an_implausible_volume_is_flagged(normal: Stack, data: Data, columns: int, ml: int) -> None:
    wide = np.pad(normal.image, ((0, 0), (0, 0), (5, 5)))
    mask = np.zeros_like(wide)
    mask[2:8, 20:30, :columns] = 1

    warnings = inspect(dataclasses.replace(normal, image=wide, mask=mask), data).warnings

    flagged = f"the reference mask has {ml} ml; look whether it is the pancreas"
    assert (flagged in warnings) == (not 20 <= ml <= 200)


def test_grey_values_that_are_no_hu_are_flagged(normal: Stack, data: Data) -> None:
    stored = dataclasses.replace(STORED, grey_range=(0.0, 255.0))

    assert inspect(dataclasses.replace(normal, stored=stored), data).warnings == (
        "the grey values, 0 to 255, do not look like Hounsfield units",
    )


def test_a_window_in_percentiles_is_not_asked_about_hu_or_the_liver(
    normal: Stack, data: Data
) -> None:
    stored = dataclasses.replace(STORED, grey_range=(0.0, 900.0))
    of_mr = dataclasses.replace(data, window=Window("percentile", 1.0, 99.0), modality="MR")

    row = inspect(dataclasses.replace(normal, stored=stored), of_mr)

    assert (row.right_to_left, row.warnings) == (None, ())


def test_a_constant_image_is_flagged(normal: Stack, data: Data) -> None:
    constant = dataclasses.replace(normal, image=np.full_like(normal.image, 7))

    assert inspect(constant, data).warnings == ("the image is constant inside the window",)


def test_a_loose_slice_is_asked_about_its_image_and_mask_alone(data: Data) -> None:
    image = np.arange(400, dtype=np.uint8).reshape(1, 20, 20)
    loose = Stack("s1", image, (image == 5).astype(np.uint8), loose=True)

    row = inspect(loose, data)

    assert (row.kind, row.stored, row.right_to_left, row.warnings) == (
        "loose slice",
        None,
        None,
        (),
    )


def test_the_table_has_a_line_for_each_scan_and_the_warnings_at_its_end(
    normal: Stack, data: Data
) -> None:
    loose = Stack("s1", np.full((1, 20, 20), 3, np.uint8), np.ones((1, 20, 20), np.uint8), True)

    lines = as_text(report([normal, loose, loose], data)).splitlines()

    ratio = inspect(normal, data).right_to_left
    assert lines[0].split() == [
        *("scan", "slices", "rows", "columns", "spacing", "mm"),
        *("grey", "values", "pancreas", "ml", "right/left"),
    ]
    assert lines[1].split() == [
        *("ct_1", "120", "512", "512", "0.70", "x", "0.70", "x", "3.00"),
        *("-1024", "to", "1500", "54.0", f"{ratio:.2f}"),
    ]
    assert len(lines[0]) == len(lines[1])
    assert lines[2:] == ["and 2 loose slices"] + 2 * [
        "WARNING s1: the image is constant inside the window"
    ]
    assert as_text(report([normal], data)).splitlines()[2:] == ["no loose slices"]


def test_the_report_is_ready_for_json(normal: Stack, data: Data) -> None:
    (row,) = report([normal], data)

    read = json.loads(json.dumps(dataclasses.asdict(row)))

    assert read["stored"]["size"] == [512, 512, 120]
    assert read["pancreas_ml"] == 54.0
