"""Showing a result changes nothing that is not ours: the first state is where we begin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.module.conftest import noise, result_of, segmentation_of
from Testing.slicer.module_fixtures import until
from Testing.slicer_adapter.scans import StandIn


def segment(widget: Any, scan: Any, model: Path) -> None:
    parameters = widget.panel.parameters
    parameters.inputVolume, parameters.model = scan, str(model)
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)


def probability(scan: Any) -> Any:
    """The volume that a run would have put there."""
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume = volume_from_node(scan)
    half = volume.with_array(np.full(volume.array.shape, 0.5, np.float32))
    return put_probability(scan, StandIn(volume, half))


def smoothing(slicer: Any, segmentation: Any) -> float:
    rule = slicer.vtkBinaryLabelmapToClosedSurfaceConversionRule
    name = rule.GetSmoothingFactorParameterName()
    return float(segmentation.GetSegmentation().GetConversionParameter(name))


def test_the_users_own_volume_rendering_stays(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    logic = slicer.modules.volumerendering.logic()
    rendering = logic.CreateDefaultVolumeRenderingNodes(scan)
    rendering.SetVisibility(True)

    segment(widget, scan, random_model)
    widget.panel.parameters.volumeRendering = True
    widget.panel.parameters.volumeRendering = False

    assert rendering.GetVisibility()
    assert not widget.ui.volumeRenderingCheckBox.enabled
    assert "of your own" in widget.ui.volumeRenderingCheckBox.toolTip


def test_our_volume_rendering_is_off_until_wanted_and_cut_anew_around_each_result(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    logic = slicer.modules.volumerendering.logic()
    box = widget.ui.volumeRenderingCheckBox

    segment(widget, scan, random_model)
    assert not box.checked
    assert logic.GetFirstVolumeRenderingDisplayNode(scan) is None
    assert "Without a graphics card the first picture takes" in box.toolTip

    box.checked = True
    display = logic.GetFirstVolumeRenderingDisplayNode(scan)
    assert display.GetVisibility() and display.GetCroppingEnabled()
    around_the_result = display.GetROINode().GetCenter()
    display.GetROINode().SetCenter(500, 0, 0)
    segment(widget, scan, random_model)
    assert display.GetROINode().GetCenter() == pytest.approx(around_the_result)

    box.checked = False
    assert not display.GetVisibility()


def test_the_users_own_foreground_stays_and_comes_back(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "Red")
    pet = slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="PET")
    view.SetForegroundVolumeID(pet.GetID())
    view.SetForegroundOpacity(0.3)
    widget.panel.parameters.keepProbability = True

    segment(widget, scan, random_model)
    assert view.GetForegroundVolumeID() == pet.GetID()

    widget.ui.overlayCheckBox.checked = True
    assert "probability" in slicer.mrmlScene.GetNodeByID(view.GetForegroundVolumeID()).GetName()
    widget.ui.overlayCheckBox.checked = False
    assert view.GetForegroundVolumeID() == pet.GetID()
    assert view.GetForegroundOpacity() == pytest.approx(0.3)


def test_the_probability_of_an_older_run_is_neither_offered_nor_shown_with_the_next_result(
    widget: Any, slicer: Any, scan: Any, random_model: Path
) -> None:
    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "Red")
    widget.panel.parameters.keepProbability = True
    segment(widget, scan, random_model)
    widget.ui.overlayCheckBox.checked = True
    older = slicer.mrmlScene.GetNodeByID(view.GetForegroundVolumeID())
    widget.panel.parameters.keepProbability = False

    segment(widget, scan, random_model)

    assert not widget.ui.overlayCheckBox.enabled
    assert view.GetForegroundVolumeID() is None
    assert older.GetScene() is not None  # it is the user's to delete
    assert older.GetName() == "Abdomen pancreas probability (out of date)"


def test_a_probability_that_was_deleted_is_not_offered_and_what_it_covered_comes_back(
    widget: Any, slicer: Any, scan: Any
) -> None:
    view = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", "Red")
    pet = slicer.util.addVolumeFromArray(noise((4, 8, 8)), name="PET")
    view.SetForegroundVolumeID(pet.GetID())
    result_of(scan)
    widget.panel.parameters.inputVolume = scan
    first = probability(scan)
    widget.panel.update()
    widget.ui.overlayCheckBox.checked = True
    assert view.GetForegroundVolumeID() == first.GetID()

    slicer.mrmlScene.RemoveNode(first)

    assert not widget.ui.overlayCheckBox.enabled
    assert view.GetForegroundVolumeID() == pet.GetID()
    second = probability(scan)
    widget.panel.update()
    assert view.GetForegroundVolumeID() == second.GetID()
    widget.ui.overlayCheckBox.checked = False
    assert view.GetForegroundVolumeID() == pet.GetID()


def test_the_smoothing_of_the_users_segments_stays(
    widget: Any, slicer: Any, scan: Any, reference: Any, random_model: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import set_smoothing

    set_smoothing(reference, 0.0)
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.outputSegmentation = reference

    segment(widget, scan, random_model)
    widget.panel.parameters.smoothing = 0.8

    assert widget.panel.parameters.outputSegmentation is reference
    assert smoothing(slicer, reference) == 0.0
    assert not widget.ui.smoothingSlider.enabled
    assert "your own segments" in widget.ui.smoothingSlider.toolTip


def test_only_our_own_surface_is_shown_and_hidden_beside_the_users(
    widget: Any, slicer: Any, scan: Any
) -> None:
    shared = segmentation_of(slicer, scan, np.ones((10, 24, 26), np.uint8), "Shared")
    result_of(scan, shared)
    drawn, ours = shared.GetSegmentation().GetSegmentIDs()
    widget.panel.parameters.inputVolume = scan

    widget.ui.show3DCheckBox.checked = False

    display = shared.GetDisplayNode()
    assert display.GetVisibility3D() and display.GetSegmentVisibility3D(drawn)
    assert not display.GetSegmentVisibility3D(ours)


def test_a_result_that_was_there_already_is_shown_as_it_was(
    widget: Any, slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import set_opacity, set_smoothing

    ours = result_of(scan)
    segment_id = ours.GetSegmentation().GetNthSegmentID(0)
    set_smoothing(ours, 0.1)
    set_opacity(ours, segment_id, 0.9)

    widget.panel.parameters.inputVolume = scan

    assert smoothing(slicer, ours) == pytest.approx(0.1)
    assert ours.GetDisplayNode().GetSegmentOpacity3D(segment_id) == pytest.approx(0.9)
    widget.panel.parameters.opacity = 0.25
    assert ours.GetDisplayNode().GetSegmentOpacity3D(segment_id) == pytest.approx(0.25)


def test_a_segmentation_without_a_display_can_take_the_result(
    widget: Any, slicer: Any, scan: Any
) -> None:
    bare = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Bare")

    result_of(scan, bare)
    widget.panel.parameters.inputVolume = scan
    widget.ui.show3DCheckBox.checked = False

    assert bare.GetDisplayNode() is not None


def test_a_result_whose_display_was_removed_gets_another_one_when_its_looks_are_set(
    widget: Any, slicer: Any, scan: Any
) -> None:
    ours = result_of(scan)
    widget.panel.parameters.inputVolume = scan
    widget.ui.show3DCheckBox.checked = False
    slicer.mrmlScene.RemoveNode(ours.GetDisplayNode())

    widget.ui.opacitySlider.value = 0.25

    display = ours.GetDisplayNode()
    assert display.GetSegmentOpacity3D(ours.GetSegmentation().GetNthSegmentID(0)) == 0.25
    assert not display.GetVisibility3D()
