"""What can be segmented, and the sentence that says why something cannot."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import AFFINES, RAS_LPS, SHAPE, add_scan

ROOT = Path(__file__).resolve().parents[3]
WITH_TRANSLATION = ("dicom_source", "scan_loading")
"""Needs `slicer.i18n`, which slicer-core lacks."""
ARRAY = np.arange(24, dtype=np.int16).reshape(2, 3, 4)


def test_a_scan_comes_with_its_values_type_and_affine(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume = volume_from_node(add_scan(slicer, ARRAY, AFFINES["oblique"]))

    assert volume.array.dtype == np.int16
    np.testing.assert_array_equal(volume.array, ARRAY)
    np.testing.assert_allclose(volume.affine, AFFINES["oblique"], atol=1e-12)
    assert volume.modality is None


def test_the_modality_comes_from_the_dicom_series(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import is_from_dicom, volume_from_node

    node = add_scan(slicer, ARRAY, np.eye(4))
    tree = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    tree.SetItemAttribute(tree.CreateItem(tree.GetSceneItemID(), node), "DICOM.Modality", "MR")

    assert volume_from_node(node).modality == "MR"
    assert not is_from_dicom(node)
    node.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")
    assert is_from_dicom(node)


def test_no_volume(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    with pytest.raises(InputError, match="No volume is selected; load a scan"):
        volume_from_node(None)


@pytest.mark.parametrize(
    ("class_name", "words"),
    [
        ("vtkMRMLLabelMapVolumeNode", "'Wrong' is a label volume, not a scan"),
        ("vtkMRMLVectorVolumeNode", "'Wrong' is a colour or vector volume, not a scan"),
        ("vtkMRMLSegmentationNode", "'Wrong' is a segmentation, not a scan"),
        ("vtkMRMLSequenceNode", "'Wrong' is a sequence, not a scan"),
        ("vtkMRMLTextNode", "'Wrong' is a vtkMRMLTextNode, not a scan"),
        ("vtkMRMLScalarVolumeNode", "The volume 'Wrong' holds no image; load the scan again"),
    ],
)
def test_the_wrong_kind_of_node_is_named(slicer: Any, class_name: str, words: str) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    node = slicer.mrmlScene.AddNewNodeByClass(class_name, "Wrong")

    with pytest.raises(InputError, match=words):
        volume_from_node(node)


def test_a_colour_picture_in_a_scalar_volume(slicer: Any) -> None:
    from vtkmodules.vtkCommonCore import VTK_UNSIGNED_CHAR
    from vtkmodules.vtkCommonDataModel import vtkImageData

    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Photo")
    image = vtkImageData()
    image.SetDimensions(4, 3, 2)
    image.AllocateScalars(VTK_UNSIGNED_CHAR, 3)
    node.SetAndObserveImageData(image)

    with pytest.raises(InputError, match="'Photo' has 3 values in each voxel instead of one"):
        volume_from_node(node)


def test_a_single_slice(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    node = add_scan(slicer, ARRAY[:1], np.eye(4), name="Scout")

    with pytest.raises(InputError, match="'Scout' is a single slice; choose a whole scan"):
        volume_from_node(node)


def test_the_world_grid_needs_no_values_and_is_that_of_the_volume(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node, world_grid

    node = add_scan(slicer, ARRAY, AFFINES["left-handed"])
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, RAS_LPS @ np.diag([2.0, 1, 1, 1]))
    node.SetAndObserveTransformNodeID(transform.GetID())

    assert world_grid(node).is_same_as(volume_from_node(node).grid, tolerance_mm=1e-9)


def test_the_adapter_imports_no_torch(slicer: Any) -> None:
    files = (ROOT / "PancreasSegLib" / "slicer_adapter" / "nodes").glob("*.py")
    names = sorted(f"PancreasSegLib.slicer_adapter.nodes.{path.stem}" for path in files)
    names = [name for name in names if name.rpartition(".")[2] not in WITH_TRANSLATION]
    code = (
        "import sys, importlib\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(sorted({'torch', 'qt', 'ctk', 'matplotlib'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.mark.parametrize("without_value", [np.nan, -np.inf])
def test_beyond_a_bent_scan_is_its_lowest_value_also_where_some_voxels_have_none(
    slicer: Any, without_value: float
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node
    from Testing.slicer_adapter.test_geometry_under_transforms import displacements

    array = np.full(SHAPE, 50, np.float32)
    array[0, 0, :2] = without_value
    array[5, 5, 5] = 30
    scan = add_scan(slicer, array, AFFINES["axial"])
    bent = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
    bent.SetAndObserveTransformToParent(
        displacements(slicer, "vtkOrientedGridTransform", amplitude=15)
    )
    scan.SetAndObserveTransformNodeID(bent.GetID())

    seen = volume_from_node(scan).array

    without = ~np.isfinite(seen)
    assert 0 < without.sum() < 30
    beyond = seen[~without] == 30  # the straight grid has corners that the bent one lacks
    assert beyond.sum() > 100
