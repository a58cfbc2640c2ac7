"""Results to files, by Qt's own dialogs."""

from __future__ import annotations

import unittest
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import slicer

from Testing.in_slicer import desk
from Testing.in_slicer.files import answer_file_dialog, close_dialog, own_folder
from Testing.in_slicer.watcher import expect_dialog

TYPES = {".seg.nrrd": "seg.nrrd", ".nii.gz": "nii.gz", ".stl": "stl"}
"""Ending: a part of the name of its type in the dialog."""


def each_type_is_written_where_the_message_says() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    with own_folder() as folder:
        for ending in TYPES:
            path = folder / f"Ergebnis{ending}"
            _save(path)
            assert path.stat().st_size > 100
            assert str(path) in desk.widget().ui.resultMessageLabel.text


def the_report_is_a_page_with_the_surface_and_without_the_scans_name() -> None:
    volume, _ = desk.add_scan()
    volume.SetName("Jane Doe")
    desk.segment(volume)
    with own_folder() as folder:
        answer_file_dialog(folder / "Fall 1.html")
        desk.click(desk.widget().ui.reportButton)
        assert _names(folder) == ["Fall 1.html"]
        page = (folder / "Fall 1.html").read_text(encoding="utf-8")

    assert "For research, not for diagnosis." in page
    assert "Jane Doe" not in page
    assert page.count("data:image/png;base64,") == 4  # three planes and the surface


def a_mask_lies_on_the_grid_of_the_scan() -> None:
    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    with own_folder() as folder:
        _save(folder / "mask.nii.gz")
        image = sitk.ReadImage(str(folder / "mask.nii.gz"))

    assert image.GetSpacing() == (4, 4, 6)
    np.testing.assert_allclose(image.GetOrigin(), (0, 0, 0), atol=1e-6)
    np.testing.assert_array_equal(
        sitk.GetArrayFromImage(image), desk.voxels(result, desk.result_id(result), volume)
    )


def a_name_without_an_ending_gets_that_of_the_chosen_type() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    with own_folder() as folder:
        for ending, kind in TYPES.items():
            _save(folder / f"kind of {kind[:3]}", kind)
            assert (folder / f"kind of {kind[:3]}{ending}").is_file(), _names(folder)


def choosing_the_surface_never_makes_seg_stl() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    with own_folder() as folder:
        _save(folder, "stl")
        names = _names(folder)

    assert len(names) == 1
    assert names[0].endswith(".stl") and not names[0].endswith(".seg.stl"), names


def an_unknown_ending_is_refused_and_nothing_is_written() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    with own_folder() as folder:
        _save(folder / "result.doc")
        assert _names(folder) == []

    assert ".seg.nrrd" in desk.widget().ui.resultMessageLabel.text


def a_refused_save_keeps_what_was_chosen() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    proposed = []
    with own_folder() as folder:
        _save(folder / "result.doc")
        expect_dialog(lambda dialog: proposed.append(close_dialog(dialog)))
        desk.click(desk.widget().ui.saveButton)

    assert proposed and Path(proposed[0]).stem == "result", proposed


def a_closed_dialog_saves_nothing_and_says_nothing() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    expect_dialog(close_dialog)

    desk.click(ui.saveButton)

    assert ui.resultMessageLabel.text == ""


def a_comparison_is_saved_with_its_slices() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)
    desk.click(ui.compareButton)
    with own_folder() as folder:
        answer_file_dialog(folder / "Fall 1.csv")
        desk.click(ui.saveMetricsButton)
        assert _names(folder) == ["Fall 1-slices.csv", "Fall 1.csv"]
        assert "Dice" in (folder / "Fall 1.csv").read_text(encoding="utf-8")


def the_report_of_a_sequence_is_refused_while_another_item_is_shown() -> None:
    if not hasattr(slicer.modules, "sequences"):
        raise unittest.SkipTest("this Slicer was built without its module Sequences")
    volume, _ = desk.add_scan()
    sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", "Phases")
    for number in range(2):
        sequence.SetDataNodeAtValue(volume, str(number))
    browser = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "Browser")
    browser.AddSynchronizedSequenceNode(sequence)
    browser.SetSelectedItemNumber(1)
    desk.segment(browser.GetProxyNode(sequence))
    ui = desk.widget().ui
    assert "Item 2 of 2 of the sequence" in ui.resultLabel.text

    browser.SetSelectedItemNumber(0)
    slicer.app.processEvents()
    with own_folder() as folder:
        answer_file_dialog(folder / "Phase.html")
        desk.click(ui.reportButton)
        assert _names(folder) == []
    assert "shows item 1" in ui.resultMessageLabel.text


def _save(path: Path, file_type: str = "") -> None:
    answer_file_dialog(path, file_type)
    desk.click(desk.widget().ui.saveButton)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
