"""Save: whole endings, and what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from Testing.module.conftest import noise
from Testing.slicer.module_fixtures import Answers, until
from Testing.slicer_adapter.run.test_segmentation_run import sequence_of, show_item


class RememberingAnswers(Answers):
    """A user whose dialogs are seen."""

    proposed = ""

    def save_file(self, title: str, name: str, types: str) -> str:
        self.proposed = name
        return super().save_file(title, name, types)


@pytest.mark.parametrize("ending", [".seg.nrrd", ".nii.gz", ".stl"])
def test_the_result_is_saved(segmented: Any, tmp_path: Path, ending: str) -> None:
    segmented.panel.dialogs.path = str(tmp_path / f"Ergebnis{ending}")

    segmented.ui.saveButton.click()

    assert segmented.ui.resultMessageLabel.text.startswith(
        f"Saved as {tmp_path / 'Ergebnis'}{ending}"
    )
    assert (tmp_path / f"Ergebnis{ending}").stat().st_size > 100


def test_a_name_that_is_none_for_a_file_is_proposed_as_one(segmented: Any) -> None:
    segmented.panel.dialogs = dialogs = RememberingAnswers()
    segmented.panel.parameters.outputSegmentation.SetName(r'4: ABD W/ "C"? <a|b*> \ Größe 1.5')

    segmented.ui.saveButton.click()

    assert dialogs.proposed == "4_ ABD W_ _C__ _a_b__ _ Größe 1.5.seg.nrrd"


def test_a_scan_that_is_not_from_dicom_is_told_at_save(segmented: Any, tmp_path: Path) -> None:
    segmented.panel.dialogs.path = str(tmp_path / "result.seg.nrrd")

    segmented.ui.saveButton.click()

    note = "The scan was not loaded from DICOM"
    assert note in segmented.ui.resultMessageLabel.text
    assert note in segmented.ui.saveButton.toolTip
    assert note not in segmented.ui.resultLabel.text


def test_a_file_name_that_says_nothing_is_told(segmented: Any, tmp_path: Path) -> None:
    segmented.panel.dialogs.path = str(tmp_path / "result.doc")

    segmented.ui.saveButton.click()

    assert "its name must end in .seg.nrrd" in segmented.ui.resultMessageLabel.text
    assert list(tmp_path.glob("result*")) == []


def test_after_a_refused_save_the_dialog_proposes_what_was_chosen(
    segmented: Any, tmp_path: Path
) -> None:
    segmented.panel.dialogs = dialogs = RememberingAnswers()
    dialogs.path = str(tmp_path / "missing" / "mask.nii.gz")
    segmented.ui.saveButton.click()
    assert dialogs.proposed == "Abdomen pancreas.seg.nrrd"
    assert "does not exist" in segmented.ui.resultMessageLabel.text

    segmented.ui.saveButton.click()
    assert dialogs.proposed == str(tmp_path / "missing" / "mask.nii.gz")
    (tmp_path / "missing").mkdir()
    segmented.ui.saveButton.click()
    segmented.ui.saveButton.click()

    assert dialogs.proposed == "Abdomen pancreas.seg.nrrd"


@pytest.mark.parametrize(
    ("typed", "chosen", "saved"),
    [
        ("Anna", "Segmentation", "Anna.seg.nrrd"),
        ("Anna", "Mask", "Anna.nii.gz"),
        ("scan 1.2", "Surface", "scan 1.2.stl"),
        ("Anna.seg.stl", "Surface", "Anna.stl"),  # as Qt leaves it
        ("Anna.nii.nrrd", "Segmentation", "Anna.seg.nrrd"),
        ("Anna.nrrd", "Segmentation", "Anna.seg.nrrd"),
        ("Anna.seg.gz", "Mask", "Anna.nii.gz"),
        ("Anna.NII.GZ", "Mask", "Anna.nii.gz"),
        ("Anna.stl", "Segmentation", "Anna.stl"),  # a whole ending was typed
        ("/a.stl/Anna", "Mask", "/a.stl/Anna.nii.gz"),
        ("Anna.doc", "Mask", "Anna.doc"),
    ],
)
def test_a_name_gets_the_whole_ending_of_the_chosen_type(
    desktop: Any, typed: str, chosen: str, saved: str
) -> None:
    from PancreasSegLib.slicer_adapter.panel.result_section import FILE_TYPES
    from PancreasSegLib.slicer_adapter.panel.save_dialog import endings_of, with_ending

    full = next(one for one in endings_of(FILE_TYPES) if one.startswith(chosen))

    assert with_ending(typed, FILE_TYPES, full) == saved


def test_the_dialog_of_the_desktop_starts_with_the_type_of_the_proposed_name(desktop: Any) -> None:
    from PancreasSegLib.slicer_adapter.panel.result_section import FILE_TYPES
    from PancreasSegLib.slicer_adapter.panel.save_dialog import type_of

    assert type_of("/x/mask.nii.gz", FILE_TYPES).startswith("Mask")
    assert type_of("x", FILE_TYPES).startswith("Segmentation")


def test_the_report_is_saved_as_a_page(segmented: Any, tmp_path: Path) -> None:
    segmented.panel.dialogs = dialogs = RememberingAnswers()
    dialogs.path = str(tmp_path / "Fall 7.html")

    segmented.ui.reportButton.click()

    page = (tmp_path / "Fall 7.html").read_text(encoding="utf-8")
    assert segmented.ui.resultMessageLabel.text == f"Saved as {tmp_path / 'Fall 7.html'}"
    assert dialogs.proposed == "Pancreas report.html"
    assert "<h1>Pancreas: Fall 7</h1>" in page
    assert segmented.ui.resultLabel.text.removeprefix("Volume: ") in page
    assert "Abdomen" not in page  # the scan's name, which may come from its header
    assert page.count("data:image/png;base64,") >= 3


def test_a_report_under_another_ending_or_in_no_folder_is_told(
    segmented: Any, tmp_path: Path
) -> None:
    for name, told in (("report.pdf", "must end in .html"), ("missing/r.html", "does not exist")):
        segmented.panel.dialogs.path = str(tmp_path / name)

        segmented.ui.reportButton.click()

        assert told in segmented.ui.resultMessageLabel.text
    assert list(tmp_path.rglob("r*")) == []


def test_of_a_sequence_the_report_has_pictures_of_the_item_that_was_segmented(
    widget: Any, slicer: Any, model_name: str, tmp_path: Path
) -> None:
    phases = [noise((10, 24, 26)), noise((10, 24, 26)) - 100]
    browser, volume = sequence_of(slicer, phases)
    show_item(slicer, browser, 0)
    widget.panel.parameters.inputVolume, widget.panel.parameters.model = volume, model_name
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    page = tmp_path / "report.html"
    widget.panel.dialogs.path = str(page)

    show_item(slicer, browser, 1)
    widget.ui.reportButton.click()
    assert widget.ui.resultMessageLabel.text == (
        f"The result is of item 1 of the sequence, and '{volume.GetName()}' shows item 2; show "
        "item 1 again to save its report."
    )
    assert not page.exists()

    show_item(slicer, browser, 0)
    widget.ui.reportButton.click()
    assert page.exists()


def test_without_its_sequence_nobody_knows_which_item_a_report_would_show(
    segmented: Any, slicer: Any, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report

    result = segmented.panel.parameters.outputSegmentation
    put_report(result, {"sequence_item": {"number": 2, "count": 3}})
    segmented.panel.dialogs.path = str(tmp_path / "report.html")

    segmented.ui.reportButton.click()

    assert segmented.ui.resultMessageLabel.text == (
        "The result is of item 2 of a sequence that is no longer in the scene, so it is not known "
        "what 'Abdomen' shows; segment it again for a report."
    )
    assert not (tmp_path / "report.html").exists()
