"""What a result is compared with: a segment, or a label volume, on any grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.segments import (
    SEGMENTATION_CLASS,
    find_segment,
    reference_grid,
    segment_mask,
    segment_on_grid,
)
from PancreasSegLib.slicer_adapter.nodes.terminology import EXTRA, MISSED
from PancreasSegLib.slicer_adapter.nodes.transforms import into_world
from PancreasSegLib.slicer_adapter.nodes.volume_node import grid_of_image
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume

LABEL_CLASS = "vtkMRMLLabelMapVolumeNode"


def parts_of(node: Any) -> dict[str, str]:
    """What of a node can be compared: a segment's id, or a label's number, and its name.

    Our own segments of a comparison, missed and extra, are none of them.
    """
    if node.GetClassName() == LABEL_CLASS:
        labels = _labels(node)
        box = None if labels is None else Box.of(labels)
        present = [] if labels is None or box is None else np.unique(labels[box.slices]).tolist()
        return {f"{label:g}": f"Label {label:g}" for label in present if label != 0}
    if node.GetClassName() != SEGMENTATION_CLASS:
        return {}
    segmentation = node.GetSegmentation()
    ours = {find_segment(node, kind) for kind in (MISSED, EXTRA)}
    return {
        str(one): segmentation.GetSegment(one).GetName()
        for one in segmentation.GetSegmentIDs()
        if one not in ours
    }


def chosen_part(node: Any, part: str | None = None, besides: str | None = None) -> str:
    """The part of a node that is meant, of `parts_of`: the given one, or the only one.

    besides: a part of this very node that is compared with it.

    Raises InputError if the node is missing or of another kind, if the part is gone, if it is not
    clear which one is meant, or if it is the one that it would be compared with.
    """
    _refuse_other_kinds(node)
    parts = parts_of(node)
    if part is None:
        return _only_part(node, parts, besides)
    if part not in parts:
        raise InputError(
            f"The chosen segment is no longer in the segmentation '{node.GetName()}'; choose again."
            if node.GetClassName() == SEGMENTATION_CLASS
            else f"The label volume '{node.GetName()}' has no label {part}; choose again."
        )
    if part == besides:
        raise InputError("The reference is the result itself; choose another one.")
    return part


def reference_volume(node: Any, part: str | None = None) -> Volume:
    """The reference, uint8 0 and 1, on its own grid in LPS mm of the world.

    node: a segmentation or a label volume; part: as for `chosen_part`.

    Raises InputError if it is missing, of another kind, empty, or not clear which part is meant.
    """
    part = chosen_part(node, part)
    mask = part_mask(node, part)
    if mask is None or not mask.array.any():
        raise InputError(
            f"The reference '{node.GetName()}' is empty; choose one in which the pancreas is drawn."
        )
    return into_world(mask, node, outside=0.0, nearest=True)


def result_volume(segmentation_node: Any, segment_id: str | None) -> Volume:
    """A segment as a mask to be compared, uint8, on its scan's grid in LPS mm of the world.

    It may be empty. Raises InputError if there is no such segment.
    """
    if segmentation_node is None:
        raise InputError("No segmentation is selected; segment a volume first.")
    if segmentation_node.GetClassName() != SEGMENTATION_CLASS:
        raise InputError(
            f"'{segmentation_node.GetName()}' is not a segmentation; give the result first, then "
            "the reference."
        )
    chosen = chosen_part(segmentation_node, segment_id)
    return into_world(
        segment_on_grid(segmentation_node, chosen), segmentation_node, outside=0.0, nearest=True
    )


def part_mask(node: Any, part: str) -> Volume | None:
    """The voxels that a part stores, uint8 0 and 1, in the node's own LPS mm; None without any."""
    if node.GetClassName() == SEGMENTATION_CLASS:
        return segment_mask(node, part)
    labels = _labels(node)
    if labels is None:
        return None
    is_part = labels == labels.dtype.type(float(part))
    return Volume(is_part.view(np.uint8), grid_of_image(node).affine)


def part_time(node: Any, part: str) -> tuple[int, ...]:
    """Changes whenever a part or its place may have changed; cheap, and for this session only."""
    parent = node.GetParentTransformNode()
    moved = 0 if parent is None else parent.GetTransformToWorldMTime()
    if node.GetClassName() != SEGMENTATION_CLASS:
        image = node.GetImageData()
        return moved, node.GetMTime(), 0 if image is None else image.GetMTime()
    segmentation = node.GetSegmentation()
    stored = segmentation.GetSegment(part).GetRepresentation(
        segmentation.GetSourceRepresentationName()
    )
    return moved, 0 if stored is None else stored.GetMTime()


def field_of_view(node: Any) -> Volume | None:
    """All that was looked at when the reference was drawn: ones, in LPS mm of the world.

    Of a segmentation the scan that it belongs to; None where that is not known.
    """
    is_label = node.GetClassName() == LABEL_CLASS
    grid = grid_of_image(node) if is_label else reference_grid(node)
    if grid is None:
        return None
    everywhere = Volume(np.ones(grid.shape, dtype=np.uint8), grid.affine)
    return into_world(everywhere, node, outside=0.0, nearest=True)


def _refuse_other_kinds(node: Any) -> None:
    if node is None:
        raise InputError("No reference is selected; choose a segmentation or a label volume.")
    if node.GetClassName() not in (SEGMENTATION_CLASS, LABEL_CLASS):
        raise InputError(
            f"'{node.GetName()}' is neither a segmentation nor a label volume; load the reference "
            "as one of these."
        )


def _only_part(node: Any, parts: dict[str, str], besides: str | None) -> str:
    others = [one for one in parts if one != besides]
    if len(others) == 1:
        return others[0]
    if parts and not others:
        raise InputError("The reference is the result itself; choose another one.")
    if not others:
        raise InputError(
            f"The segmentation '{node.GetName()}' has no segments; choose one in which the "
            "pancreas is drawn."
            if node.GetClassName() == SEGMENTATION_CLASS
            else f"The reference '{node.GetName()}' is empty; choose one in which the pancreas is "
            "drawn."
        )
    names = ", ".join(parts[one] for one in others)
    raise InputError(
        f"The segmentation '{node.GetName()}' has several segments ({names}); choose the one that "
        "is the pancreas."
        if node.GetClassName() == SEGMENTATION_CLASS
        else f"The label volume '{node.GetName()}' has several labels ({names}); choose the one "
        "that is the pancreas."
    )


def _labels(node: Any) -> np.ndarray | None:
    """The voxels of a label volume, (k, j, i); None if it has no image."""
    image = node.GetImageData()
    if image is None or image.GetPointData().GetScalars() is None:
        return None
    values = vtk_to_numpy(image.GetPointData().GetScalars())
    return np.asarray(values.reshape(grid_of_image(node).shape))
