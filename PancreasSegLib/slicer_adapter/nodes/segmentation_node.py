"""The engine's mask as a segment of Slicer, beside the scan and on its grid."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import slicer
import slicer.util

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.disagreement import remove_disagreement
from PancreasSegLib.slicer_adapter.nodes.node_name import free_name
from PancreasSegLib.slicer_adapter.nodes.segments import (
    SEGMENTATION_CLASS,
    find_segment,
    foreign_segments,
    put_segment,
    reference_grid,
    set_reference_grid,
    was_edited,
)
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.transforms import is_bent, onto_own_grid
from PancreasSegLib.slicer_adapter.nodes.undo import save_state_for_undo
from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared, upright_grid
from PancreasSegLib.slicer_adapter.nodes.volume_node import own_grid
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume

SMOOTHING = 0.5
"""Of the surface, from 0 (voxels) to 1; Slicer's own default."""


SCAN_ATTRIBUTE = "PancreasSeg.scan"
"""Of a segmentation node: a run made its result for a scan, which may be gone since."""


class Result(Protocol):
    """What is used of a segmentation of the engine, or of the worker."""

    @property
    def mask(self) -> Volume:
        """On the grid of `volume_from_node`."""

    @property
    def probability(self) -> Volume | None:
        """On the same grid, float32 in [0, 1]."""


def put_result(
    node: Any, result: Result, segmentation_node: Any = None, name: str = RESULT.name
) -> tuple[Any, str]:
    """Put the mask of the scan `node` into a segmentation; returns it and the segment's id.

    In a segmentation that already has our segment, its voxels are replaced, the segments of an
    older comparison are removed because they no longer hold, and no other segment is touched; in
    Slicer's undo that is one step. If the segment was edited it is kept, and the mask goes into a
    new segmentation. That takes the scan's geometry and parent transform and stands beside it.

    Raises InputError if the mask is not on the scan's grid, or if the given segmentation cannot
    take it: other segments of it lie under another transform, or are stored as surfaces.
    """
    mask = upright(on_grid_of(node, result.mask))  # and its refusals come before anything is made
    if segmentation_node is not None:
        refuse_unfit_output(segmentation_node, node)
        if _was_edited(segmentation_node):
            segmentation_node = None
    save_state_for_undo(node.GetScene(), segmentation_node)
    segmentation_node = segmentation_for(node, segmentation_node)
    with slicer.util.NodeModify(segmentation_node):  # the window hears of all of it once
        remove_disagreement(segmentation_node)
        segment_id = put_segment(segmentation_node, RESULT, mask, name)
        segmentation_node.SetAttribute(SCAN_ATTRIBUTE, node.GetID())
        segmentation_node.CreateClosedSurfaceRepresentation()
    return segmentation_node, segment_id


def on_grid_of(node: Any, volume: Volume, binary: bool = True) -> Volume:
    """What the engine gave for the scan `node`, on the voxels of the scan itself."""
    own = own_grid(node)
    if is_bent(node):
        back = onto_own_grid(volume, node, own)
        return back.with_array((back.array >= 0.5).astype(np.uint8)) if binary else back
    if volume.array.shape != own.shape:
        raise InputError(
            f"The volume '{node.GetName()}' was changed while it was segmented: it has other "
            "voxels now; segment it again."
        )
    return Volume(volume.array, own.affine)


def segmentation_for(node: Any, segmentation_node: Any = None) -> Any:
    """A segmentation that can take results of the scan `node`: the given one, or a new one.

    It takes the scan's geometry, transform and place, unless segments of the user lie in it.
    """
    if segmentation_node is None:
        scene = node.GetScene()
        name = free_name(scene, f"{node.GetName()} {RESULT.name.lower()}")
        segmentation_node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    else:
        refuse_unfit_output(segmentation_node, node)
    segmentation_node.CreateDefaultDisplayNodes()
    if not foreign_segments(segmentation_node):
        segmentation_node.SetSourceRepresentationToBinaryLabelmap()
        # The transform first: geometry is taken over relative to it.
        segmentation_node.SetAndObserveTransformNodeID(node.GetTransformNodeID())
        take_geometry(segmentation_node, node)
        place_beside(segmentation_node, node)
    elif reference_grid(segmentation_node) is None:
        take_geometry(segmentation_node, node)
    elif scan_of(segmentation_node) is None:  # from a file, which knows the geometry alone
        role = segmentation_node.GetReferenceImageGeometryReferenceRole()
        segmentation_node.SetNodeReferenceID(role, node.GetID())
    return segmentation_node


def take_geometry(segmentation_node: Any, node: Any) -> None:
    """Let a segmentation have the scan's geometry; the upright one, if its voxels are sheared."""
    segmentation_node.SetReferenceImageGeometryParameterFromVolumeNode(node)
    grid = own_grid(node)
    if is_sheared(grid):
        set_reference_grid(segmentation_node, upright_grid(grid))


def has_geometry_of(segmentation_node: Any, node: Any) -> bool:
    """Is a segmentation's geometry the one that it would take from this node?"""
    try:
        grid = own_grid(node)
    except InputError:  # it is no scan
        return False
    held = reference_grid(segmentation_node)
    return held is not None and held.is_same_as(upright_grid(grid) if is_sheared(grid) else grid)


def upright(mask: Volume) -> Volume:
    """The mask, on the upright grid over its own if that is sheared: nearest voxel."""
    if not is_sheared(mask.grid):
        return mask
    return resample_mask(mask, upright_grid(mask.grid))


def scan_of(segmentation_node: Any) -> Any:
    """The volume node that the segmentation's geometry was taken from; None if there is none."""
    role = segmentation_node.GetReferenceImageGeometryReferenceRole()
    return segmentation_node.GetNodeReference(role)


def noted_scan(segmentation_node: Any) -> Any:
    """The scan that a run noted: that of a clone, which has our attributes and no references.

    None where the id names another node since: *Add data* gives new ones to what it reads.
    """
    noted = segmentation_node.GetAttribute(SCAN_ATTRIBUTE)
    named = segmentation_node.GetScene().GetNodeByID(noted) if noted else None
    is_it = named is not None and has_geometry_of(segmentation_node, named)
    return named if is_it else None


def refuse_unfit_output(segmentation_node: Any, node: Any) -> None:
    """Raise InputError if a segmentation cannot take results of the scan `node`.

    It is none, it belongs to another scan, its other segments lie under another transform, or are
    stored as surfaces.
    """
    name = segmentation_node.GetName()
    if segmentation_node.GetClassName() != SEGMENTATION_CLASS:
        raise InputError(f"'{name}' is not a segmentation; choose one, or a new one.")
    scan = scan_of(segmentation_node)
    if scan is not None and scan is not node:
        raise InputError(
            f"The segmentation '{name}' belongs to the volume '{scan.GetName()}', not to "
            f"'{node.GetName()}'; choose a new segmentation, or that volume."
        )
    if not foreign_segments(segmentation_node):
        return
    if segmentation_node.GetParentTransformNode() != node.GetParentTransformNode():
        raise InputError(
            f"The segmentation '{name}' holds segments under another transform than the volume "
            f"'{node.GetName()}'; choose a new segmentation."
        )
    if not segmentation_node.GetSegmentation().IsSourceRepresentationImageData():
        raise InputError(
            f"The segmentation '{name}' is stored as surfaces, not as voxels; choose a new one."
        )


def _was_edited(segmentation_node: Any) -> bool:
    segment_id = find_segment(segmentation_node, RESULT)
    return segment_id is not None and was_edited(segmentation_node, segment_id)


def set_smoothing(segmentation_node: Any, factor: float) -> None:
    """Smooth the surfaces by a factor from 0 (voxels) to 1, and make them anew."""
    rule = slicer.vtkBinaryLabelmapToClosedSurfaceConversionRule
    segmentation_node.GetSegmentation().SetConversionParameter(
        rule.GetSmoothingFactorParameterName(), str(factor)
    )
    segmentation_node.RemoveClosedSurfaceRepresentation()
    segmentation_node.CreateClosedSurfaceRepresentation()


def set_opacity(segmentation_node: Any, segment_id: str, opacity: float) -> None:
    """Of the segment in slices (its area, not its outline) and in 3D, from 0 to 1."""
    display = segmentation_node.GetDisplayNode()
    display.SetSegmentOpacity2DFill(segment_id, opacity)
    display.SetSegmentOpacity3D(segment_id, opacity)


def set_visible_3d(segmentation_node: Any, segment_id: str, visible: bool) -> None:
    """Show the surface of the segment, or not; segments of the user stay as they are."""
    display = segmentation_node.GetDisplayNode()
    if foreign_segments(segmentation_node):
        display.SetSegmentVisibility3D(segment_id, visible)
    else:
        display.SetVisibility3D(visible)
