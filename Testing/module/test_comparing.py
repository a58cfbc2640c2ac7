"""Compare with a reference, and what is told when that cannot be done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vtkmodules.vtkCommonCore import vtkCollection, vtkIdTypeArray

from Testing.module.conftest import segmentation_of
from Testing.slicer.module_fixtures import until


@pytest.fixture
def segmented(widget: Any, scan: Any, random_model: Path) -> Any:
    """The panel with a result."""
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.model = str(random_model)
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    return widget


def test_comparing_fills_the_table_and_adds_missed_and_extra(
    segmented: Any, reference: Any, slicer: Any, scan: Any
) -> None:
    ui = segmented.ui
    segmentation = segmented.panel.parameters.outputSegmentation
    result, truth = (
        slicer.util.arrayFromSegmentBinaryLabelmap(
            node, node.GetSegmentation().GetNthSegmentID(0), scan
        )
        for node in (segmentation, reference)
    )
    dice = 2 * (result & truth).sum() / (result.sum() + truth.sum())

    segmented.panel.parameters.reference = reference
    ui.compareButton.click()

    assert ui.compareMessageLabel.text == f"DSC {dice:.2f}. Missed is blue, extra is red."
    assert float(ui.metricsTable.item(0, 1).text()) == pytest.approx(dice, abs=1e-4)
    names = [segmentation.GetSegmentation().GetNthSegment(n).GetName() for n in range(3)]
    assert names == ["Pancreas", "Missed", "Extra"]


def test_a_point_of_the_plot_takes_the_slice_views_to_its_slice(
    segmented: Any, reference: Any, slicer: Any
) -> None:
    red = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    segmented.panel.parameters.reference = reference
    segmented.ui.compareButton.click()
    slices = segmented.panel.compare._nodes.slices
    points = vtkIdTypeArray()
    points.InsertNextValue(2)
    selections = vtkCollection()
    selections.AddItem(points)

    segmented.panel.compare.on_points_selected(None, selections)

    height = slices.GetTable().GetColumnByName("S").GetValue(2)
    assert red.GetSliceToRAS().GetElement(2, 3) == pytest.approx(height)


def test_the_comparison_is_copied_and_saved_with_its_slices(
    segmented: Any, reference: Any, tmp_path: Path
) -> None:
    segmented.panel.parameters.reference = reference
    segmented.ui.compareButton.click()
    segmented.panel.dialogs.path = str(tmp_path / "Fall 1.csv")

    segmented.ui.copyMetricsButton.click()
    segmented.ui.saveMetricsButton.click()

    assert segmented.panel.dialogs.clipboard.startswith("Metric\tValue\tUnit\nDice (DSC)\t")
    assert (tmp_path / "Fall 1.csv").read_text(encoding="utf-8").startswith("Metric,Value,Unit")
    assert (tmp_path / "Fall 1-slices.csv").read_text(encoding="utf-8").startswith("Slice,DSC,JI")


def test_another_result_forgets_the_comparison(segmented: Any, reference: Any) -> None:
    segmented.panel.parameters.reference = reference
    segmented.ui.compareButton.click()

    segmented.ui.segmentButton.click()
    until(lambda: not segmented.panel.is_running)

    assert segmented.ui.metricsTable.isHidden()
    assert not segmented.ui.copyMetricsButton.enabled


def test_an_empty_reference_is_told(segmented: Any, slicer: Any, scan: Any) -> None:
    empty = segmentation_of(slicer, scan, np.zeros((10, 24, 26), np.uint8), "Empty")
    segmented.panel.parameters.reference = empty

    segmented.ui.compareButton.click()

    assert segmented.ui.compareMessageLabel.text == (
        "The reference 'Empty' is empty; choose one in which the pancreas is drawn."
    )


def test_a_reference_without_overlap_is_told(segmented: Any, slicer: Any) -> None:
    far = np.eye(4)
    far[:3, 3] = 5000
    labels = slicer.util.addVolumeFromArray(
        np.ones((4, 4, 4), np.uint8), far, "Far", "vtkMRMLLabelMapVolumeNode"
    )
    segmented.panel.parameters.reference = labels

    segmented.ui.compareButton.click()

    told = segmented.ui.compareMessageLabel.text
    assert told.startswith("The mask and the reference share no field of view:")
    assert segmented.ui.metricsTable.isHidden()


def test_of_several_segments_the_reference_is_chosen(
    segmented: Any, reference: Any, slicer: Any, scan: Any
) -> None:
    ui = segmented.ui
    second = reference.GetSegmentation().AddEmptySegment("", "spleen")
    mask = np.zeros((10, 24, 26), np.uint8)
    mask[:2] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, reference, second, scan)
    segmented.panel.parameters.reference = reference

    ui.compareButton.click()
    assert "has several segments (by hand, spleen)" in ui.compareMessageLabel.text
    ui.referenceSegmentSelector.currentIndex = 2
    ui.compareButton.click()

    assert ui.referenceSegmentSelector.currentText == "spleen"
    assert ui.compareMessageLabel.text.startswith("DSC ")


@pytest.mark.parametrize("ending", [".seg.nrrd", ".nii.gz", ".stl"])
def test_the_result_is_saved(segmented: Any, tmp_path: Path, ending: str) -> None:
    segmented.panel.dialogs.path = str(tmp_path / f"Ergebnis{ending}")

    segmented.ui.saveButton.click()

    assert segmented.ui.resultMessageLabel.text == f"Saved as {tmp_path / 'Ergebnis'}{ending}"
    assert (tmp_path / f"Ergebnis{ending}").stat().st_size > 100


def test_a_file_name_that_says_nothing_is_told(segmented: Any, tmp_path: Path) -> None:
    segmented.panel.dialogs.path = str(tmp_path / "result.doc")

    segmented.ui.saveButton.click()

    assert "its name must end in .seg.nrrd" in segmented.ui.resultMessageLabel.text
    assert list(tmp_path.glob("result*")) == []
