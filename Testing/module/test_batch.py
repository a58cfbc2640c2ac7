"""Batch: a folder of scans, by a real child process, beside the scene."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.volume import Volume, read_mask, write_volume
from Testing.module.conftest import node_names, noise
from Testing.slicer.module_fixtures import until
from Testing.worker.conftest import seconds_until_dead

AFFINE = np.array([[1.5, 0, 0, -20], [0, 1.6, 0, -15], [0, 0, 2.1, -700], [0, 0, 0, 1]], float)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two scans, and a file that is none."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("one", "two"):
        write_volume(Volume(noise((10, 24, 26)), AFFINE, "CT"), folder / f"{name}.nii.gz")
    (folder / "torn.nii.gz").write_bytes(b"no scan")
    return folder


def ready(widget: Any, scans: Path, output: Path, model: Path) -> Any:
    """The panel, with both folders and the model chosen."""
    output.mkdir(exist_ok=True)
    widget.panel.parameters.model = str(model)
    for button, folder in (
        (widget.ui.batchScansButton, scans),
        (widget.ui.batchOutputButton, output),
    ):
        widget.panel.dialogs.path = str(folder)
        button.click()
    assert widget.ui.batchButton.enabled, widget.ui.batchButton.toolTip
    return widget.ui


def test_all_scans_of_the_folder_are_segmented_and_the_scene_stays_as_it_was(
    widget: Any, slicer: Any, scans: Path, tmp_path: Path, random_model: Path
) -> None:
    ui = ready(widget, scans, tmp_path / "results", random_model)
    before = node_names(slicer)

    ui.batchButton.click()
    assert ui.batchButton.text == "Cancel batch"
    assert not ui.batchScansButton.enabled
    until(lambda: not widget.panel.batch.is_running)

    assert ui.batchMessageLabel.text == "3 scans: 1 failed, 0 without a pancreas."
    mask = read_mask(tmp_path / "results" / "masks" / "one.nii.gz")
    np.testing.assert_allclose(mask.affine, AFFINE)
    assert mask.array.any()
    assert node_names(slicer) == before
    ui.batchPageButton.click()
    assert widget.panel.dialogs.page == str(tmp_path / "results" / "index.html")
    widget.panel.dialogs.has_browser = False
    ui.batchPageButton.click()
    assert ui.batchMessageLabel.text.startswith("No browser opened; the page is ")
    assert str(tmp_path / "results" / "index.html") in ui.batchMessageLabel.text


def test_what_is_missing_is_said(widget: Any, scans: Path, tmp_path: Path, model_name: str) -> None:
    ui = widget.ui
    widget.panel.parameters.model = model_name
    assert not ui.batchButton.enabled
    assert "folder with the scans" in ui.batchButton.toolTip
    assert not ui.batchPageButton.enabled

    widget.panel.dialogs.path = str(scans)
    ui.batchScansButton.click()
    assert ui.batchScansButton.text == "scans"
    widget.panel.dialogs.path = str(scans.parent / "A&B")
    ui.batchScansButton.click()
    assert ui.batchScansButton.text == "A&&B"  # of which Qt shows one
    widget.panel.dialogs.path = str(scans)
    ui.batchScansButton.click()
    assert "folder for the results" in ui.batchButton.toolTip

    widget.panel.dialogs.path = ""  # the dialog is closed: the folder stays
    ui.batchScansButton.click()
    assert ui.batchScansButton.text == "scans"


def test_results_among_the_scans_are_refused_in_a_sentence(
    widget: Any, scans: Path, random_model: Path
) -> None:
    ui = ready(widget, scans, scans / "results", random_model)

    ui.batchButton.click()
    until(lambda: not widget.panel.batch.is_running)

    assert str(scans) in ui.batchMessageLabel.text
    assert ui.batchButton.text == "Segment all"


def test_a_cancelled_batch_ends_its_child_and_says_so(
    widget: Any, tmp_path: Path, slow_model: Path
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    large = Volume(noise((60, 160, 160)), AFFINE, "CT")
    write_volume(large, folder / "large.nii.gz")
    ui = ready(widget, folder, tmp_path / "results", slow_model)
    ui.batchButton.click()
    until(lambda: ui.batchProgressLabel.text.startswith("large"))
    pid = widget.panel.batch._run._child.pid

    began = time.monotonic()
    ui.batchButton.click()
    assert not ui.batchButton.enabled
    until(lambda: not widget.panel.batch.is_running)

    assert time.monotonic() - began < 10
    assert "cancelled" in ui.batchMessageLabel.text
    seconds_until_dead(pid, at_most=5)
    assert not list((tmp_path / "results" / "masks").iterdir())


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no signals")
def test_a_batch_that_was_killed_or_crashed_says_what_to_do_and_shows_its_log(
    widget: Any, tmp_path: Path, slow_model: Path
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    write_volume(Volume(noise((60, 160, 160)), AFFINE, "CT"), folder / "large.nii.gz")
    ui = ready(widget, folder, tmp_path / "results", slow_model)
    ui.logCollapsibleButton.collapsed = False
    for number, told in (
        (signal.SIGKILL, "and start the batch again: it goes on where it stopped."),
        (signal.SIGSEGV, "(SIGSEGV); its log tells more."),
    ):
        ui.batchButton.click()
        until(lambda: ui.batchProgressLabel.text.startswith("large"))

        os.kill(widget.panel.batch._run._child.pid, number)
        until(lambda: not widget.panel.batch.is_running)

        assert ui.batchMessageLabel.text.endswith(told)
    assert "Segmentation fault" in ui.logText.toPlainText()


def test_closing_the_module_ends_a_batch(
    widget: Any, tmp_path: Path, scans: Path, slow_model: Path
) -> None:
    ui = ready(widget, scans, tmp_path / "results", slow_model)
    ui.batchButton.click()
    pid = widget.panel.batch._run._child.pid

    widget.cleanup()

    seconds_until_dead(pid, at_most=5)
