"""The region of interest that a radiologist draws, as the engine's box."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import place_beside
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, array_of_matrix
from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node, world_grid
from PancreasSegLib.volume.patient_box import PatientBox

ROI_CLASS = "vtkMRMLMarkupsROINode"

USUAL_SIZE_MM = (220.0, 150.0, 180.0)
"""Left-right, front-back, up-down: holds the pancreas of most adults with room to spare."""

_STRIDE = 4  # of the voxels that are looked at to find the body


def roi_from_node(roi_node: Any, volume_node: Any) -> PatientBox:
    """The box around the region, LPS mm of the world, in which the engine sees the scan.

    A turned region becomes the box along the patient's axes that holds it.

    Raises InputError if it is no region, has no size yet, or lies outside the scan.
    """
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


def create_roi(volume_node: Any) -> Any:
    """A new region of interest around the centre of the body, not larger than the scan.

    Raises InputError if the node is no scan.
    """
    scan = volume_from_node(volume_node)
    box = PatientBox.of_grid(scan.grid)
    size = np.minimum(USUAL_SIZE_MM, box.extent)
    # The region stays inside the scan, also where the body's centre is near its border.
    low, high = np.array(box.low) + size / 2, np.array(box.high) - size / 2
    centre = np.clip(_body_centre(scan.array, scan.frame), low, high)
    roi_node = volume_node.GetScene().AddNewNodeByClass(ROI_CLASS, "Pancreas region")
    roi_node.CreateDefaultDisplayNodes()
    roi_node.SetCenter(*(RAS_LPS[:3, :3] @ centre))
    roi_node.SetSize(*size)
    roi_node.GetDisplayNode().SetFillVisibility(False)
    place_beside(roi_node, volume_node)
    return roi_node


def _body_centre(array: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """LPS mm (3,): the median of all voxels brighter than the mean, which parts body from air."""
    sparse = array[::_STRIDE, ::_STRIDE, ::_STRIDE]
    body = np.argwhere(sparse > sparse.mean())[:, ::-1] * _STRIDE
    index = np.median(body, axis=0) if len(body) else np.array(array.shape[::-1]) / 2
    return np.asarray(frame[:3, :3] @ index + frame[:3, 3])


def _corners(roi_node: Any) -> np.ndarray:
    """(8, 3) LPS mm of the world."""
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(roi_node.GetObjectToWorldMatrix())
    to_world = RAS_LPS @ array_of_matrix(matrix)
    half = np.array(roi_node.GetSize()) / 2
    corners = np.array(list(itertools.product((-1, 1), repeat=3))) * half
    return corners @ to_world[:3, :3].T + to_world[:3, 3]
