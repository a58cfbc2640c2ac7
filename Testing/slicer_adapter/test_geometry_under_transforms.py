"""The mask lies in the patient where the engine found it, whatever lies between."""

from typing import Any

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_DOUBLE, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonTransforms import vtkThinPlateSplineTransform

from PancreasSegLib.volume.volume import Volume
from Testing.slicer_adapter.scans import (
    AFFINES,
    CENTRE,
    RADIUS,
    RAS_LPS,
    SHAPE,
    add_scan,
    ball,
    scan_of_the_ball,
    segmented,
    turned,
    voxel_centres,
)

LINEAR = turned(40, 1) @ turned(-15, 0)
LINEAR[:3, 3] = [12, -30, 200]
LPS_LINEAR = RAS_LPS @ LINEAR @ RAS_LPS
"""A registration found that the patient lay turned by this."""


def linear_parent(slicer: Any, node: Any, matrix: np.ndarray = LINEAR) -> Any:
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, matrix)
    node.SetAndObserveTransformNodeID(transform.GetID())
    return transform


def displacements(slicer: Any, class_name: str, amplitude: float) -> Any:
    """A grid of 5 x 5 x 5 points, 30 mm apart around the ball, that pushes the middle to the left.

    For a grid transform these are displacements, for a B-spline its coefficients.
    """
    image = vtkImageData()
    image.SetDimensions(5, 5, 5)
    image.SetSpacing(30, 30, 30)
    image.SetOrigin(*(RAS_LPS[:3, :3] @ CENTRE - 60))
    image.AllocateScalars(VTK_DOUBLE, 3)
    values = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(5, 5, 5, 3)
    values[:] = 0
    values[2, 2, 2] = [-amplitude, amplitude / 3, amplitude / 2]
    transform = getattr(slicer, class_name)()
    if class_name == "vtkOrientedGridTransform":
        transform.SetDisplacementGridData(image)
    else:
        transform.SetCoefficientData(image)
    return transform


def thin_plate() -> Any:
    source, target = vtkPoints(), vtkPoints()
    corners = np.array([[x, y, z] for x in (-40, 40) for y in (-40, 40) for z in (-40, 40)])
    for number, corner in enumerate(RAS_LPS[:3, :3] @ CENTRE + corners):
        source.InsertNextPoint(*corner)
        target.InsertNextPoint(corner[0], corner[1], corner[2] + (5 if number % 2 else -3))
    transform = vtkThinPlateSplineTransform()
    transform.SetBasisToR()
    transform.SetSourceLandmarks(source)
    transform.SetTargetLandmarks(target)
    return transform


def bend(slicer: Any, kind: str) -> Any:
    if kind == "thin plate spline":
        return thin_plate()
    if kind == "B-spline":
        return displacements(slicer, "vtkOrientedBSplineTransform", amplitude=12)
    return displacements(slicer, "vtkOrientedGridTransform", amplitude=5)


def bent_scan(slicer: Any, kind: str, affine: np.ndarray, from_parent: bool = False) -> Any:
    """A scan in which the world's ball looks bent, and the transform that straightens it."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode", kind)
    set_transform = (
        node.SetAndObserveTransformFromParent
        if from_parent
        else node.SetAndObserveTransformToParent
    )
    set_transform(bend(slicer, kind))

    def to_world(points: np.ndarray) -> np.ndarray:
        transform = node.GetTransformToParent()
        ras = [transform.TransformPoint(point) for point in points @ RAS_LPS[:3, :3]]
        return np.array(ras) @ RAS_LPS[:3, :3]

    scan = scan_of_the_ball(slicer, affine, to_world)
    scan.SetAndObserveTransformNodeID(node.GetID())
    return scan


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


@pytest.mark.parametrize("affine", AFFINES.values(), ids=AFFINES.keys())
@pytest.mark.parametrize("moved", [False, True], ids=["untransformed", "transformed"])
def test_the_segment_lies_in_the_world_where_the_engine_found_it(
    slicer: Any, affine: np.ndarray, moved: bool
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, affine)
    if moved:
        linear_parent(slicer, scan)
    seen = volume_from_node(scan)
    result = segmented(seen)

    segmentation, segment_id = put_result(scan, result)

    expected = LPS_LINEAR @ affine if moved else affine
    np.testing.assert_allclose(seen.affine, expected, atol=1e-9)
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan),
        result.mask.array,
    )
    there = result_volume(segmentation, segment_id)
    np.testing.assert_allclose(there.affine, expected, atol=1e-6)
    np.testing.assert_array_equal(there.array, result.mask.array)
    middle = voxel_centres(there).mean(axis=0)
    ball_in_world = (LPS_LINEAR @ [*CENTRE, 1])[:3] if moved else CENTRE
    assert np.linalg.norm(middle - ball_in_world) < 0.5  # mm


def test_the_segmentation_moves_with_the_scan_when_its_transform_changes(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["oblique"])
    transform = linear_parent(slicer, scan)
    segmentation, segment_id = put_result(scan, segmented(volume_from_node(scan)))

    slicer.util.updateTransformMatrixFromArray(transform, np.eye(4))

    middle = voxel_centres(result_volume(segmentation, segment_id)).mean(axis=0)
    assert np.linalg.norm(middle - CENTRE) < 0.5


@pytest.mark.parametrize("kind", ["B-spline", "thin plate spline", "grid"])
@pytest.mark.parametrize("from_parent", [False, True], ids=["to parent", "from parent"])
@pytest.mark.parametrize("orientation", ["axial", "oblique"])
def test_the_engine_sees_the_true_anatomy_of_a_bent_scan(
    slicer: Any, kind: str, from_parent: bool, orientation: str
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = bent_scan(slicer, kind, AFFINES[orientation], from_parent)

    seen = volume_from_node(scan)

    k, j, i = np.indices(seen.array.shape).reshape(3, -1)
    points = seen.grid.to_world(np.stack([i, j, k], axis=1))
    near = np.linalg.norm(points - CENTRE, axis=1) < RADIUS + 2
    wrong_by = np.abs(seen.array.ravel() - ball(points))[near]
    assert near.sum() > 200
    assert np.quantile(wrong_by, 0.95) < 5  # of 100 grey values per radius: under half a mm


@pytest.mark.parametrize("kind", ["B-spline", "thin plate spline", "grid"])
@pytest.mark.parametrize("from_parent", [False, True], ids=["to parent", "from parent"])
def test_the_mask_of_a_bent_scan_lies_on_the_anatomy(
    slicer: Any, kind: str, from_parent: bool
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = bent_scan(slicer, kind, AFFINES["oblique"], from_parent)
    result = segmented(volume_from_node(scan))

    segmentation, segment_id = put_result(scan, result)

    # On the scan's own voxels it covers what is bright in the scan ...
    own = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan) > 0
    bright = slicer.util.arrayFromVolume(scan) > 100
    assert dice(own, bright) > 0.92  # of 220 voxels, interpolated twice
    assert np.linalg.norm(np.argwhere(own).mean(0) - np.argwhere(bright).mean(0)) < 0.3  # voxels
    # ... and in the world it is the engine's ball.
    there = result_volume(segmentation, segment_id)
    assert np.linalg.norm(voxel_centres(there).mean(axis=0) - CENTRE) < 0.5
    np.testing.assert_allclose(there.affine, result.mask.affine, atol=1e-6)
    assert dice(there.array > 0, result.mask.array > 0) > 0.9
    assert segmentation.GetTransformNodeID() == scan.GetTransformNodeID()


def test_a_gantry_tilt_stored_as_a_grid_transform_is_a_shear_and_loses_nothing(
    slicer: Any,
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    tilt = displacements(slicer, "vtkOrientedGridTransform", amplitude=0)
    values = vtk_to_numpy(tilt.GetDisplacementGrid().GetPointData().GetScalars())
    # Every plane is pushed to the front by a quarter of its height.
    values.reshape(5, 5, 5, 3)[..., 1] = 0.25 * 30 * np.arange(5)[:, None, None]
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
    node.SetAndObserveTransformToParent(tilt)
    scan.SetAndObserveTransformNodeID(node.GetID())

    seen = volume_from_node(scan)
    result = segmented(seen)
    segmentation, segment_id = put_result(scan, result)

    assert seen.array.shape == SHAPE
    np.testing.assert_array_equal(seen.array, slicer.util.arrayFromVolume(scan))
    assert seen.affine[1, 2] == pytest.approx(-0.25 * 3.0, abs=1e-5)  # LPS: front is -y
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan),
        result.mask.array,
    )


@pytest.mark.parametrize("kind", ["B-spline", "thin plate spline", "grid"])
@pytest.mark.parametrize("from_parent", [False, True], ids=["to parent", "from parent"])
def test_the_probability_of_a_bent_scan_comes_back_to_the_scans_own_voxels(
    slicer: Any, kind: str, from_parent: bool
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = bent_scan(slicer, kind, AFFINES["oblique"], from_parent)

    overlay = put_probability(scan, segmented(volume_from_node(scan)))

    expected = np.clip(slicer.util.arrayFromVolume(scan) / 200, 0, 1)
    near = expected > 0.3
    wrong_by = np.abs(slicer.util.arrayFromVolume(overlay) - expected)[near]
    assert wrong_by.mean() < 0.02  # the probability falls by 0.055 in a millimetre
    assert overlay.GetTransformNodeID() == scan.GetTransformNodeID()


def test_a_linear_transform_above_a_bent_one_is_followed_too(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = bent_scan(slicer, "B-spline", AFFINES["axial"])
    linear_parent(slicer, scan.GetParentTransformNode())

    segmentation, segment_id = put_result(scan, segmented(volume_from_node(scan)))

    middle = voxel_centres(result_volume(segmentation, segment_id)).mean(axis=0)
    assert np.linalg.norm(middle - (LPS_LINEAR @ [*CENTRE, 1])[:3]) < 0.5


@pytest.mark.parametrize("corner", [False, True], ids=["in the middle", "in a corner"])
def test_of_a_bent_mask_only_the_part_that_is_set_is_brought_over(
    slicer: Any, corner: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.nodes import transforms

    mask = np.zeros((40, 60, 60), np.uint8)
    mask[:6, :8, :8] = corner
    mask[18:24, 25:33, 25:33] = not corner
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = CENTRE - 50
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
    node.SetAndObserveTransformToParent(bend(slicer, "B-spline"))
    scan = add_scan(slicer, mask, affine)
    scan.SetAndObserveTransformNodeID(node.GetID())
    own = Volume(mask, affine)
    grid = transforms.grid_in_world(own.grid, scan)
    whole = transforms._interpolated(own, grid, scan, True, True, 0.0)
    brought: list[int] = []
    resliced = transforms._resliced

    def watched(array: Any, to_source: Any, target: Any, *how: Any) -> Any:
        brought.append(int(np.prod(target.shape)))
        return resliced(array, to_source, target, *how)

    monkeypatch.setattr(transforms, "_resliced", watched)
    there = transforms.into_world(own, scan, outside=0.0, nearest=True)
    back = transforms.onto_own_grid(there, scan, own.grid, nearest=True)

    assert there.grid.is_same_as(grid)
    assert len(brought) == 2 and max(brought) < mask.size / 10
    assert dice(there.array != 0, whole != 0) > 0.98
    assert dice(back.array != 0, mask != 0) > 0.9


def test_an_empty_mask_stays_empty_on_a_bent_grid(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.transforms import into_world, onto_own_grid

    scan = bent_scan(slicer, "grid", AFFINES["axial"])
    empty = Volume(np.zeros(SHAPE, np.uint8), AFFINES["axial"])

    there = into_world(empty, scan, outside=0.0, nearest=True)

    assert not there.array.any()
    assert not onto_own_grid(there, scan, empty.grid, nearest=True).array.any()


def test_what_was_not_scanned_stays_not_a_number_under_a_bent_transform(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = bent_scan(slicer, "B-spline", AFFINES["axial"])
    values = slicer.util.arrayFromVolume(scan).astype(np.float32)
    values[0] = np.nan
    slicer.util.updateVolumeFromArray(scan, values)

    seen = volume_from_node(scan).array

    known = seen[np.isfinite(seen)]
    assert 0 < np.isnan(seen).sum() < seen.size / 2
    assert known.min() == pytest.approx(np.nanmin(values), abs=1e-3)
