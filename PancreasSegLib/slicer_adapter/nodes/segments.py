"""Segments that are ours in a segmentation, and the voxels of any segment."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import reference as vtk_reference
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.content import content_of, is_same_content
from PancreasSegLib.slicer_adapter.nodes.lattice import cropped, held_box, pasted
from PancreasSegLib.slicer_adapter.nodes.terminology import Kind, describe
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, array_of_matrix, matrix_of_array
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume

OWNER_TAG = "PancreasSeg"
"""Marks a segment as ours; its value is the role of a `Kind`. Saved with the segmentation."""

CONTENT_TAG = "PancreasSeg.held"
"""What our segment held when we put it there, `_held` as JSON. Saved with the segmentation."""

SEGMENTATION_CLASS = "vtkMRMLSegmentationNode"


def find_segment(segmentation_node: Any, kind: Kind) -> str | None:
    """The id of our segment of this kind; None if there is none."""
    segmentation = segmentation_node.GetSegmentation()
    for segment_id in segmentation.GetSegmentIDs():
        if _role(segmentation.GetSegment(segment_id)) == kind.role:
            return str(segment_id)
    return None


def own_segments(segmentation_node: Any) -> list[str]:
    """The ids of all segments that are ours."""
    foreign = foreign_segments(segmentation_node)
    return [
        one for one in segmentation_node.GetSegmentation().GetSegmentIDs() if one not in foreign
    ]


def foreign_segments(segmentation_node: Any) -> list[str]:
    """The ids of all segments that are not ours."""
    segmentation = segmentation_node.GetSegmentation()
    segment_ids = segmentation.GetSegmentIDs()
    return [one for one in segment_ids if _role(segmentation.GetSegment(one)) is None]


def put_segment(segmentation_node: Any, kind: Kind, mask: Volume, name: str | None = None) -> str:
    """Put a mask into our segment of this kind, and make that if need be. Returns its id.

    mask: 0 and 1, in LPS mm of the segmentation's own coordinates. Only the part around its voxels
        is stored; all of an empty one, which Slicer cannot export without an extent.
    """
    held = held_box(mask)
    image = _image_of(mask if held is None else cropped(mask, held))
    segmentation = segmentation_node.GetSegmentation()
    segment_id = find_segment(segmentation_node, kind)
    if segment_id is None:
        free = _free_name(segmentation, name or kind.name)
        segment_id = str(segmentation.AddEmptySegment("", free))
        segment = segmentation.GetSegment(segment_id)
        segment.SetTag(OWNER_TAG, kind.role)
        describe(segment, kind)
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    if not logic.SetBinaryLabelmapToSegment(image, segmentation_node, segment_id):
        raise RuntimeError(f"Slicer did not take the voxels of the segment '{kind.name}'.")
    held_now = _held(segmentation_node, segment_id)
    segmentation.GetSegment(segment_id).SetTag(CONTENT_TAG, json.dumps(held_now))
    return segment_id


def was_edited(segmentation_node: Any, segment_id: str) -> bool:
    """Does our segment hold other voxels than those that we put there, or is that not known?"""
    put = vtk_reference("")
    segment = segmentation_node.GetSegmentation().GetSegment(segment_id)
    if not segment.GetTag(CONTENT_TAG, put):
        return True
    known = json.loads(str(put))
    if is_same_content(known, _held(segmentation_node, segment_id)):
        return False
    # Scenes of earlier versions have the places in mm.
    return not is_same_content(known, content_of(segment_mask(segmentation_node, segment_id)))


def segment_mask(segmentation_node: Any, segment_id: str) -> Volume | None:
    """The voxels that a segment stores, uint8, in LPS mm of the segmentation; None if empty.

    A segment that is a surface is turned into voxels on the way; the node stays as it is.
    """
    labelmap = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    segmentation = segmentation_node.GetSegmentation()
    if not segmentation.ContainsRepresentation(labelmap):
        copy = slicer.vtkSegmentation()  # of all segments, which may be many: only if need be
        copy.DeepCopy(segmentation)
        if not copy.CreateRepresentation(labelmap):
            return None
        segmentation = copy
    segment = segmentation.GetSegment(segment_id)
    image, label = segment.GetRepresentation(labelmap), segment.GetLabelValue()
    return None if image is None or image.IsEmpty() else _volume_of(image, label)


def segment_on_grid(segmentation_node: Any, segment_id: str) -> Volume:
    """The segment on the grid of the scan that the segmentation belongs to, in its own LPS.

    Slicer stores only the part around a segment. Where the scan is not known, that part is given.

    Raises InputError if the segment is empty and no scan is known.
    """
    stored = segment_mask(segmentation_node, segment_id)
    grid = reference_grid(segmentation_node)
    if stored is not None:
        return stored if grid is None else pasted(stored, grid) or resample_mask(stored, grid)
    if grid is not None:
        return Volume(np.zeros(grid.shape, dtype=np.uint8), grid.affine)
    raise InputError(
        f"The segmentation '{segmentation_node.GetName()}' is empty and belongs to no volume; "
        "choose another one."
    )


def reference_grid(segmentation_node: Any) -> Grid | None:
    """The grid of the scan that the segmentation belongs to, in its own LPS; None if not known."""
    name = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()
    geometry = segmentation_node.GetSegmentation().GetConversionParameter(name)
    image = slicer.vtkOrientedImageData()
    if not geometry or not slicer.vtkSegmentationConverter.DeserializeImageGeometry(
        geometry, image, False
    ):
        return None
    return _grid_of(image)


def set_reference_grid(segmentation_node: Any, grid: Grid) -> None:
    """Let the segmentation's geometry be another grid than its scan's, in its own LPS."""
    image = slicer.vtkOrientedImageData()
    image.SetDimensions(grid.shape[::-1])
    image.SetImageToWorldMatrix(matrix_of_array(RAS_LPS @ grid.affine))
    converter = slicer.vtkSegmentationConverter
    segmentation_node.GetSegmentation().SetConversionParameter(
        converter.GetReferenceImageGeometryParameterName(), converter.SerializeImageGeometry(image)
    )


def _held(segmentation_node: Any, segment_id: str) -> dict[str, Any]:
    """`content_of`, its places in voxels of the reference geometry, if there is one.

    Hardening a transform moves that geometry with the voxels, and edits nothing.
    """
    mask, grid = segment_mask(segmentation_node, segment_id), reference_grid(segmentation_node)
    if mask is not None and grid is not None:
        mask = Volume(mask.array, np.linalg.inv(grid.affine) @ mask.affine)
    return content_of(mask)


def _role(segment: Any) -> str | None:
    role = vtk_reference("")
    return str(role) if segment.GetTag(OWNER_TAG, role) else None


def _free_name(segmentation: Any, name: str) -> str:
    """`name`, or `name 2`, `name 3`, ... if a segment of the user has it."""
    taken = {segmentation.GetSegment(one).GetName() for one in segmentation.GetSegmentIDs()}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _image_of(mask: Volume) -> Any:
    image = slicer.vtkOrientedImageData()
    image.SetDimensions(mask.array.shape[::-1])
    # Slicer refuses bool and int64.
    values = np.ascontiguousarray(mask.array != 0).view(np.uint8).ravel()
    image.GetPointData().SetScalars(numpy_to_vtk(values, deep=True))
    image.SetImageToWorldMatrix(matrix_of_array(RAS_LPS @ mask.affine))
    return image


def _volume_of(image: Any, label: int) -> Volume:
    grid = _grid_of(image)
    values = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(grid.shape)
    return Volume((values == label).astype(np.uint8), grid.affine)


def _grid_of(image: Any) -> Grid:
    matrix = vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    i, i_last, j, j_last, k, k_last = image.GetExtent()
    affine = RAS_LPS @ array_of_matrix(matrix)
    affine[:3, 3] += affine[:3, :3] @ (i, j, k)  # an extent need not start at 0
    return Grid((k_last - k + 1, j_last - j + 1, i_last - i + 1), affine)
