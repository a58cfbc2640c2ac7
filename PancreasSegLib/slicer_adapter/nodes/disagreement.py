"""Where result and reference disagree, as two more segments: missed (blue) and extra (red)."""

from __future__ import annotations

from typing import Any

import numpy as np

from PancreasSegLib.slicer_adapter.nodes.lattice import held_box
from PancreasSegLib.slicer_adapter.nodes.segments import find_segment, put_segment, segment_on_grid
from PancreasSegLib.slicer_adapter.nodes.terminology import EXTRA, MISSED
from PancreasSegLib.slicer_adapter.nodes.transforms import onto_own_grid
from PancreasSegLib.volume.volume import Volume


def put_disagreement(segmentation_node: Any, segment_id: str, reference: Volume) -> tuple[str, str]:
    """Add what the segment misses of the reference, and what it holds beyond it.

    reference: LPS mm of the world, any grid; brought to the segmentation's grid by nearest
        neighbour. Segments of an older comparison are replaced.

    Returns the ids of both segments, missed and extra.
    """
    result = segment_on_grid(segmentation_node, segment_id)
    truth = onto_own_grid(reference, segmentation_node, result.grid, nearest=True)
    missed = put_segment(segmentation_node, MISSED, _without(truth, result))
    extra = put_segment(segmentation_node, EXTRA, _without(result, truth))
    segmentation_node.CreateClosedSurfaceRepresentation()
    return missed, extra


def show_disagreement(segmentation_node: Any, visible: bool) -> None:
    """Show or hide both segments in all views, if they are there."""
    display = segmentation_node.GetDisplayNode()
    for kind in (MISSED, EXTRA):
        segment_id = find_segment(segmentation_node, kind)
        if segment_id is not None and display is not None:
            display.SetSegmentVisibility(segment_id, visible)


def remove_disagreement(segmentation_node: Any) -> None:
    """Remove both segments, if they are there."""
    for kind in (MISSED, EXTRA):
        segment_id = find_segment(segmentation_node, kind)
        if segment_id is not None:
            segmentation_node.GetSegmentation().RemoveSegment(segment_id)


def _without(mask: Volume, other: Volume) -> Volume:
    """What a mask holds beyond the other one; both are on one grid."""
    array = np.zeros(mask.array.shape, dtype=np.uint8)
    box = held_box(mask)
    if box is not None:
        array[box.slices] = (mask.array[box.slices] != 0) & (other.array[box.slices] == 0)
    return mask.with_array(array)
