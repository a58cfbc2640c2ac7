"""The segment: what it is called, where it stands, and what a second run leaves alone."""

from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.volume import Volume
from Testing.slicer_adapter.scans import AFFINES, StandIn, scan_of_the_ball, segmented

AFFINE = AFFINES["axial"]


@pytest.fixture
def scan(slicer: Any) -> Any:
    return scan_of_the_ball(slicer, AFFINE)


@pytest.fixture
def result(scan: Any) -> StandIn:
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    return segmented(volume_from_node(scan))


def put(scan: Any, result: StandIn, segmentation: Any = None) -> tuple[Any, str]:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result

    return put_result(scan, result, segmentation)


def node_ids(slicer: Any) -> list[str]:
    return [node.GetID() for node in slicer.mrmlScene.GetNodes()]


WATCHED = ["ModifiedEvent", "DeleteEvent", "AnyEvent"]


def observers(node: Any) -> list[str]:
    """Which kinds of events of a node are observed."""
    return [event for event in WATCHED if node.HasObserver(event)]


def own_segment(slicer: Any, segmentation: Any, name: str, array: np.ndarray, scan: Any) -> str:
    """A segment that the user drew."""
    segment_id = str(segmentation.GetSegmentation().AddEmptySegment("", name))
    slicer.util.updateSegmentBinaryLabelmapFromArray(array, segmentation, segment_id, scan)
    return segment_id


def test_the_first_result_of_a_scan_has_no_number_and_the_second_has_another_name(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import segmentation_for

    segmentation_for(scan).SetName("Drawn")  # Slicer remembers the name of before
    first, _ = put(scan, result)
    second, _ = put(scan, result)

    assert first.GetName() == f"{scan.GetName()} pancreas"
    assert second.GetName() not in (first.GetName(), scan.GetName())


def test_the_segment_is_a_pancreas_in_words_and_colour(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    segmentation, segment_id = put(scan, result)

    segment = segmentation.GetSegmentation().GetSegment(segment_id)
    assert segment.GetName() == "Pancreas"
    assert [round(255 * value) for value in segment.GetColor()] == [249, 180, 111]
    logic = slicer.modules.terminologies.logic()
    entry = slicer.vtkSlicerTerminologyEntry()
    assert logic.DeserializeTerminologyEntry(segment.GetTerminology(), entry)
    assert entry.GetCategoryObject().GetCodeValue() == "123037004"
    assert entry.GetCategoryObject().GetCodeMeaning() == "Anatomical Structure"
    assert entry.GetTypeObject().GetCodingSchemeDesignator() == "SCT"
    assert entry.GetTypeObject().GetCodeValue() == "15776009"
    assert entry.GetTypeObject().GetCodeMeaning() == "Pancreas"


def test_slicer_finds_the_terminology_among_those_that_it_loaded(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    segmentation, segment_id = put(scan, result)

    logic = slicer.modules.terminologies.logic()
    entry = slicer.vtkSlicerTerminologyEntry()
    terms = segmentation.GetSegmentation().GetSegment(segment_id).GetTerminology()
    logic.DeserializeTerminologyEntry(terms, entry)
    category, kind = slicer.vtkSlicerTerminologyCategory(), slicer.vtkSlicerTerminologyType()
    context = entry.GetTerminologyContextName()

    assert logic.GetNthCategoryInTerminology(context, 1, category)
    assert category.GetCodeValue() == entry.GetCategoryObject().GetCodeValue()
    assert logic.GetNthTypeInTerminologyCategory(context, category, 0, kind)
    assert kind.GetCodeValue() == entry.GetTypeObject().GetCodeValue()
    assert tuple(kind.GetRecommendedDisplayRGBValue()) == (249, 180, 111)


def test_the_segmentation_takes_geometry_and_place_of_the_scan(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    tree = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    study = tree.CreateStudyItem(tree.GetSceneItemID(), "Abdomen")
    tree.CreateItem(study, scan)

    segmentation, _ = put(scan, result)

    assert tree.GetItemParent(tree.GetItemByDataNode(segmentation)) == study
    role = segmentation.GetReferenceImageGeometryReferenceRole()
    assert segmentation.GetNodeReference(role) is scan
    from PancreasSegLib.slicer_adapter.nodes.segments import reference_grid

    grid = reference_grid(segmentation)
    assert grid is not None
    assert grid.shape == result.mask.array.shape
    np.testing.assert_allclose(grid.affine, AFFINE, atol=1e-9)


def test_the_segment_has_a_smoothed_surface(scan: Any, result: StandIn) -> None:
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import set_smoothing

    segmentation, segment_id = put(scan, result)
    smooth, rough = vtkPolyData(), vtkPolyData()

    assert segmentation.GetClosedSurfaceRepresentation(segment_id, smooth)
    set_smoothing(segmentation, 0.0)
    assert segmentation.GetClosedSurfaceRepresentation(segment_id, rough)

    assert smooth.GetNumberOfPoints() > 100
    assert surface_area(smooth) < surface_area(rough)


def surface_area(surface: Any) -> float:
    from vtkmodules.vtkFiltersCore import vtkMassProperties

    measured = vtkMassProperties()
    measured.SetInputData(surface)
    return float(measured.GetSurfaceArea())


def test_a_second_run_replaces_our_segment_and_its_surface(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    segmentation, segment_id = put(scan, result)
    smaller = StandIn(result.mask.with_array(np.zeros_like(result.mask.array)), None)
    smaller.mask.array[4:7, 5:9, 6:10] = 1
    before = node_ids(slicer)

    again, same_id = put(scan, smaller, segmentation)

    assert (again, same_id) == (segmentation, segment_id)
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1
    assert node_ids(slicer) == before
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan),
        smaller.mask.array,
    )
    surface = vtkPolyData()
    segmentation.GetClosedSurfaceRepresentation(segment_id, surface)
    bounds = np.array(surface.GetBounds()).reshape(3, 2)
    assert (np.ptp(bounds, axis=1) <= [8.1, 8.9, 9.1]).all()  # 4 x 4 x 3 voxels


def test_a_second_run_touches_no_segment_of_the_user(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    segmentation, segment_id = put(scan, result)
    drawn = np.zeros_like(result.mask.array)
    drawn[3:6, 4:12, 5:10] = 1  # across our segment
    drawn_id = own_segment(slicer, segmentation, "Tumour", drawn, scan)
    mine = segmentation.GetSegmentation().GetSegment(drawn_id)
    colour, terms = mine.GetColor(), mine.GetTerminology()
    everything = StandIn(result.mask.with_array(np.ones_like(result.mask.array)), None)

    put(scan, everything, segmentation)

    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, drawn_id, scan), drawn
    )
    assert (mine.GetName(), mine.GetColor(), mine.GetTerminology()) == ("Tumour", colour, terms)
    assert slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan).all()


def test_a_pancreas_that_the_user_drew_is_not_ours(slicer: Any, scan: Any, result: StandIn) -> None:
    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    drawn = np.zeros_like(result.mask.array)
    drawn[2, 2, 2] = 1
    drawn_id = own_segment(slicer, segmentation, "Pancreas", drawn, scan)

    _, segment_id = put(scan, result, segmentation)

    segments = segmentation.GetSegmentation()
    assert segment_id != drawn_id
    assert segments.GetSegment(segment_id).GetName() == "Pancreas 2"
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, drawn_id, scan), drawn
    )


def test_an_empty_mask_empties_the_segment(slicer: Any, scan: Any, result: StandIn) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume

    segmentation, segment_id = put(scan, result)
    nothing = StandIn(result.mask.with_array(np.zeros_like(result.mask.array)), None)

    put(scan, nothing, segmentation)

    empty = result_volume(segmentation, segment_id)
    assert empty.array.shape == result.mask.array.shape
    assert not empty.array.any()


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float32])
def test_masks_of_any_type_become_voxels_of_uint8(
    slicer: Any, scan: Any, result: StandIn, dtype: type
) -> None:
    mask = Volume(result.mask.array.astype(dtype), result.mask.affine)

    segmentation, segment_id = put(scan, StandIn(mask, None))

    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, scan),
        result.mask.array,
    )


def test_a_scan_that_was_cropped_meanwhile_is_refused_and_leaves_nothing(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    slicer.util.updateVolumeFromArray(scan, np.zeros((3, 4, 5), np.int16))
    nodes, watched = node_ids(slicer), [observers(scan), observers(slicer.mrmlScene)]

    with pytest.raises(InputError, match="'Scan' was changed while it was segmented"):
        put(scan, result)

    assert node_ids(slicer) == nodes
    assert [observers(scan), observers(slicer.mrmlScene)] == watched


def test_a_segmentation_with_segments_elsewhere_is_refused_and_left_alone(
    slicer: Any, scan: Any, result: StandIn
) -> None:
    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Liver")
    own_segment(slicer, segmentation, "Liver", result.mask.array, scan)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    scan.SetAndObserveTransformNodeID(transform.GetID())
    nodes = node_ids(slicer)

    with pytest.raises(InputError, match="'Liver' holds segments under another transform"):
        put(scan, result, segmentation)

    assert node_ids(slicer) == nodes
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1


def test_a_segmentation_of_surfaces_is_refused(slicer: Any, scan: Any, result: StandIn) -> None:
    from vtkmodules.vtkFiltersSources import vtkSphereSource

    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Contours")
    sphere = vtkSphereSource()
    sphere.Update()
    segmentation.SetSourceRepresentationToClosedSurface()
    segmentation.AddSegmentFromClosedSurfaceRepresentation(sphere.GetOutput(), "Duct", [1, 0, 0])

    with pytest.raises(InputError, match="'Contours' is stored as surfaces, not as voxels"):
        put(scan, result, segmentation)


def test_something_else_than_a_segmentation_is_refused(scan: Any, result: StandIn) -> None:
    with pytest.raises(InputError, match="'Scan' is not a segmentation"):
        put(scan, result, scan)


def test_the_opacity_of_the_segment_can_be_set(scan: Any, result: StandIn) -> None:
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import set_opacity

    segmentation, segment_id = put(scan, result)

    set_opacity(segmentation, segment_id, 0.25)

    display = segmentation.GetDisplayNode()
    assert display.GetSegmentOpacity3D(segment_id) == 0.25
    assert display.GetSegmentOpacity2DFill(segment_id) == 0.25


def test_the_scene_can_be_cleared_and_used_again(slicer: Any, scan: Any, result: StandIn) -> None:
    put(scan, result)

    slicer.mrmlScene.Clear(0)

    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 0
    segmentation, _ = put(scan_of_the_ball(slicer, AFFINE), result)
    assert segmentation.GetSegmentation().GetNumberOfSegments() == 1
