"""A scan of Slicer's scene, as the engine sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
import slicer.util
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.node_argument import refuse_what_is_no_node
from PancreasSegLib.slicer_adapter.nodes.subject_hierarchy import dicom_modality
from PancreasSegLib.slicer_adapter.nodes.transforms import (
    RAS_LPS,
    array_of_matrix,
    grid_in_world,
    into_world,
    is_bent,
    matrix_of_array,
)
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.volume import Volume

SCAN_CLASS = "vtkMRMLScalarVolumeNode"
DICOM_INSTANCES = "DICOM.instanceUIDs"

_KINDS = {
    "vtkMRMLLabelMapVolumeNode": "a label volume",
    "vtkMRMLVectorVolumeNode": "a colour or vector volume",
    "vtkMRMLDiffusionWeightedVolumeNode": "a diffusion volume",
    "vtkMRMLDiffusionTensorVolumeNode": "a diffusion volume",
    "vtkMRMLMultiVolumeNode": "a volume over time",
    "vtkMRMLSequenceNode": "a sequence",
    "vtkMRMLSegmentationNode": "a segmentation",
    "vtkMRMLModelNode": "a surface model",
}


def volume_from_node(node: Any) -> Volume:
    """The scan in LPS mm of the world, with all parent transforms.

    Under linear transforms its array is the node's own, not a copy; under a non-linear one the
    scan is interpolated onto a straight grid (`transforms.py`).

    Raises InputError if there is no node, or it is not a scan: a scalar volume of three axes.
    """
    own = own_volume(node)
    return into_world(own, node, outside=_lowest(own.array) if is_bent(node) else 0.0)


def own_volume(node: Any) -> Volume:
    """The scan in LPS mm of its own coordinates, without its parent transforms."""
    grid = own_grid(node)
    scalars = node.GetImageData().GetPointData().GetScalars()
    return Volume(vtk_to_numpy(scalars).reshape(grid.shape), grid.affine, dicom_modality(node))


def own_grid(node: Any) -> Grid:
    """The voxels of the scan in LPS mm of its own coordinates; raises as `volume_from_node`."""
    _refuse_what_is_no_scan(node)
    return grid_of_image(node)


def world_grid(node: Any) -> Grid:
    """The grid of `volume_from_node(node)`, without its values."""
    return grid_in_world(own_grid(node), node)


def grid_of_image(node: Any) -> Grid:
    """The voxels of any volume node with an image, in LPS mm of its own coordinates."""
    matrix = vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    i, j, k = node.GetImageData().GetDimensions()
    return Grid((k, j, i), RAS_LPS @ array_of_matrix(matrix))


def set_image(node: Any, volume: Volume) -> None:
    """Give a volume node these voxels, in LPS mm of its own coordinates."""
    node.SetIJKToRASMatrix(matrix_of_array(RAS_LPS @ volume.affine))
    slicer.util.updateVolumeFromArray(node, np.ascontiguousarray(volume.array))


def is_from_dicom(node: Any) -> bool:
    """True if Slicer loaded the scan from DICOM files, so that results can refer to them."""
    return bool(node.GetAttribute(DICOM_INSTANCES))


def _lowest(array: np.ndarray) -> float:
    """The lowest value, without what is none: registration tools write NaN outside their view."""
    known = array if array.dtype.kind in "iu" else array[np.isfinite(array)]
    return float(known.min()) if known.size else 0.0


def _refuse_what_is_no_scan(node: Any) -> None:
    if node is None:
        raise InputError("No volume is selected; load a scan or choose one of the scene.")
    refuse_what_is_no_node(node)
    name = node.GetName()
    if node.GetClassName() != SCAN_CLASS:
        kind = _KINDS.get(node.GetClassName(), f"a {node.GetClassName()}")
        raise InputError(f"'{name}' is {kind}, not a scan; choose a volume of grey values.")
    image = node.GetImageData()
    if image is None or image.GetPointData().GetScalars() is None:
        raise InputError(f"The volume '{name}' holds no image; load the scan again.")
    if image.GetNumberOfScalarComponents() != 1:
        raise InputError(
            f"The volume '{name}' has {image.GetNumberOfScalarComponents()} values in each voxel "
            "instead of one; choose a volume of grey values."
        )
    if min(image.GetDimensions()) < 2:
        raise InputError(f"The volume '{name}' is a single slice; choose a whole scan.")
