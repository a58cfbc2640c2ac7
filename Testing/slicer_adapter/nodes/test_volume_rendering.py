"""The volume rendering around the result: soft tissue clear, bones light, cut out; only ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from Testing.slicer_adapter.scans import AFFINES, StandIn, add_scan

SHAPE = (20, 40, 50)  # 60 x 88 x 100 mm
AFFINE = np.diag([2.0, 2.2, 3.0, 1.0])


@pytest.fixture
def scan(slicer: Any) -> Any:
    return add_scan(slicer, np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE), AFFINE)


def result_of(scan: Any, array: np.ndarray, segmentation: Any = None) -> Any:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    mask = volume_from_node(scan).with_array(array)
    return put_result(scan, StandIn(mask, None), segmentation)[0]


@pytest.fixture
def found() -> np.ndarray:
    array = np.zeros(SHAPE, np.uint8)
    array[9:11, 18:21, 24:28] = 1
    return array


def display_of(slicer: Any, scan: Any) -> Any:
    return slicer.modules.volumerendering.logic().GetFirstVolumeRenderingDisplayNode(scan)


def test_it_is_made_when_it_is_first_shown_and_kept_when_it_is_hidden(
    slicer: Any, scan: Any, found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering

    segmentation = result_of(scan, found)

    assert not show_volume_rendering(scan, False, segmentation)
    assert display_of(slicer, scan) is None
    assert show_volume_rendering(scan, True, segmentation)
    display = display_of(slicer, scan)
    assert display.GetVisibility()
    nodes = slicer.mrmlScene.GetNumberOfNodes()
    assert show_volume_rendering(scan, False, segmentation)
    assert not display.GetVisibility()
    assert show_volume_rendering(scan, True, segmentation)
    assert slicer.mrmlScene.GetNumberOfNodes() == nodes


def test_soft_tissue_is_clear_and_vessels_and_bones_are_light(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering

    show_volume_rendering(scan)

    look = display_of(slicer, scan).GetVolumePropertyNode()
    opacity = look.GetScalarOpacity()
    air, fat, pancreas, vessel, bone = -1000, -100, 100, 200, 700
    assert [opacity.GetValue(value) for value in (air, fat, pancreas)] == [0, 0, 0]
    assert 0 < opacity.GetValue(vessel) < opacity.GetValue(bone) < 0.5
    colour = look.GetColor()
    assert min(colour.GetColor(vessel)) > 0.6
    assert min(colour.GetColor(bone)) > 0.9
    assert look.GetVolumeProperty().GetGradientOpacity().GetValue(0) == 1


def test_it_is_cut_to_the_surroundings_of_the_result(
    slicer: Any, scan: Any, found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import SPARE_MM
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering

    show_volume_rendering(scan, True, result_of(scan, found))

    display = display_of(slicer, scan)
    region = display.GetROINode()
    assert display.GetCroppingEnabled()
    assert not region.GetDisplayVisibility()
    assert region.GetHideFromEditors()  # not for the panel's selector of regions
    np.testing.assert_allclose(region.GetCenter(), [-25.5 * 2, -19 * 2.2, 9.5 * 3])
    voxels = np.array([4 * 2, 3 * 2.2, 2 * 3])
    np.testing.assert_allclose(region.GetSize(), voxels + 2 * SPARE_MM, atol=1e-6)


def test_the_cut_follows_a_new_result_under_a_transform_and_none(
    slicer: Any, scan: Any, found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering

    segmentation = result_of(scan, found)
    show_volume_rendering(scan, True, segmentation)
    display = display_of(slicer, scan)
    before = np.array(display.GetROINode().GetCenter())
    moved = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(moved, np.eye(4) + 7 * np.eye(4, k=3))
    scan.SetAndObserveTransformNodeID(moved.GetID())

    result_of(scan, np.roll(found, 3, axis=0), segmentation)
    show_volume_rendering(scan, True, segmentation)
    np.testing.assert_allclose(
        np.array(display.GetROINode().GetCenter()) - before, [7, 0, 9], atol=1e-6
    )

    result_of(scan, np.zeros(SHAPE, np.uint8), segmentation)
    show_volume_rendering(scan, True, segmentation)
    assert not display.GetCroppingEnabled()


def test_what_the_user_has_set_on_ours_stays(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering

    show_volume_rendering(scan)
    opacity = display_of(slicer, scan).GetVolumePropertyNode().GetScalarOpacity()
    opacity.AddPoint(100, 0.7)

    show_volume_rendering(scan, False)
    show_volume_rendering(scan)

    assert opacity.GetValue(100) == pytest.approx(0.7)


def test_the_users_own_rendering_is_never_touched(
    slicer: Any, scan: Any, found: np.ndarray
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import (
        hide_renderings,
        is_rendered_by_user,
        show_volume_rendering,
    )

    theirs = slicer.modules.volumerendering.logic().CreateDefaultVolumeRenderingNodes(scan)
    theirs.SetVisibility(True)
    opacity = theirs.GetVolumePropertyNode().GetScalarOpacity().GetValue(100)
    segmentation = result_of(scan, found)

    assert is_rendered_by_user(scan)
    assert not show_volume_rendering(scan, True, segmentation)
    assert not show_volume_rendering(scan, False, segmentation)
    hide_renderings(slicer.mrmlScene)

    assert theirs.GetVisibility() and not theirs.GetCroppingEnabled()
    assert theirs.GetROINode() is None
    assert theirs.GetVolumePropertyNode().GetScalarOpacity().GetValue(100) == opacity


def test_those_of_all_scans_are_hidden(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_rendering import (
        hide_renderings,
        show_volume_rendering,
    )

    other = add_scan(slicer, np.zeros((4, 5, 6), np.int16), AFFINES["axial"], "Other")
    for one in (scan, other):
        show_volume_rendering(one)

    hide_renderings(slicer.mrmlScene)

    assert not any(display_of(slicer, one).GetVisibility() for one in (scan, other))
