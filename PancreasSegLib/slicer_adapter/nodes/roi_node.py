"""The region of interest that a radiologist draws, as the engine's box."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.node_argument import refuse_what_is_no_node
from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
from PancreasSegLib.slicer_adapter.nodes.report import report_of
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import scan_of
from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, array_of_matrix
from PancreasSegLib.slicer_adapter.nodes.volume_node import (
    volume_from_node,
    world_grid,
)
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

ROI_CLASS = "vtkMRMLMarkupsROINode"

SPARE_MM = 25.0
"""Around a result: 2 to 3 cm, as the engine likes it. The box of the model that finds the pancreas
has its margin already; in cross-validation it cut none of the 14 scans."""

BODY_SIZE_MM = (200.0, 130.0, 260.0)
FROM_BODY_MM = (20.0, -30.0, 48.0)
"""(x, y, z) LPS mm: the size of the box where nothing was found yet, and the way from the body's
centre to that of the box. Measured on the 14 BTCV scans with a reference (clipped to [-125, 275]
HU): seen from the body's centre the pancreas lies between (-76, -89, -76) and (116, 28, 172), which
is 192 x 117 x 248 mm; the box adds 4 to 7 mm on every side and cuts none of the 14. Along z it is
long because scans begin and end at different heights."""

_BEYOND_MM = 5.0  # a voxel whose centre lies in the engine's box reaches so far beyond it at most

_STRIDE = 4  # of the voxels that are looked at to find the body


def roi_from_node(roi_node: Any, volume_node: Any) -> PatientBox:
    """The box around the region, LPS mm of the world, in which the engine sees the scan.

    A turned region becomes the box along the patient's axes that holds it.

    Raises InputError if it is no region, has no size yet, or lies outside the scan.
    """
    if roi_node is not None:
        refuse_what_is_no_node(roi_node)
    if roi_node is None or roi_node.GetClassName() != ROI_CLASS:
        raise InputError("This is not a region of interest; choose one, or none.")
    name = roi_node.GetName()
    if min(roi_node.GetSize()) <= 0:
        raise InputError(
            f"The region of interest '{name}' has no size yet; draw it, or choose none."
        )
    region = PatientBox.around(_corners(roi_node))
    grid = world_grid(volume_node)
    inside = region.overlap(PatientBox.of_grid(grid))
    if inside is None or grid.box_around(inside.corners) is None:
        raise InputError(
            f"The region of interest '{name}' lies outside the volume "
            f"'{volume_node.GetName()}'; move it onto the scan, or choose none."
        )
    return region


def create_roi(volume_node: Any, segmentation_node: Any = None, roi_node: Any = None) -> Any:
    """A region of interest where the pancreas of the scan is likely, not larger than the scan.

    It is the box that the region model found for the last result, while that still lies in it; else
    the box around the result, else one around the middle of the body.

    segmentation_node: with the result, if there is one. roi_node: is moved there, in place of a new
    one. Raises InputError if `volume_node` is no scan.
    """
    box = _likely_box(volume_node, segmentation_node)
    if roi_node is None:
        roi_node = volume_node.GetScene().AddNewNodeByClass(ROI_CLASS, "Pancreas region")
        roi_node.CreateDefaultDisplayNodes()
        roi_node.GetDisplayNode().SetFillVisibility(False)
    place_roi(roi_node, box)
    place_beside(roi_node, volume_node)
    return roi_node


def place_roi(roi_node: Any, box: PatientBox) -> None:
    """Let a region be a box along the axes of the world, however it was turned before."""
    roi_node.SetAndObserveTransformNodeID(None)
    roi_node.SetAndObserveObjectToNodeMatrix(vtkMatrix4x4())
    roi_node.SetCenter(*(RAS_LPS[:3, :3] @ np.mean([box.low, box.high], axis=0)))
    roi_node.SetSize(*box.extent)


def result_box(segmentation_node: Any) -> PatientBox | None:
    """The box around the result and what is near it, LPS mm of the world; None without voxels."""
    around = _box_of_result(segmentation_node)
    return None if around is None else PatientBox.around(around.corners, [SPARE_MM] * 3)


def _box_of_result(segmentation_node: Any) -> PatientBox | None:
    segment_id = find_segment(segmentation_node, RESULT)
    if segment_id is None:
        return None
    mask = result_volume(segmentation_node, segment_id)
    held = Box.of(mask.array)
    return None if held is None else PatientBox.of_grid(mask.grid.crop(held))


def _likely_box(volume_node: Any, segmentation_node: Any) -> PatientBox:
    whole = PatientBox.of_grid(world_grid(volume_node))
    if segmentation_node is not None and scan_of(segmentation_node) is volume_node:
        for known in (_found_box(segmentation_node), result_box(segmentation_node)):
            inside = None if known is None else known.overlap(whole)
            if inside is not None:
                return inside
    return _box_in_body(volume_from_node(volume_node))


def _found_box(segmentation_node: Any) -> PatientBox | None:
    """Where the region model found the pancreas; None if it did not, or did not run.

    None either where the result no longer lies there: a transform moved it since.
    """
    region = (report_of(segmentation_node) or {}).get("region")
    if region is None or region["found_ml"] is None:
        return None
    found = PatientBox(tuple(region["low_mm"]), tuple(region["high_mm"]))
    result = _box_of_result(segmentation_node)
    return found if result is None or found.holds(result, _BEYOND_MM) else None


def _box_in_body(scan: Volume) -> PatientBox:
    whole = PatientBox.of_grid(scan.grid)
    half = np.minimum(BODY_SIZE_MM, whole.extent) / 2
    # It stays inside the scan, also where the body's centre is near its border.
    low, high = np.array(whole.low) + half, np.array(whole.high) - half
    centre = np.clip(_body_centre(scan.array, scan.affine) + FROM_BODY_MM, low, high)
    return PatientBox.around(np.array([centre - half, centre + half]))


def _body_centre(array: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """LPS mm (3,): the median of all voxels brighter than the mean, which parts body from air."""
    sparse = array[::_STRIDE, ::_STRIDE, ::_STRIDE]
    known = sparse[np.isfinite(sparse)]  # registration tools write NaN outside the field of view
    body = np.argwhere(sparse > (known.mean() if known.size else 0))[:, ::-1] * _STRIDE
    index = np.median(body, axis=0) if len(body) else np.array(array.shape[::-1]) / 2
    return np.asarray(affine[:3, :3] @ index + affine[:3, 3])


def _corners(roi_node: Any) -> np.ndarray:
    """(8, 3) LPS mm of the world."""
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(roi_node.GetObjectToWorldMatrix())
    to_world = RAS_LPS @ array_of_matrix(matrix)
    half = np.array(roi_node.GetSize()) / 2
    corners = np.array(list(itertools.product((-1, 1), repeat=3))) * half
    return corners @ to_world[:3, :3].T + to_world[:3, 3]
