from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from Testing.slicer_adapter.scans import AFFINES, StandIn, scan_of_the_ball, segmented


def test_the_probability_lies_over_the_scan_and_is_see_through_where_low(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node, world_grid

    scan = scan_of_the_ball(slicer, AFFINES["oblique"])
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    scan.SetAndObserveTransformNodeID(transform.GetID())
    result = segmented(volume_from_node(scan))

    overlay = put_probability(scan, result)

    assert overlay.GetName() == "Scan pancreas probability"
    assert result.probability is not None
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(overlay), result.probability.array)
    assert slicer.util.arrayFromVolume(overlay).dtype == np.float32
    assert world_grid(overlay).is_same_as(world_grid(scan), tolerance_mm=1e-6)
    assert overlay.GetTransformNodeID() == transform.GetID()
    display = overlay.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == (0, 1)
    assert display.GetApplyThreshold()
    assert display.GetLowerThreshold() == pytest.approx(0.2)
    assert display.GetColorNode() is not None


def test_a_second_run_replaces_the_probability(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    result = segmented(volume_from_node(scan))
    assert result.probability is not None
    lower = StandIn(result.mask, result.probability.with_array(result.probability.array / 2))
    first = put_probability(scan, result)
    before = slicer.mrmlScene.GetNumberOfNodes()

    again = put_probability(scan, lower)

    assert again is first
    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert slicer.util.arrayFromVolume(again).max() <= 0.5


def test_a_probability_that_was_not_kept_is_asked_for_in_a_sentence(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import put_probability
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    result = StandIn(segmented(volume_from_node(scan)).mask, None)
    before = slicer.mrmlScene.GetNumberOfNodes()

    with pytest.raises(InputError, match="The probability was not kept"):
        put_probability(scan, result)

    assert slicer.mrmlScene.GetNumberOfNodes() == before


def test_a_probability_that_is_set_aside_stays_in_the_scene_and_the_next_is_another(
    slicer: Any,
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.probability_node import (
        probability_of,
        put_probability,
        set_probability_aside,
    )
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    scan = scan_of_the_ball(slicer, AFFINES["axial"])
    result = segmented(volume_from_node(scan))
    set_probability_aside(scan)  # there is none yet
    first = put_probability(scan, result)

    set_probability_aside(scan)
    assert probability_of(scan) is None
    second = put_probability(scan, result)

    assert probability_of(scan) is second is not first
    assert first.GetName() == "Scan pancreas probability (out of date)"
    assert second.GetName() == "Scan pancreas probability"
    assert first.GetScene() is slicer.mrmlScene
