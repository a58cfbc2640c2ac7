from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import (
    AFFINES,
    CENTRE,
    add_scan,
    scan_of_the_ball,
    segmented,
    turned,
)


def roi(slicer: Any, centre_lps: np.ndarray, size: list[float]) -> Any:
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Region")
    node.SetCenter(*(np.array([-1, -1, 1]) * centre_lps))
    node.SetSize(*size)
    return node


def test_a_region_becomes_a_box_in_lps_millimetres(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, AFFINES["oblique"])

    box = roi_from_node(roi(slicer, CENTRE, [10, 20, 30]), scan)

    assert box.low == pytest.approx((9, -19, 16))
    assert box.high == pytest.approx((19, 1, 46))


def test_a_region_follows_its_transform_and_a_turned_one_is_enclosed(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    region = roi(slicer, np.zeros(3), [10, 20, 30])
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = turned(90, axis=2)
    matrix[:3, 3] = np.array([-1, -1, 1]) * CENTRE
    slicer.util.updateTransformMatrixFromArray(transform, matrix)
    region.SetAndObserveTransformNodeID(transform.GetID())

    box = roi_from_node(region, scan)

    assert box.low == pytest.approx((4, -14, 16))
    assert box.high == pytest.approx((24, -4, 46))


def test_a_region_outside_the_scan(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])

    with pytest.raises(InputError, match="'Region' lies outside the volume 'Scan'; move it"):
        roi_from_node(roi(slicer, CENTRE + 500, [10, 20, 30]), scan)


def test_a_region_that_is_not_drawn_yet(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])

    with pytest.raises(InputError, match="'Region' has no size yet; draw it"):
        roi_from_node(roi(slicer, CENTRE, [0, 0, 0]), scan)


def test_something_else_than_a_region(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])

    for wrong in (None, scan):
        with pytest.raises(InputError, match="This is not a region of interest"):
            roi_from_node(wrong, scan)


def size_and_centre(box: Any) -> tuple[np.ndarray, np.ndarray]:
    return np.subtract(box.high, box.low), (np.array(box.low) + box.high) / 2


@pytest.mark.parametrize("outside", [-1000.0, np.nan], ids=["air", "no field of view"])
def test_without_a_result_a_new_region_lies_around_the_middle_of_the_body(
    slicer: Any, outside: float
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    # 600 x 560 x 400 mm of air with a body of 200 mm in it, off the middle.
    array = np.full((40, 56, 60), outside, np.float32)
    array[:, :, :30] = -1000
    array[10:30, 20:40, 8:28] = 30
    scan = add_scan(slicer, array, np.diag([10.0, 10, 10, 1]))

    size, centre = size_and_centre(roi_from_node(create_roi(scan), scan))

    np.testing.assert_allclose(size, [200, 130, 260], atol=1e-6)
    # The body's centre is (175, 295, 195): the pancreas lies left of it, in front of it and above.
    np.testing.assert_allclose(centre, [195, 265, 243], atol=30)


def test_with_a_result_a_new_region_lies_around_it_with_25_mm_to_spare(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    scan, result = segmented_block(slicer)

    box = roi_from_node(create_roi(scan, result), scan)

    # Voxels of 5 mm from 20 to 24 along i, 30 to 36 along j, 10 to 13 along k.
    np.testing.assert_allclose(box.low, [97.5 - 25, 147.5 - 25, 47.5 - 25], atol=1e-3)
    np.testing.assert_allclose(box.high, [122.5 + 25, 182.5 + 25, 67.5 + 25], atol=1e-3)


def test_where_the_region_model_found_the_pancreas_a_new_region_is_its_box(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    scan, result = segmented_block(slicer)
    region = {"low_mm": [60, 90, 20], "high_mm": [180, 200, 120], "found_ml": 61.0}

    put_report(result, {"region": region})
    found = roi_from_node(create_roi(scan, result), scan)
    put_report(result, {"region": region | {"found_ml": None}})  # the user's own region
    around_result = roi_from_node(create_roi(scan, result), scan)

    assert found.low == pytest.approx((60, 90, 20))
    assert found.high == pytest.approx((180, 200, 120))
    assert around_result.low == pytest.approx((72.5, 122.5, 22.5))


def test_a_scan_that_was_moved_with_its_result_gets_its_region_where_it_lies_now(
    slicer: Any,
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import put_report
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    scan, result = segmented_block(slicer)
    region = {"low_mm": [60, 90, 20], "high_mm": [180, 200, 120], "found_ml": 61.0}
    put_report(result, {"region": region})
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = np.eye(4)
    matrix[:3, 3] = [-70, 0, 0]  # RAS: 70 mm to the left
    slicer.util.updateTransformMatrixFromArray(transform, matrix)
    for node in (scan, result):
        node.SetAndObserveTransformNodeID(transform.GetID())

    box = roi_from_node(create_roi(scan, result), scan)

    np.testing.assert_allclose(box.low, [72.5 + 70, 122.5, 22.5], atol=1e-3)
    np.testing.assert_allclose(box.high, [147.5 + 70, 207.5, 92.5], atol=1e-3)


def test_the_result_of_another_scan_says_nothing_about_this_one(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    scan, result = segmented_block(slicer)
    other = slicer.mrmlScene.CopyNode(scan)

    box = roi_from_node(create_roi(other, result), other)

    assert box == roi_from_node(create_roi(other), other)


def test_a_second_region_is_the_first_one_moved(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    scan, result = segmented_block(slicer)
    first = create_roi(scan)
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    slicer.util.updateTransformMatrixFromArray(transform, turned(30, axis=2))
    first.SetAndObserveTransformNodeID(transform.GetID())

    second = create_roi(scan, result, first)

    assert second is first
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLMarkupsROINode") == 1
    assert roi_from_node(second, scan).low == pytest.approx((72.5, 122.5, 22.5))


def segmented_block(slicer: Any) -> tuple[Any, Any]:
    """A scan of 5 mm voxels, and a segmentation with our segment in it: 5 x 7 x 4 voxels."""
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    array = np.zeros((30, 50, 50), np.int16)
    array[10:14, 30:37, 20:25] = 200
    scan = add_scan(slicer, array, np.diag([5.0, 5, 5, 1]))
    return scan, put_result(scan, segmented(volume_from_node(scan)))[0]


def test_a_new_region_is_not_larger_than_a_small_scan(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node
    from PancreasSegLib.slicer_adapter.nodes.volume_node import world_grid
    from PancreasSegLib.volume.patient_box import PatientBox

    scan = scan_of_the_ball(slicer, AFFINES["oblique"])

    box = roi_from_node(create_roi(scan), scan)

    whole = PatientBox.of_grid(world_grid(scan))
    np.testing.assert_allclose([box.low, box.high], [whole.low, whole.high], atol=1e-6)


def test_no_region_is_made_for_no_scan(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi

    with pytest.raises(InputError, match="No volume is selected"):
        create_roi(None)

    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLMarkupsROINode") == 0
