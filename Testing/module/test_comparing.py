"""Compare with a reference, and what is told when that cannot be done."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from vtkmodules.vtkCommonCore import vtkCollection, vtkIdTypeArray, vtkStringArray

from Testing.module.conftest import IJK_TO_RAS, all_that_is_bright, result_of, segmentation_of
from Testing.slicer.module_fixtures import until


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
    assert ui.metricsTable.item(0, 1).text() == f"{dice:.2f}"
    names = [segmentation.GetSegmentation().GetNthSegment(n).GetName() for n in range(3)]
    assert names == ["Pancreas", "Missed", "Extra"]


def test_the_table_has_the_volume_difference_on_top_and_no_more_decimals_than_are_read(
    segmented: Any, reference: Any
) -> None:
    ui = segmented.ui
    segmented.panel.parameters.reference = reference
    ui.compareButton.click()

    table = ui.metricsTable
    rows = [(table.item(n, 0).text(), table.item(n, 1).text()) for n in range(table.rowCount)]
    assert [name for name, _ in rows[:2]] == ["Dice (DSC)", "Volume difference"]
    assert re.fullmatch(r"-?\d+\.\d ml", rows[1][1])
    assert re.fullmatch(r"\d+\.\d mm", dict(rows)["Average surface distance"])
    assert re.fullmatch(r"0\.\d\d", dict(rows)["Recall"])


def compared(segmented: Any, reference: Any) -> Any:
    segmented.panel.parameters.reference = reference
    segmented.ui.compareButton.click()
    assert is_shown(segmented)
    return segmented.panel.parameters.outputSegmentation


def is_shown(widget: Any) -> bool:
    """All that belongs to a comparison is there, or nothing of it."""
    ui = widget.ui
    told = ui.compareMessageLabel.text.startswith("DSC ")
    buttons = [ui.copyMetricsButton, ui.saveMetricsButton, ui.plotButton, ui.disagreementCheckBox]
    there = {
        told,
        not ui.metricsTable.isHidden(),
        ui.metricsTable.rowCount > 0,
        *(button.enabled for button in buttons),
    }
    assert len(there) == 1, there
    return told


def disagreement_is_visible(segmentation: Any) -> bool:
    segments, display = segmentation.GetSegmentation(), segmentation.GetDisplayNode()
    ids = [segments.GetSegmentIdBySegmentName(name) for name in ("Missed", "Extra")]
    seen = {bool(display.GetSegmentVisibility(one)) for one in ids}
    assert len(seen) == 1
    return seen.pop()


def test_another_reference_hides_the_comparison_and_the_first_brings_it_back(
    segmented: Any, reference: Any, slicer: Any, scan: Any
) -> None:
    segmentation = compared(segmented, reference)
    assert disagreement_is_visible(segmentation)

    other = segmentation_of(slicer, scan, np.ones((10, 24, 26), np.uint8), "Other reader")
    segmented.panel.parameters.reference = other
    assert not is_shown(segmented)
    assert not disagreement_is_visible(segmentation)

    segmented.panel.parameters.reference = reference
    assert is_shown(segmented)
    assert disagreement_is_visible(segmentation)


def test_another_result_hides_the_comparison(segmented: Any, reference: Any, scan: Any) -> None:
    first = compared(segmented, reference)

    segmented.panel.parameters.outputSegmentation = None
    assert not is_shown(segmented) and not disagreement_is_visible(first)
    segmented.panel.parameters.outputSegmentation = all_that_is_bright(scan)
    assert not is_shown(segmented) and not disagreement_is_visible(first)


@pytest.mark.parametrize("edited", ["the result", "the reference"])
def test_an_edit_makes_the_comparison_out_of_date(
    segmented: Any, reference: Any, slicer: Any, scan: Any, edited: str
) -> None:
    segmentation = compared(segmented, reference)
    table = segmented.panel.compare._nodes.metrics
    node = segmentation if edited == "the result" else reference
    part = node.GetSegmentation().GetNthSegmentID(0)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(node, part, scan).copy()
    mask[5] = 0

    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, node, part, scan)

    assert not is_shown(segmented)
    assert segmented.ui.compareMessageLabel.text == (
        "The result or the reference was changed after the comparison; compare again."
    )
    assert not disagreement_is_visible(segmentation)
    assert table.GetName().endswith("(out of date)")
    segmented.ui.compareButton.click()
    assert is_shown(segmented) and disagreement_is_visible(segmentation)


def test_what_changes_no_voxel_leaves_the_comparison(
    segmented: Any, reference: Any, slicer: Any, scan: Any
) -> None:
    segmentation = compared(segmented, reference)

    segmented.ui.opacitySlider.value = 0.25
    segmented.ui.smoothingSlider.value = 0.75
    reference.GetSegmentation().GetNthSegment(0).SetName("renamed")
    other = reference.GetSegmentation().AddEmptySegment("", "spleen")
    reference.GetSegmentation().RemoveSegment(other)
    segmentation.GetDisplayNode().SetVisibility(False)
    segmented.enter()

    assert is_shown(segmented)


def test_a_removed_reference_takes_the_comparison_with_it(
    segmented: Any, reference: Any, slicer: Any
) -> None:
    segmentation = compared(segmented, reference)

    slicer.mrmlScene.RemoveNode(reference)

    assert not is_shown(segmented)
    assert not disagreement_is_visible(segmentation)


def test_the_result_is_no_reference_of_itself(segmented: Any, reference: Any) -> None:
    segmentation = compared(segmented, reference)

    segmented.panel.parameters.reference = segmentation
    segmented.ui.compareButton.click()

    assert not is_shown(segmented)
    assert "is the result itself" in segmented.ui.compareMessageLabel.text


def test_two_results_are_compared_and_missed_and_extra_are_no_candidates(
    segmented: Any, reference: Any, scan: Any
) -> None:
    first = compared(segmented, reference)
    segmented.panel.parameters.outputSegmentation = all_that_is_bright(scan)
    compared(segmented, reference)

    segmented.panel.parameters.reference = first
    selector = segmented.ui.referenceSegmentSelector
    assert [selector.itemText(n) for n in range(selector.count)] == ["Pancreas"]
    segmented.ui.compareButton.click()

    assert segmented.ui.compareMessageLabel.text.startswith("DSC 1.00.")


def test_a_label_of_a_label_volume_is_chosen(segmented: Any, slicer: Any, scan: Any) -> None:
    organs = np.zeros((10, 24, 26), np.uint8)
    organs[3:7, 6:18, 6:20] = 4
    organs[:2] = 9
    node = slicer.util.addVolumeFromArray(organs, IJK_TO_RAS, "O", "vtkMRMLLabelMapVolumeNode")
    segmented.panel.parameters.reference = node
    selector = segmented.ui.referenceSegmentSelector

    assert [selector.itemText(n) for n in range(selector.count)] == [
        "Choose one",
        "Label 4",
        "Label 9",
    ]
    segmented.ui.compareButton.click()
    assert "has several labels" in segmented.ui.compareMessageLabel.text
    selector.currentIndex = 1
    segmented.ui.compareButton.click()

    assert is_shown(segmented)
    assert segmented.panel.parameters.referenceSegment == "4"


def test_a_reference_with_a_smaller_field_of_view_is_told_in_the_sentence(
    segmented: Any, slicer: Any
) -> None:
    half = slicer.util.addVolumeFromArray(
        np.ones((5, 24, 26), np.uint8), IJK_TO_RAS, "Half", "vtkMRMLLabelMapVolumeNode"
    )
    compared(segmented, half)

    told = segmented.ui.compareMessageLabel.text
    assert "% of the result lies beyond the reference's field of view and counts as extra" in told


def test_missed_and_extra_are_hidden_with_one_box(segmented: Any, reference: Any) -> None:
    segmentation = compared(segmented, reference)

    segmented.ui.disagreementCheckBox.click()
    assert not disagreement_is_visible(segmentation)
    segmented.ui.compareButton.click()
    assert not disagreement_is_visible(segmentation)
    segmented.ui.disagreementCheckBox.click()
    assert disagreement_is_visible(segmentation)


def test_after_a_scene_is_loaded_its_comparison_is_shown_again(
    segmented: Any, reference: Any, slicer: Any, tmp_path: Path
) -> None:
    compared(segmented, reference)
    told = segmented.ui.compareMessageLabel.text
    assert slicer.util.saveScene(str(tmp_path / "Szene.mrb"))

    slicer.mrmlScene.Clear(0)
    assert not is_shown(segmented)
    slicer.util.loadScene(str(tmp_path / "Szene.mrb"))

    assert is_shown(segmented)
    assert segmented.ui.compareMessageLabel.text == told
    assert disagreement_is_visible(segmented.panel.parameters.outputSegmentation)
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 2


def click_on_point(widget: Any, series: Any, row: int) -> None:
    """As the plot view tells it of a series."""
    series_ids, points, selections = vtkStringArray(), vtkIdTypeArray(), vtkCollection()
    series_ids.InsertNextValue(series.GetID())
    points.InsertNextValue(row)
    selections.AddItem(points)
    widget.panel.compare.on_points_selected(series_ids, selections)


def test_a_click_into_a_plot_without_a_series_leaves_the_slice_views_where_they_are(
    segmented: Any, reference: Any
) -> None:
    compared(segmented, reference)
    points, selections = vtkIdTypeArray(), vtkCollection()
    points.InsertNextValue(0)
    selections.AddItem(points)

    segmented.panel.compare.on_points_selected(vtkStringArray(), selections)


def test_a_point_of_the_plot_takes_the_slice_views_to_its_slice(
    segmented: Any, reference: Any, slicer: Any
) -> None:
    red = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    compared(segmented, reference)
    nodes = segmented.panel.compare._nodes

    click_on_point(segmented, nodes.series, 2)

    height = nodes.slices.GetTable().GetColumnByName("S").GetValue(2)
    assert red.GetSliceToRAS().GetElement(2, 3) == pytest.approx(height)


def test_a_point_of_another_comparison_that_the_plot_still_shows_leads_nowhere(
    segmented: Any, reference: Any, slicer: Any, scan: Any
) -> None:
    red = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode")
    compared(segmented, reference)
    many = segmented.panel.compare._nodes
    segmented.panel.parameters.outputSegmentation = result_of(scan)
    compared(segmented, reference)
    few = segmented.panel.compare._nodes
    last = many.slices.GetTable().GetNumberOfRows() - 1
    assert few.slices.GetTable().GetNumberOfRows() <= last
    click_on_point(segmented, few.series, 1)
    height = red.GetSliceToRAS().GetElement(2, 3)

    for row in (0, last):
        click_on_point(segmented, many.series, row)

    assert red.GetSliceToRAS().GetElement(2, 3) == height


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


def test_another_result_forgets_the_comparison(
    segmented: Any, reference: Any, random_model: Path
) -> None:
    segmented.panel.parameters.model = str(random_model)
    segmented.panel.parameters.reference = reference
    segmented.ui.compareButton.click()

    segmented.ui.segmentButton.click()
    until(lambda: not segmented.panel.is_running)

    assert segmented.ui.metricsTable.isHidden()
    assert not segmented.ui.copyMetricsButton.enabled


class PlotView:
    """That of the layout: tells a click to who is connected."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def connect(self, _signal: str, slot: Any) -> None:
        self.told.append(slot)

    def disconnect(self, _signal: str, slot: Any) -> None:
        self.told.remove(slot)


@pytest.fixture
def plot_view(slicer: Any, monkeypatch: pytest.MonkeyPatch) -> PlotView:
    view = PlotView()
    layout = SimpleNamespace(
        setLayout=lambda _: None, plotWidget=lambda _: SimpleNamespace(plotView=lambda: view)
    )
    monkeypatch.setattr(slicer.app, "layoutManager", lambda: layout)
    from PancreasSegLib.slicer_adapter.panel import compare_section

    monkeypatch.setattr(compare_section, "show_evaluation", lambda _: None)
    return view


def segment_again(segmented: Any, model: Path) -> None:
    segmented.panel.parameters.model = str(model)
    segmented.ui.segmentButton.click()
    until(lambda: not segmented.panel.is_running)


def test_the_comparison_of_an_edited_result_that_was_kept_still_holds(
    segmented: Any, reference: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    kept = segmented.panel.parameters.outputSegmentation
    part = kept.GetSegmentation().GetNthSegmentID(0)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(kept, part, scan).copy()
    mask[4:] = 0
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, kept, part, scan)
    compared(segmented, reference)
    name = segmented.panel.compare._nodes.metrics.GetName()

    segment_again(segmented, random_model)
    assert segmented.panel.parameters.outputSegmentation is not kept
    assert not is_shown(segmented)
    segmented.panel.parameters.outputSegmentation = kept

    assert is_shown(segmented)
    assert segmented.panel.compare._nodes.metrics.GetName() == name


def test_a_plot_that_is_open_reacts_to_clicks_also_after_the_next_run(
    segmented: Any, reference: Any, plot_view: PlotView, random_model: Path
) -> None:
    compared(segmented, reference)
    segmented.ui.plotButton.click()
    segmented.ui.plotButton.click()

    segment_again(segmented, random_model)
    compared(segmented, reference)

    assert plot_view.told == [segmented.panel.compare.on_points_selected]


@pytest.mark.parametrize("end", ["the scene is closed", "the module is closed"])
def test_nobody_listens_to_the_plot_at_the_end(
    segmented: Any, reference: Any, slicer: Any, plot_view: PlotView, end: str
) -> None:
    compared(segmented, reference)
    segmented.ui.plotButton.click()

    if end == "the scene is closed":
        slicer.mrmlScene.Clear(0)
    else:
        segmented.cleanup()

    assert plot_view.told == []


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
