"""Scenes: saved, closed, read again; transforms and the places of nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
import slicer.util
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from Testing.in_slicer import desk
from Testing.in_slicer.files import own_folder


def a_saved_scene_comes_back_with_its_choices_and_its_result() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)
    ui.opacitySlider.value = 0.25
    told = ui.resultLabel.text

    _save_and_read_again()

    parameters = desk.parameters()
    assert parameters.inputVolume.GetName() == "Scan"
    assert parameters.reference.GetName() == "Scan truth"
    assert parameters.outputSegmentation is not None
    assert parameters.model == desk.model()
    assert abs(ui.opacitySlider.value - 0.25) < 1e-6
    assert ui.resultLabel.text == told
    assert ui.saveButton.enabled
    assert desk.shown_volumes() == {"Scan"}


def the_comparison_of_a_saved_scene_is_shown_or_not_in_the_scene() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)
    desk.click(ui.compareButton)
    told = ui.compareMessageLabel.text

    _save_and_read_again()

    if slicer.util.getNodesByClass("vtkMRMLTableNode"):
        assert ui.metricsTable.visible and ui.copyMetricsButton.enabled
        assert ui.compareMessageLabel.text.split(".")[:2] == told.split(".")[:2]


def a_scene_without_the_module_is_read_into_the_open_panel() -> None:
    desk.open_module()
    node = slicer.mrmlScene.GetSingletonNode("PancreasSeg", "vtkMRMLScriptedModuleNode")
    desk.add_scan()
    slicer.mrmlScene.RemoveNode(node)

    _save_and_read_again()

    ui = desk.open_module()
    assert ui.inputSelector.currentNode().GetName() == "Scan"


def a_new_scene_can_be_segmented_after_the_old_one_was_closed() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)
    slicer.mrmlScene.Clear(0)
    slicer.app.processEvents()

    again, _ = desk.add_scan(1, "New")
    result = desk.segment(again)

    assert desk.voxels(result, desk.result_id(result), again).any()


def a_result_lies_on_a_scan_that_was_moved_and_turned() -> None:
    volume, _ = desk.add_scan()
    plain = desk.segment(volume)
    wanted = desk.voxels(plain, desk.result_id(plain), volume)
    moved, _ = desk.add_scan(0, "Moved")
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = vtkMatrix4x4()
    matrix.SetElement(0, 3, 80)
    matrix.SetElement(1, 3, -35)
    transform.SetMatrixTransformToParent(matrix)
    moved.SetAndObserveTransformNodeID(transform.GetID())

    result = desk.segment(moved)

    found = desk.voxels(result, desk.result_id(result), moved)
    overlap = 2 * (found & wanted).sum() / (found.sum() + wanted.sum())
    assert overlap > 0.99, overlap
    assert result.GetParentTransformNode() is transform


def a_result_stands_beside_its_scan_in_the_study() -> None:
    volume, _ = desk.add_scan()
    tree = slicer.mrmlScene.GetSubjectHierarchyNode()
    patient = tree.CreateSubjectItem(tree.GetSceneItemID(), "Patient")
    study = tree.CreateStudyItem(patient, "Study")
    tree.SetItemParent(tree.GetItemByDataNode(volume), study)

    result = desk.segment(volume)

    assert tree.GetItemParent(tree.GetItemByDataNode(result)) == study


def a_tilted_scan_gives_a_result_that_slicer_can_show() -> None:
    volume, _ = desk.add_scan()
    matrix = vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    matrix.SetElement(1, 2, 1.5)  # each slice lies 1.5 mm further to the front
    volume.SetIJKToRASMatrix(matrix)

    result = desk.segment(volume)

    if result.GetParentTransformNode() is None:
        image = (
            result.GetSegmentation()
            .GetSegment(desk.result_id(result))
            .GetRepresentation("Binary labelmap")
        )
        axes = np.array(
            [[image.GetDirectionMatrix().GetElement(r, c) for c in range(3)] for r in range(3)]
        )
        np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-6)
    desk.widget().ui.show3DCheckBox.checked = True
    for offset in range(-20, 20, 5):
        slicer.app.layoutManager().sliceWidget("Red").sliceLogic().SetSliceOffset(offset)
        desk.wait(0.05)


def nothing_of_the_module_stays_in_a_closed_scene() -> None:
    volume, truth = desk.add_scan()
    desk.segment(volume)
    desk.choose(desk.widget().ui.referenceSelector, truth)
    desk.click(desk.widget().ui.compareButton)

    slicer.mrmlScene.Clear(0)
    slicer.app.processEvents()

    assert desk.node_names() == []


def _save_and_read_again() -> Any:
    with own_folder() as folder:
        path = str(folder / "Szene.mrb")
        assert slicer.util.saveScene(path)
        slicer.mrmlScene.Clear(0)
        slicer.app.processEvents()
        slicer.util.loadScene(path)
        slicer.app.processEvents()
