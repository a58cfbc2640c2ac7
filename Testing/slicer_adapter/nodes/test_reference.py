"""References from segmentations and label volumes, and why some cannot be used."""

from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import (
    AFFINES,
    CENTRE,
    RAS_LPS,
    add_scan,
    label_volume,
    scan_of_the_ball,
    voxel_centres,
)


def bright(slicer: Any, scan: Any) -> np.ndarray:
    return (slicer.util.arrayFromVolume(scan) > 100).astype(np.uint8)


def segmentation_of(slicer: Any, scan: Any, name: str = "Drawn") -> Any:
    """As a reader leaves it: an imported labelmap, without our marks."""
    labels = label_volume(slicer, bright(slicer, scan), RAS_LPS @ ijk_to_ras(slicer, scan))
    labels.SetAndObserveTransformNodeID(scan.GetTransformNodeID())
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    slicer.modules.segmentations.logic().ImportLabelmapToSegmentationNode(labels, node)
    slicer.mrmlScene.RemoveNode(labels)
    return node


def ijk_to_ras(slicer: Any, scan: Any) -> np.ndarray:
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    scan.GetIJKToRASMatrix(matrix)
    return np.asarray(slicer.util.arrayFromVTKMatrix(matrix))


@pytest.mark.parametrize("affine", AFFINES.values(), ids=AFFINES.keys())
def test_a_label_volume_keeps_its_grid(slicer: Any, affine: np.ndarray) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    truth = bright(slicer, scan_of_the_ball(slicer, affine))

    volume = reference_volume(label_volume(slicer, truth, affine))

    assert volume.array.dtype == np.uint8
    np.testing.assert_array_equal(volume.array, truth)
    np.testing.assert_allclose(volume.affine, affine, atol=1e-12)


@pytest.mark.parametrize("affine", AFFINES.values(), ids=AFFINES.keys())
def test_a_segment_lies_where_it_was_drawn(slicer: Any, affine: np.ndarray) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    scan = scan_of_the_ball(slicer, affine)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = np.eye(4)
    matrix[:3, 3] = [5, 0, -50]  # RAS
    slicer.util.updateTransformMatrixFromArray(transform, matrix)

    node = segmentation_of(slicer, scan)
    node.SetAndObserveTransformNodeID(transform.GetID())
    volume = reference_volume(node)

    assert volume.array.sum() == bright(slicer, scan).sum()
    there = voxel_centres(volume).mean(axis=0)
    assert np.linalg.norm(there - CENTRE + np.array([5, 0, 50])) < 0.5


def test_one_of_several_segments_must_be_chosen(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    node = segmentation_of(slicer, scan_of_the_ball(slicer, AFFINES["axial"]))
    drawn_id = node.GetSegmentation().GetNthSegmentID(0)
    node.GetSegmentation().GetSegment(drawn_id).SetName("Pancreas")
    node.GetSegmentation().AddEmptySegment("liver", "Liver")

    with pytest.raises(InputError, match=r"'Drawn' has several segments \(Pancreas, Liver\)"):
        reference_volume(node)
    assert reference_volume(node, drawn_id).array.any()
    with pytest.raises(InputError, match="no longer in the segmentation 'Drawn'; choose again"):
        reference_volume(node, "gone")


def test_a_reference_that_was_imported_as_a_surface_is_turned_into_voxels(slicer: Any) -> None:
    from vtkmodules.vtkFiltersSources import vtkSphereSource

    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    sphere = vtkSphereSource()
    sphere.SetCenter(*(np.array([-1, -1, 1]) * CENTRE))
    sphere.SetRadius(9)
    sphere.SetPhiResolution(40)
    sphere.SetThetaResolution(40)
    sphere.Update()
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "STL")
    node.SetSourceRepresentationToClosedSurface()
    node.AddSegmentFromClosedSurfaceRepresentation(sphere.GetOutput(), "Ball", [1, 0, 0])

    volume = reference_volume(node)

    assert np.linalg.norm(voxel_centres(volume).mean(axis=0) - CENTRE) < 0.5
    expected_ml = 4 / 3 * np.pi * 9**3 / 1000
    assert volume.array.sum() * volume.grid.voxel_ml == pytest.approx(expected_ml, rel=0.05)
    assert not node.GetSegmentation().ContainsRepresentation("Binary labelmap")


def test_no_reference(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    with pytest.raises(InputError, match="No reference is selected; choose a segmentation"):
        reference_volume(None)


def test_a_scan_is_no_reference(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    scan = add_scan(slicer, np.ones((2, 2, 2), np.int16), np.eye(4))

    with pytest.raises(InputError, match="'Scan' is neither a segmentation nor a label volume"):
        reference_volume(scan)


def test_an_empty_label_volume(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    empty = label_volume(slicer, np.zeros((2, 3, 4), np.uint8), np.eye(4))

    with pytest.raises(InputError, match="'Labels' is empty; choose one in which the pancreas"):
        reference_volume(empty)
    no_image = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "Nothing")
    with pytest.raises(InputError, match="'Nothing' is empty"):
        reference_volume(no_image)


def test_an_empty_segment_and_an_empty_segmentation(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Drawn")

    with pytest.raises(InputError, match="'Drawn' has no segments"):
        reference_volume(node)
    node.GetSegmentation().AddEmptySegment("", "Pancreas")
    with pytest.raises(InputError, match="'Drawn' is empty"):
        reference_volume(node)


def test_a_label_volume_of_many_organs(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import parts_of, reference_volume

    organs = label_volume(slicer, np.arange(8, dtype=np.uint8).reshape(2, 2, 2), np.eye(4))

    with pytest.raises(InputError, match=r"'Labels' has several labels .*choose the one"):
        reference_volume(organs)
    assert list(parts_of(organs).items())[:2] == [("1", "Label 1"), ("2", "Label 2")]
    np.testing.assert_array_equal(
        reference_volume(organs, "5").array, np.reshape([0, 0, 0, 0, 0, 1, 0, 0], (2, 2, 2))
    )
