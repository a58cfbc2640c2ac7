"""A comparison is shown for what was compared, and for nothing else."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import qt
import slicer
import slicer.util
import vtkmodules.vtkChartsCore  # noqa: F401 - else Python may take a chart for its base class
from vtkmodules.vtkCommonCore import vtkCollection, vtkIdTypeArray, vtkStringArray
from vtkmodules.vtkRenderingCore import vtkTextRenderer

from Testing.in_slicer import desk


def comparing_shows_dsc_and_table_and_marks_missed_and_extra() -> None:
    volume, truth = desk.add_scan()
    result = _compared(volume, truth)
    ui = desk.widget().ui
    found, wanted = desk.voxels(result, desk.result_id(result), volume), _drawn(truth, volume)
    dice = 2 * (found & wanted).sum() / (found.sum() + wanted.sum())

    assert f"{dice:.2f}" in ui.compareMessageLabel.text
    assert ui.metricsTable.visible
    segmentation = result.GetSegmentation()
    names = {segmentation.GetSegment(one).GetName() for one in segmentation.GetSegmentIDs()}
    assert {"Missed", "Extra"} <= names


def a_result_compared_with_itself_is_refused() -> None:
    from PancreasSegLib.errors import PancreasSegError

    volume, _ = desk.add_scan()
    result = desk.segment(volume)
    logic = slicer.util.getModuleLogic("PancreasSeg")

    try:
        logic.evaluate(result, result)
    except PancreasSegError as error:
        assert "itself" in str(error)
    else:
        raise AssertionError("it was compared")


def another_output_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    desk.choose(desk.widget().ui.segmentationSelector, None)

    _assert_no_numbers()


def another_reference_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    other = slicer.mrmlScene.CopyNode(truth)
    _compared(volume, truth)

    desk.choose(desk.widget().ui.referenceSelector, other)

    _assert_no_numbers()


def another_volume_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan(0, "First")
    other, _ = desk.add_scan(1, "Second")
    _compared(volume, truth)

    desk.choose(desk.widget().ui.inputSelector, other)

    _assert_no_numbers()


def an_edited_result_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    result = _compared(volume, truth)

    desk.edit(result, desk.result_id(result), volume)

    _assert_no_numbers()


def an_edited_reference_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    desk.edit(truth, truth.GetSegmentation().GetNthSegmentID(0), volume)

    _assert_no_numbers()


def a_removed_reference_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    slicer.mrmlScene.RemoveNode(truth)
    slicer.app.processEvents()

    _assert_no_numbers()


def a_new_run_takes_the_numbers_away() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    desk.segment(volume)

    _assert_no_numbers()


def an_unedited_comparison_stays_after_a_look_elsewhere() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)
    told = desk.widget().ui.compareMessageLabel.text

    slicer.util.selectModule("Data")
    ui = desk.open_module()

    assert ui.metricsTable.visible and ui.copyMetricsButton.enabled
    assert ui.compareMessageLabel.text == told


def two_results_of_one_scan_can_be_compared_after_an_earlier_comparison() -> None:
    volume, truth = desk.add_scan()
    first = _compared(volume, truth)
    ui = desk.widget().ui
    desk.choose(ui.segmentationSelector, None)
    second = desk.segment(volume)
    assert second is not first

    desk.choose(ui.referenceSelector, first)
    _choose_reference_segment("Pancreas")
    desk.click(ui.compareButton)

    assert "1.00" in ui.compareMessageLabel.text, ui.compareMessageLabel.text


def a_label_of_a_label_map_can_be_chosen_as_reference() -> None:
    volume, truth = desk.add_scan()
    labels = 2 * _drawn(truth, volume)
    labels[0] = 1  # another organ
    reference = slicer.util.addVolumeFromArray(labels, None, "Organs", "vtkMRMLLabelMapVolumeNode")
    reference.CopyOrientation(volume)
    result = desk.segment(volume)
    found, wanted = desk.voxels(result, desk.result_id(result), volume), labels == 2
    dice = 2 * (found & wanted).sum() / (found.sum() + wanted.sum())
    ui = desk.widget().ui

    desk.choose(ui.referenceSelector, reference)
    _choose_reference_segment("2")
    desk.click(ui.compareButton)

    assert f"{dice:.2f}" in ui.compareMessageLabel.text, ui.compareMessageLabel.text


def a_reference_with_a_smaller_field_of_view_is_told_beside_the_dsc() -> None:
    volume, truth = desk.add_scan()
    array = slicer.util.arrayFromVolume(volume)
    small = slicer.util.addVolumeFromArray(
        _drawn(truth, volume)[: len(array) // 2], None, "Half", "vtkMRMLLabelMapVolumeNode"
    )
    small.CopyOrientation(volume)
    desk.segment(volume)
    ui = desk.widget().ui

    desk.choose(ui.referenceSelector, small)
    desk.click(ui.compareButton)

    told = ui.compareMessageLabel.text
    assert "field of view" in told or "beyond" in told or "outside" in told, told


def comparing_does_not_freeze_the_window() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)

    began = time.thread_time()  # of the window's thread alone: other programs do not count
    desk.click(ui.compareButton)

    took = time.thread_time() - began
    assert took < 0.6, f"{took:.2f} s"


def nodes_of_two_results_of_one_scan_have_different_names() -> None:
    volume, truth = desk.add_scan()
    ui = desk.open_module()
    for _ in range(2):
        desk.choose(ui.inputSelector, volume)
        desk.choose(ui.segmentationSelector, None)
        _compared(volume, truth)

    names = desk.node_names()
    assert len(names) == len(set(names)), names


def numbers_have_two_decimals_and_what_has_a_unit_one() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    rows = _rows()
    for name, value in rows:
        number, _, unit = value.partition(" ")
        assert len(number.partition(".")[2]) == (1 if unit else 2), (name, value)
    first = " ".join(name.lower() for name, _ in rows[:5])
    assert "dsc" in first and "volume" in first, first


def the_table_is_copied_with_its_numbers() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)

    desk.click(desk.widget().ui.copyMetricsButton)

    lines = qt.QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["Metric", "Value"]
    assert len(lines) > 5


def missed_and_extra_are_hidden_by_one_box() -> None:
    volume, truth = desk.add_scan()
    result = _compared(volume, truth)
    box = desk.widget().ui.disagreementCheckBox
    display, segmentation = result.GetDisplayNode(), result.GetSegmentation()
    marks = [
        one
        for one in segmentation.GetSegmentIDs()
        if segmentation.GetSegment(one).GetName() in ("Missed", "Extra")
    ]

    assert len(marks) == 2
    assert all(display.GetSegmentVisibility(one) for one in marks) == box.checked
    desk.click(box)
    assert all(display.GetSegmentVisibility(one) for one in marks) == box.checked
    assert display.GetSegmentVisibility(desk.result_id(result))


def the_plot_is_shown_once_beside_the_views_and_neither_axis_nor_title_is_cut() -> None:
    volume, truth = desk.add_scan(0, "A long name " * 6)
    _compared(volume, truth)

    desk.click(desk.widget().ui.plotButton)
    desk.wait(0.5)

    chart = slicer.util.getNodesByClass("vtkMRMLPlotChartNode")[0]
    view = slicer.app.layoutManager().plotWidget(0)
    assert view.mrmlPlotViewNode().GetPlotChartNodeID() == chart.GetID()
    assert "mm" in chart.GetXAxisTitle() + chart.GetTitle()
    if not chart.GetYAxisRangeAuto():
        low, high = chart.GetYAxisRange()
        assert low <= 0 and high > 1, (low, high)
    drawn, box = view.plotView().chart(), [0] * 4
    vtkTextRenderer.GetInstance().GetBoundingBox(
        drawn.GetTitleProperties(), drawn.GetTitle(), box, 72
    )
    assert drawn.GetTitle() and box[1] - box[0] < view.plotView().width, drawn.GetTitle()


def a_point_of_the_plot_takes_the_slices_to_its_place() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)
    desk.click(desk.widget().ui.plotButton)
    nodes = desk.widget().panel.compare._nodes
    slices = nodes.slices
    row = 0  # the views stand in the middle of the result
    series_ids, points, selections = vtkStringArray(), vtkIdTypeArray(), vtkCollection()
    series_ids.InsertNextValue(nodes.series.GetID())
    points.InsertNextValue(row)
    selections.AddItem(points)

    desk.widget().panel.compare.on_points_selected(series_ids, selections)

    red = slicer.app.layoutManager().sliceWidget("Red").mrmlSliceNode()
    wanted = slices.GetTable().GetColumnByName("S").GetValue(row)
    assert abs(red.GetSliceToRAS().GetElement(2, 3) - wanted) < 1e-3


def a_click_into_an_open_plot_takes_the_slices_there_also_after_the_next_run() -> None:
    volume, truth = desk.add_scan()
    _compared(volume, truth)
    desk.click(desk.widget().ui.plotButton)
    desk.wait(0.5)
    _compared(volume, truth)
    desk.wait(0.5)
    slices = desk.widget().panel.compare._nodes.slices
    chart = slicer.app.layoutManager().plotWidget(0).plotView().chart()
    point = vtkIdTypeArray()
    point.InsertNextValue(0)

    chart.GetPlot(chart.GetNumberOfPlots() - 1).SetSelection(point)
    chart.InvokeEvent("SelectionChangedEvent")  # as VTK does at a click

    red = slicer.app.layoutManager().sliceWidget("Red").mrmlSliceNode()
    wanted = slices.GetTable().GetColumnByName("S").GetValue(0)
    assert abs(red.GetSliceToRAS().GetElement(2, 3) - wanted) < 1e-3


def _compared(volume: Any, truth: Any) -> Any:
    """Segmented and compared by clicks; the segmentation."""
    result = desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)
    desk.click(ui.compareButton)
    desk.until(lambda: ui.metricsTable.visible, "there are numbers", 10)
    return result


def _assert_no_numbers() -> None:
    """Neither table nor DSC, or a word that they are out of date."""
    ui = desk.widget().ui
    slicer.app.processEvents()
    told = ui.compareMessageLabel.text if ui.compareMessageLabel.visible else ""
    if "out of date" in told:
        return
    assert not ui.metricsTable.visible
    assert "DSC" not in told
    for button in (ui.copyMetricsButton, ui.saveMetricsButton, ui.plotButton):
        assert not button.enabled, button.name


def _drawn(truth: Any, volume: Any) -> np.ndarray:
    return desk.voxels(truth, truth.GetSegmentation().GetNthSegmentID(0), volume)


def _choose_reference_segment(part_of_name: str) -> None:
    selector = desk.widget().ui.referenceSegmentSelector
    texts = [selector.itemText(number) for number in range(selector.count)]
    matches = [number for number, text in enumerate(texts) if part_of_name in text]
    assert matches, f"only {texts} are offered"
    selector.currentIndex = matches[0]
    slicer.app.processEvents()


def _rows() -> list[tuple[str, str]]:
    """What the table shows: name and value, but not what is undefined."""
    model = desk.widget().ui.metricsTable.model()
    rows = []
    for row in range(model.rowCount()):
        name, value = (str(model.data(model.index(row, column))) for column in range(2))
        if value[0].isdigit() or value[0] == "-":
            rows.append((name, value))
    return rows
