from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import CENTRE, FRAMES, add_scan, scan_of_the_ball, turned


def roi(slicer: Any, centre_lps: np.ndarray, size: list[float]) -> Any:
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Region")
    node.SetCenter(*(np.array([-1, -1, 1]) * centre_lps))
    node.SetSize(*size)
    return node


def test_a_region_becomes_a_box_in_lps_millimetres(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, FRAMES["oblique"])

    box = roi_from_node(roi(slicer, CENTRE, [10, 20, 30]), scan)

    assert box.low == pytest.approx((9, -19, 16))
    assert box.high == pytest.approx((19, 1, 46))


def test_a_region_follows_its_transform_and_a_turned_one_is_enclosed(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, FRAMES["axial"])
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

    scan = scan_of_the_ball(slicer, FRAMES["axial"])

    with pytest.raises(InputError, match="'Region' lies outside the volume 'Scan'; move it"):
        roi_from_node(roi(slicer, CENTRE + 500, [10, 20, 30]), scan)


def test_a_region_that_is_not_drawn_yet(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, FRAMES["axial"])

    with pytest.raises(InputError, match="'Region' has no size yet; draw it"):
        roi_from_node(roi(slicer, CENTRE, [0, 0, 0]), scan)


def test_something_else_than_a_region(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node

    scan = scan_of_the_ball(slicer, FRAMES["axial"])

    for wrong in (None, scan):
        with pytest.raises(InputError, match="This is not a region of interest"):
            roi_from_node(wrong, scan)


def test_a_new_region_lies_around_the_centre_of_the_body(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node

    # 600 x 560 x 400 mm of air with a body of 200 mm in it, off the middle.
    array = np.full((40, 56, 60), -1000, np.int16)
    array[10:30, 20:40, 8:28] = 30
    frame = np.diag([10.0, 10, 10, 1])
    scan = add_scan(slicer, array, frame)

    box = roi_from_node(create_roi(scan), scan)

    middle = (np.array(box.low) + box.high) / 2
    np.testing.assert_allclose(middle, [175, 295, 195], atol=30)
    np.testing.assert_allclose(np.subtract(box.high, box.low), [220, 150, 180], atol=1e-6)


def test_a_new_region_is_not_larger_than_a_small_scan(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi, roi_from_node
    from PancreasSegLib.slicer_adapter.nodes.volume_node import world_grid
    from PancreasSegLib.volume.patient_box import PatientBox

    scan = scan_of_the_ball(slicer, FRAMES["oblique"])

    box = roi_from_node(create_roi(scan), scan)

    whole = PatientBox.of_grid(world_grid(scan))
    np.testing.assert_allclose([box.low, box.high], [whole.low, whole.high], atol=1e-6)


def test_no_region_is_made_for_no_scan(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.roi_node import create_roi

    with pytest.raises(InputError, match="No volume is selected"):
        create_roi(None)

    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLMarkupsROINode") == 0
