"""What a result is compared with: a segment, or a label volume, on any grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.segments import (
    SEGMENTATION_CLASS,
    segment_mask,
    segment_on_grid,
)
from PancreasSegLib.slicer_adapter.nodes.transforms import into_world
from PancreasSegLib.slicer_adapter.nodes.volume_node import grid_of_image
from PancreasSegLib.volume.volume import Volume

LABEL_CLASS = "vtkMRMLLabelMapVolumeNode"


def reference_volume(node: Any, segment_id: str | None = None) -> Volume:
    """The reference, uint8 0 and 1, on its own grid in LPS mm of the world.

    node: a segmentation, with `segment_id` unless it has one segment only; or a label volume with
        one label.

    Raises InputError if it is missing, of another kind, empty, or not clear which part is meant.
    """
    if node is None:
        raise InputError("No reference is selected; choose a segmentation or a label volume.")
    if node.GetClassName() == SEGMENTATION_CLASS:
        mask = segment_mask(node, _chosen_segment(node, segment_id))
    elif node.GetClassName() == LABEL_CLASS:
        mask = _label(node)
    else:
        raise InputError(
            f"'{node.GetName()}' is neither a segmentation nor a label volume; load the reference "
            "as one of these."
        )
    if mask is None or not mask.array.any():
        raise InputError(
            f"The reference '{node.GetName()}' is empty; choose one in which the pancreas is drawn."
        )
    return into_world(mask, node, outside=0.0, nearest=True)


def result_volume(segmentation_node: Any, segment_id: str) -> Volume:
    """A segment as a mask to be compared, uint8, on its scan's grid in LPS mm of the world.

    It may be empty. Raises InputError if there is no such segment.
    """
    if segmentation_node is None or segmentation_node.GetClassName() != SEGMENTATION_CLASS:
        raise InputError("No segmentation is selected; segment a volume first.")
    chosen = _chosen_segment(segmentation_node, segment_id)
    return into_world(
        segment_on_grid(segmentation_node, chosen), segmentation_node, outside=0.0, nearest=True
    )


def _chosen_segment(node: Any, segment_id: str | None) -> str:
    segmentation = node.GetSegmentation()
    segment_ids = [str(one) for one in segmentation.GetSegmentIDs()]
    if not segment_ids:
        raise InputError(
            f"The segmentation '{node.GetName()}' has no segments; choose one in which the "
            "pancreas is drawn."
        )
    if segment_id is None and len(segment_ids) == 1:
        return segment_ids[0]
    if segment_id is None:
        names = ", ".join(segmentation.GetSegment(one).GetName() for one in segment_ids)
        raise InputError(
            f"The segmentation '{node.GetName()}' has several segments ({names}); choose the one "
            "that is the pancreas."
        )
    if segment_id not in segment_ids:
        raise InputError(
            f"The chosen segment is no longer in the segmentation '{node.GetName()}'; choose again."
        )
    return segment_id


def _label(node: Any) -> Volume | None:
    image = node.GetImageData()
    if image is None or image.GetPointData().GetScalars() is None:
        return None
    grid = grid_of_image(node)
    labels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(grid.shape)
    present = np.unique(labels[labels != 0])
    if len(present) > 1:
        raise InputError(
            f"The label volume '{node.GetName()}' has {len(present)} labels; convert it to a "
            "segmentation (in the Data module) and choose the segment that is the pancreas."
        )
    return Volume((labels != 0).astype(np.uint8), grid.frame)
