"""Slice and 3D views turn to the result, and draw it where it is."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.slicer_adapter.scans import AFFINES, CENTRE, StandIn, scan_of_the_ball, segmented

GREY = 25  # largest difference between two channels of a grey pixel


@pytest.fixture
def scan(slicer: Any) -> Any:
    return scan_of_the_ball(slicer, AFFINES["oblique"])


@pytest.fixture
def result(scan: Any) -> Iterator[tuple[Any, str]]:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    yield put_result(scan, segmented(volume_from_node(scan)))


def coloured(picture: np.ndarray) -> np.ndarray:
    return np.asarray(np.ptp(picture.astype(int), axis=2) > GREY)


def test_slices_and_camera_are_centred_on_the_segment(slicer: Any, result: tuple[Any, str]) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment

    axial = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode", "Red")
    camera = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCameraNode")

    assert center_on_segment(*result)

    ras = np.array([-1, -1, 1]) * CENTRE
    shown = [axial.GetSliceToRAS().GetElement(row, 3) for row in range(3)]
    np.testing.assert_allclose(shown, ras, atol=2.5)  # a voxel
    np.testing.assert_allclose(camera.GetFocalPoint(), ras, atol=2.5)
    towards = np.subtract(camera.GetPosition(), camera.GetFocalPoint())
    assert towards[1] > 30  # in front of the patient
    np.testing.assert_allclose(towards[[0, 2]], 0, atol=1e-6)


def test_the_slices_go_through_a_bent_segment_not_through_its_hollow(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume = volume_from_node(scan)
    horseshoe = np.zeros_like(volume.array, np.uint8)
    horseshoe[5, 2:12, 3] = horseshoe[5, 2:12, 13] = horseshoe[5, 2, 3:14] = 1
    result = put_result(scan, StandIn(volume.with_array(horseshoe), None))
    axial = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode", "Red")

    center_on_segment(*result)

    shown = np.array([axial.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
    i, j, k = np.rint(volume.grid.to_index([shown * [-1, -1, 1]])[0]).astype(int)
    assert horseshoe[k, j, i] == 1


def test_an_empty_segment_leaves_the_views_alone(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume = volume_from_node(scan)
    nothing = StandIn(volume.with_array(np.zeros_like(volume.array, np.uint8)), None)
    camera = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCameraNode")
    before = camera.GetPosition()

    assert not center_on_segment(*put_result(scan, nothing))
    assert camera.GetPosition() == before


def test_an_overlay_is_shown_and_taken_away(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_overlay

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")

    show_overlay(scan, opacity=0.4)
    assert composite.GetForegroundVolumeID() == scan.GetID()
    assert composite.GetForegroundOpacity() == pytest.approx(0.4)

    remove_overlays(slicer.mrmlScene)
    assert composite.GetForegroundVolumeID() is None


def test_an_overlay_that_was_deleted_gives_way_to_the_next_one_and_to_what_lay_there_before(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_overlay

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    pet, first, second = (scan_of_the_ball(slicer, AFFINES["axial"]) for _ in range(3))
    composite.SetForegroundVolumeID(pet.GetID())
    composite.SetForegroundOpacity(0.3)

    show_overlay(first)
    slicer.mrmlScene.RemoveNode(first)
    show_overlay(second)
    assert composite.GetForegroundVolumeID() == second.GetID()
    slicer.mrmlScene.RemoveNode(second)
    remove_overlays(slicer.mrmlScene)

    assert composite.GetForegroundVolumeID() == pet.GetID()
    assert composite.GetForegroundOpacity() == pytest.approx(0.3)


def test_what_lay_there_before_and_was_deleted_since_does_not_come_back(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_overlay

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    pet = scan_of_the_ball(slicer, AFFINES["axial"])
    composite.SetForegroundVolumeID(pet.GetID())

    show_overlay(scan)
    slicer.mrmlScene.RemoveNode(pet)
    remove_overlays(slicer.mrmlScene)

    assert composite.GetForegroundVolumeID() is None


def test_what_the_user_laid_over_an_overlay_comes_back_after_the_next_one(
    slicer: Any, scan: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_overlay

    composite = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    pet, ours = (scan_of_the_ball(slicer, AFFINES["axial"]) for _ in range(2))
    show_overlay(ours)
    composite.SetForegroundVolumeID(pet.GetID())

    show_overlay(ours)
    remove_overlays(slicer.mrmlScene)

    assert composite.GetForegroundVolumeID() == pet.GetID()


def test_table_and_plot_views_are_told_what_to_show(
    slicer: Any, scan: Any, result: tuple[Any, str]
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.views import show_evaluation
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    reference = put_result(scan, segmented(volume_from_node(scan)))
    _, nodes = compare(*result, *reference)

    show_evaluation(nodes)

    selection = slicer.app.applicationLogic().GetSelectionNode()
    assert selection.GetActiveTableID() == nodes.metrics.GetID()
    assert selection.GetActivePlotChartID() == nodes.chart.GetID()


@pytest.mark.parametrize("orientation", ["Axial", "Coronal", "Sagittal"])
def test_a_slice_view_has_colour_where_the_segment_is_and_grey_elsewhere(
    opengl: str,
    running_slicer: Any,
    scan: Any,
    result: tuple[Any, str],
    tmp_path: Path,
    orientation: str,
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment
    from Testing.slicer.views import SliceView

    with closing(SliceView(running_slicer, orientation)) as view:
        view.show(scan)
        center_on_segment(*result)
        colour = coloured(view.picture(tmp_path / f"{orientation}.png"))
        inside = expected_in_view(view, *result)
        result[0].GetDisplayNode().SetVisibility(False)
        without = view.picture()

    well_inside, well_outside = eroded(inside), eroded(~inside)
    assert well_inside.sum() > 1000
    assert colour[well_inside].mean() > 0.98
    assert colour[well_outside].mean() < 0.01
    assert not coloured(without).any()
    assert without[inside].mean() > without[well_outside].mean() + 50  # the scan is below


def expected_in_view(view: Any, segmentation: Any, segment_id: str) -> np.ndarray:
    """(rows, columns): is the pixel's place in the patient in the segment?"""
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.transforms import array_of_matrix

    mask = result_volume(segmentation, segment_id)
    columns, rows = view.window.GetSize()
    y, x = np.indices((rows, columns))
    xy = np.stack([x, rows - 1 - y, 0 * x, 0 * x + 1], axis=-1).reshape(-1, 4)
    ras = xy @ array_of_matrix(view.node.GetXYToRAS()).T
    index = np.rint(mask.grid.to_index(ras[:, :3] * [-1, -1, 1])).astype(int)
    size = np.array(mask.array.shape[::-1])
    there = ((index >= 0) & (index < size)).all(axis=1)
    i, j, k = np.clip(index, 0, size - 1).T
    return np.asarray((mask.array[k, j, i] > 0) & there).reshape(rows, columns)


def eroded(area: np.ndarray, pixels: int = 6) -> np.ndarray:
    """Without the pixels near its border, where outline and interpolation lie."""
    for _ in range(pixels):
        area = area & np.roll(area, 1, 0) & np.roll(area, -1, 0)
        area = area & np.roll(area, 1, 1) & np.roll(area, -1, 1)
    return area


def test_a_3d_view_has_the_surface_in_its_middle(
    opengl: str, running_slicer: Any, result: tuple[Any, str], tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.views import center_on_segment
    from Testing.slicer.views import ThreeDView

    with closing(ThreeDView(running_slicer)) as view:
        center_on_segment(*result)
        picture = view.picture(tmp_path / "3D.png").astype(int)

    pancreas = picture[..., 0] - picture[..., 2] > 40  # the ground is blue
    rows, columns = np.nonzero(pancreas)
    size = np.array(pancreas.shape)
    np.testing.assert_allclose([rows.mean(), columns.mean()], size / 2, atol=size[0] * 0.05)
    assert np.ptp(rows) > 0.4 * size[0]  # it fills the view ...
    border = [pancreas[0], pancreas[-1], pancreas[:, 0], pancreas[:, -1]]
    assert not np.any(np.concatenate(border))  # ... and fits into it
