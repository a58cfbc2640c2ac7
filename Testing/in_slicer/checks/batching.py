"""Batch: a folder of scans, beside the scene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from Testing.in_slicer import desk
from Testing.in_slicer.leftovers import workers


class _Answers:
    """A user who answers each dialog for a folder, and looks at a page."""

    path = page = ""

    def open_folder(self, title: str) -> str:
        return self.path

    def open_page(self, path: str) -> bool:
        self.page = path
        return True


def a_folder_of_scans_gets_masks_and_a_page_and_the_scene_stays_as_it_was() -> None:
    scans, results = _folders("done")
    ui, answers = _prepared(scans, results, "tiny")
    before = desk.node_names()

    desk.click(ui.batchButton)
    assert ui.batchProgressBar.visible
    desk.until(lambda: not desk.widget().panel.batch.is_running, "the batch ends", 120)

    assert ui.batchMessageLabel.text == "2 scans: 0 failed, 0 without a pancreas."
    assert [path.name for path in sorted((results / "masks").iterdir())] == [
        "first.nii.gz",
        "second.nii.gz",
    ]
    assert desk.node_names() == before
    desk.click(ui.batchPageButton)
    assert answers.page == str(results / "index.html")


def cancelling_a_batch_ends_its_child() -> None:
    scans, results = _folders("cancelled")
    ui, _ = _prepared(scans, results, "slow")

    desk.click(ui.batchButton)
    desk.until(lambda: ui.batchProgressLabel.text.startswith("first"), "it has begun", 120)
    desk.click(ui.batchButton)
    desk.until(lambda: not desk.widget().panel.batch.is_running, "the batch ends", 10)

    assert "cancelled" in ui.batchMessageLabel.text
    desk.until(lambda: not workers(), "the child is gone", 5)


def _prepared(scans: Path, results: Path, model: str) -> tuple[Any, _Answers]:
    ui = desk.open_module()
    answers = desk.widget().panel.dialogs = _Answers()
    ui.batchCollapsibleButton.collapsed = False
    desk.parameters().model = desk.model(model)
    for button, folder in ((ui.batchScansButton, scans), (ui.batchOutputButton, results)):
        answers.path = str(folder)
        desk.click(button)
    return ui, answers


def _folders(name: str) -> tuple[Path, Path]:
    """Two scans that the scene does not hold any more, and a folder for the results."""
    import slicer
    import slicer.util

    scans, results = desk.folder() / f"{name}-scans", desk.folder() / f"{name}-results"
    for folder in (scans, results):
        folder.mkdir()
    for seed, file in enumerate(("first", "second")):
        volume, truth = desk.add_scan(seed, file.title())
        assert slicer.util.saveNode(volume, str(scans / f"{file}.nii.gz"))
        for node in (volume, truth):
            slicer.mrmlScene.RemoveNode(node)
    return scans, results
