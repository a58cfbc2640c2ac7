"""Where result and reference disagree, as two more segments: missed (blue) and extra (red)."""

from __future__ import annotations

from typing import Any

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
    found, wanted = result.array != 0, truth.array != 0
    missed = put_segment(segmentation_node, MISSED, result.with_array(wanted & ~found))
    extra = put_segment(segmentation_node, EXTRA, result.with_array(found & ~wanted))
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
