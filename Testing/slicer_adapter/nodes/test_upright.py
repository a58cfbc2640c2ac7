"""Results on a sheared scan lie on an upright grid, at the same place in the patient."""

from typing import Any

import numpy as np
import pytest

from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample_mask
from Testing.slicer_adapter.scans import (
    AFFINES,
    CENTRE,
    SHAPE,
    label_volume,
    scan_of_the_ball,
    segmented,
)

SHEARED = AFFINES["axial"].copy()
SHEARED[:3, 2] += [0, -0.8, 0]  # every slice lies 0.8 mm further to the front
SHEARED[:3, 3] += [0, 4, 0]


def test_a_straight_grid_is_not_sheared() -> None:
    from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared

    assert [is_sheared(Grid(SHAPE, affine)) for affine in AFFINES.values()] == [False] * len(
        AFFINES
    )
    assert is_sheared(Grid(SHAPE, SHEARED))


def test_the_upright_grid_has_the_slices_and_covers_all() -> None:
    from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared, upright_grid

    sheared = Grid(SHAPE, SHEARED)

    upright = upright_grid(sheared)

    assert not is_sheared(upright)
    assert upright.spacing == pytest.approx([2.0, 2.2, 3.0])
    # 9 slices times 0.8 mm, in rows of 2.2 mm.
    assert upright.shape == (SHAPE[0], SHAPE[1] + 4, SHAPE[2])
    index = upright.to_index(sheared.corners())
    assert index.min() > -1e-6 and (index <= np.array(upright.shape[::-1]) - 1 + 1e-6).all()


def test_a_result_on_a_sheared_scan_is_upright_and_in_its_place(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result, scan_of
    from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, SHEARED)
    seen = segmented(volume_from_node(scan))

    segmentation, segment_id = put_result(scan, seen)

    there = result_volume(segmentation, segment_id)
    points = there.grid.to_world(np.argwhere(there.array)[:, ::-1])
    assert not is_sheared(there.grid)
    assert scan_of(segmentation) is scan
    assert np.linalg.norm(points.mean(axis=0) - CENTRE) < 0.5
    assert there.array.sum() == pytest.approx(seen.mask.array.sum(), rel=0.05)


@pytest.mark.parametrize("drawn_as", ["a label volume", "a segment"])
def test_missed_and_extra_on_a_sheared_scan_are_upright_and_in_their_place(
    slicer: Any, drawn_as: str
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.comparison import compare
    from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.segments import find_segment, segment_on_grid
    from PancreasSegLib.slicer_adapter.nodes.terminology import EXTRA, MISSED
    from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared, upright_grid
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, SHEARED)
    seen = segmented(volume_from_node(scan))
    result = put_result(scan, seen)
    further_left = np.roll(seen.mask.array, 2, axis=2)  # 4 mm
    drawn = label_volume(slicer, further_left, SHEARED)
    if drawn_as == "a segment":
        drawn = segment_of(slicer, scan, further_left)

    evaluation, nodes = compare(*result, drawn)

    upright = upright_grid(Grid(SHAPE, SHEARED))
    found = result_volume(*result).array != 0
    wanted = resample_mask(seen.mask.with_array(further_left), upright).array != 0
    expected = {MISSED: wanted & ~found, EXTRA: found & ~wanted}
    for kind, voxels in expected.items():
        there = segment_on_grid(result[0], find_segment(result[0], kind) or "")
        assert not is_sheared(there.grid)
        assert there.grid.is_same_as(upright, tolerance_mm=1e-6)
        np.testing.assert_array_equal(there.array != 0, voxels)
    x, extra_x = (upright.to_world(np.argwhere(one)[:, ::-1])[:, 0] for one in expected.values())
    assert x.mean() > CENTRE[0] + 4 and extra_x.mean() < CENTRE[0]
    assert evaluation.dice == pytest.approx(
        2 * (found & wanted).sum() / (found.sum() + wanted.sum())
    )
    rows = nodes.slices.GetTable().GetColumnByName("Slice")
    slices = [rows.GetValue(row) for row in range(rows.GetNumberOfValues())]
    assert slices == np.flatnonzero((found | wanted).any(axis=(1, 2))).tolist()


def segment_of(slicer: Any, scan: Any, array: np.ndarray) -> Any:
    """Drawn by the user on the scan, in a segmentation of the user's own."""
    drawn = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Drawn")
    drawn.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    segment_id = drawn.GetSegmentation().AddEmptySegment("", "by hand")
    slicer.util.updateSegmentBinaryLabelmapFromArray(array, drawn, segment_id, scan)
    return drawn
