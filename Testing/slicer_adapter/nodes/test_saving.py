"""What is saved can be loaded again, and lies in the same place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.volume.reading import read_mask
from Testing.slicer_adapter.scans import (
    AFFINES,
    CENTRE,
    RAS_LPS,
    StandIn,
    label_volume,
    scan_of_the_ball,
    segmented,
    voxel_centres,
)


@pytest.fixture(params=list(AFFINES))
def affine(request: pytest.FixtureRequest) -> np.ndarray:
    return AFFINES[request.param]


def put(scan: Any) -> tuple[Any, str, np.ndarray]:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    result = segmented(volume_from_node(scan))
    return (*put_result(scan, result), result.mask.array)


def test_a_seg_nrrd_comes_back_with_geometry_name_colour_and_terminology(
    slicer: Any, affine: np.ndarray, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
    from PancreasSegLib.slicer_adapter.nodes.segments import find_segment, segment_on_grid
    from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

    segmentation, segment_id, mask = put(scan_of_the_ball(slicer, affine))
    path = tmp_path / "Bauchspeicheldrüse 1.seg.nrrd"

    save_segment(segmentation, segment_id, path)
    slicer.mrmlScene.Clear(0)
    loaded = slicer.util.loadSegmentation(str(path), {})

    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    found_id = find_segment(loaded, RESULT)
    assert found_id is not None
    segment = loaded.GetSegmentation().GetSegment(found_id)
    assert segment.GetName() == "Pancreas"
    assert [round(255 * value) for value in segment.GetColor()] == [249, 180, 111]
    assert "SCT^15776009^Pancreas" in segment.GetTerminology()
    volume = segment_on_grid(loaded, found_id)
    np.testing.assert_allclose(volume.affine, affine, atol=1e-4)
    np.testing.assert_array_equal(volume.array, mask)


def test_a_nifti_mask_has_the_scans_own_grid_also_under_a_transform(
    slicer: Any, affine: np.ndarray, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    scan = scan_of_the_ball(slicer, affine)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, np.eye(4) + 9 * np.eye(4, k=3))
    scan.SetAndObserveTransformNodeID(transform.GetID())
    segmentation, segment_id, mask = put(scan)
    path = tmp_path / "pancreas.nii.gz"

    save_segment(segmentation, segment_id, path)

    written = read_mask(path)
    np.testing.assert_allclose(written.affine, affine, atol=1e-4)
    np.testing.assert_array_equal(written.array, mask)
    # Slicer stores left-handed files the other way round; voxels lie where they did.
    loaded = reference_volume(slicer.util.loadLabelVolume(str(path), {}))
    np.testing.assert_allclose(
        np.sort(voxel_centres(loaded), axis=0), np.sort(voxel_centres(written), axis=0), atol=1e-4
    )


def test_a_surface_is_saved_in_lps_millimetres(
    slicer: Any, affine: np.ndarray, tmp_path: Path
) -> None:
    from vtkmodules.vtkIOGeometry import vtkSTLReader

    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    segmentation, segment_id, _ = put(scan_of_the_ball(slicer, affine))
    path = tmp_path / "pancreas.stl"

    save_segment(segmentation, segment_id, path)

    reader = vtkSTLReader()
    reader.SetFileName(str(path))
    reader.Update()
    bounds = np.array(reader.GetOutput().GetBounds()).reshape(3, 2)
    np.testing.assert_allclose(bounds.mean(axis=1), CENTRE, atol=1.5)
    np.testing.assert_allclose(np.ptp(bounds, axis=1), 18, atol=3.5)
    assert b"SPACE=LPS" in path.read_bytes()[:80]
    # Slicer, which reads that header, finds it in the same place.
    model = slicer.util.loadModel(str(path))
    ras = np.zeros(6)
    model.GetRASBounds(ras)
    np.testing.assert_allclose(
        ras.reshape(3, 2).mean(axis=1), RAS_LPS[:3, :3] @ bounds.mean(1), atol=1e-3
    )


def test_saving_keeps_the_place_where_the_user_saved_the_segmentation(
    slicer: Any, tmp_path: Path
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    segmentation, segment_id, _ = put(scan_of_the_ball(slicer, AFFINES["axial"]))
    slicer.util.saveNode(segmentation, str(tmp_path / "own.seg.nrrd"), {})
    nodes = slicer.mrmlScene.GetNumberOfNodes()

    save_segment(segmentation, segment_id, tmp_path / "export.seg.nrrd")

    assert segmentation.GetStorageNode().GetFileName() == str(tmp_path / "own.seg.nrrd")
    assert slicer.mrmlScene.GetNumberOfNodes() == nodes


@pytest.mark.parametrize("ending", [".seg.nrrd", ".nii.gz", ".stl"])
def test_a_missing_folder_is_told_in_a_sentence(slicer: Any, tmp_path: Path, ending: str) -> None:
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    segmentation, segment_id, _ = put(scan_of_the_ball(slicer, AFFINES["axial"]))

    with pytest.raises(OutputError, match="missing does not exist; create it first"):
        save_segment(segmentation, segment_id, tmp_path / "missing" / f"pancreas{ending}")


def test_an_unknown_ending_is_told_in_a_sentence(slicer: Any, tmp_path: Path) -> None:
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment

    segmentation, segment_id, _ = put(scan_of_the_ball(slicer, AFFINES["axial"]))

    with pytest.raises(OutputError, match=r"must end in \.seg\.nrrd, \.nii\.gz or \.stl"):
        save_segment(segmentation, segment_id, tmp_path / "pancreas.docx")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_segment_has_no_surface_to_save(slicer: Any, tmp_path: Path) -> None:
    from PancreasSegLib.slicer_adapter.nodes.saving import save_segment
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    volume = volume_from_node(scan)
    nothing = StandIn(volume.with_array(np.zeros_like(volume.array, np.uint8)), None)
    result = put_result(scan, nothing)

    with pytest.raises(InputError, match="The segment is empty, so there is no surface"):
        save_segment(*result, tmp_path / "pancreas.stl")
    save_segment(*result, tmp_path / "pancreas.nii.gz")
    assert not read_mask(tmp_path / "pancreas.nii.gz").array.any()
    save_segment(*result, tmp_path / "pancreas.seg.nrrd")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "pancreas.nii.gz",
        "pancreas.seg.nrrd",
    ]


def test_a_table_is_copied_with_tabs_and_saved_with_commas(slicer: Any, tmp_path: Path) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.saving import save_table, table_as_text

    segmentation, segment_id, mask = put(scan_of_the_ball(slicer, AFFINES["axial"]))
    labels = label_volume(slicer, mask, AFFINES["axial"])
    _, nodes = compare(segmentation, segment_id, labels)

    save_table(nodes.metrics, tmp_path / "metrics.csv")

    assert table_as_text(nodes.metrics).startswith("Metric\tValue\tUnit\nDice (DSC)\t1\t\n")
    saved = (tmp_path / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert saved[:2] == ["Metric,Value,Unit", "Dice (DSC),1,"]
    assert "95 % Hausdorff distance,0,mm" in saved


def test_a_whole_scene_survives_a_bundle(slicer: Any, tmp_path: Path) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.segments import segment_on_grid
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["oblique"])
    result = segmented(volume_from_node(scan))
    put_result(scan, result)
    put_probability(scan, result)
    bundle = str(tmp_path / "scene.mrb")

    assert slicer.util.saveScene(bundle, {})
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(bundle, {})

    scan = slicer.util.getNode("Scan")
    segmentation = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
    # A rerun in the loaded scene finds our segment and our overlay again.
    again, segment_id = put_result(scan, result, segmentation)
    put_probability(scan, result)
    assert again.GetSegmentation().GetNumberOfSegments() == 1
    np.testing.assert_array_equal(segment_on_grid(again, segment_id).array, result.mask.array)
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 2
