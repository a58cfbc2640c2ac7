"""From a node's own coordinates into the patient's (world) and back, through its parent transforms.

A linear transform only changes the affine: voxels stay what they are. Under a non-linear one the
voxels lie on no straight grid, so their values are interpolated onto the straight grid that comes
nearest, and results are brought back to the node's own grid. A gantry tilt, which Slicer's DICOM
import stores as a non-linear transform, is a shear: its nearest straight grid is the exact one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkCommonTransforms import vtkGeneralTransform
from vtkmodules.vtkFiltersHybrid import vtkGridTransform, vtkTransformToGrid
from vtkmodules.vtkImagingCore import vtkImageReslice

from PancreasSegLib.slicer_adapter.nodes.lattice import pasted
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.resampling import resample_mask
from PancreasSegLib.volume.volume import Volume

RAS_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""(4, 4) turns RAS into LPS and LPS into RAS."""

LATTICE_MM = 4.0
"""A non-linear transform is evaluated this densely and interpolated in between: inverting a
B-spline at each voxel of a CT would take minutes."""

_FIT_POINTS = 9  # per axis
_WHOLE_VOXEL = 1e-3  # less than this beyond a voxel centre is rounding, also Slicer's own


def is_bent(node: Any) -> bool:
    """True if a parent transform of the node is not linear."""
    parent = node.GetParentTransformNode()
    return parent is not None and not parent.IsTransformToWorldLinear()


def grid_in_world(own: Grid, node: Any) -> Grid:
    """Where the engine sees the grid `own` of the node: LPS mm of the world.

    Under a non-linear transform: the straight grid nearest to the bent one, around all of it.
    """
    if not is_bent(node):
        return Grid(own.shape, _linear_to_world(node) @ own.affine)
    steps = [np.linspace(0, size - 1, min(size, _FIT_POINTS)) for size in own.shape[::-1]]
    index = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    points = to_world(own.to_world(index), node)
    fitted, *_ = np.linalg.lstsq(np.c_[index, np.ones(len(index))], points, rcond=None)
    affine = np.eye(4)
    affine[:3] = fitted.T
    reached = Grid(own.shape, affine).to_index(points)
    low = np.floor(reached.min(axis=0) + _WHOLE_VOXEL)
    high = np.ceil(reached.max(axis=0) - _WHOLE_VOXEL)
    affine[:3, 3] += affine[:3, :3] @ low
    i, j, k = (high - low + 1).astype(int).tolist()
    return Grid((k, j, i), affine)


def into_world(volume: Volume, node: Any, outside: float, nearest: bool = False) -> Volume:
    """A volume in the node's own LPS coordinates, in those of the world.

    Under a non-linear transform the values are interpolated, and `outside` fills what the bent
    grid does not reach.
    """
    grid = grid_in_world(volume.grid, node)
    if not is_bent(node):
        return Volume(volume.array, grid.affine, volume.modality)
    if outside == 0:
        array = _interpolated_where_it_is(volume, grid, node, True, nearest)
    else:
        array = _interpolated(volume, grid, node, True, nearest, outside)
    return Volume(array, grid.affine, volume.modality)


def onto_own_grid(volume: Volume, node: Any, own: Grid, nearest: bool = False) -> Volume:
    """A volume of 0 and more, in LPS world coordinates, on the node's own grid; 0 outside.

    It is returned in the node's own coordinates, float32 (uint8 with `nearest`).
    """
    if nearest and not is_bent(node):
        there = grid_in_world(own, node)
        return Volume((pasted(volume, there) or resample_mask(volume, there)).array, own.affine)
    values = volume.with_array(volume.array.astype(np.uint8 if nearest else np.float32))
    return Volume(_interpolated_where_it_is(values, own, node, False, nearest), own.affine)


def to_world(points: np.ndarray, node: Any) -> np.ndarray:
    """LPS mm (N, 3) in the node's own coordinates, as LPS mm of the world."""
    return _moved(points, node, from_world=False)


def _moved(points: np.ndarray, node: Any, from_world: bool) -> np.ndarray:
    """LPS mm (N, 3), into the world or from it."""
    source, target = vtkPoints(), vtkPoints()
    source.SetDataTypeToDouble()
    target.SetDataTypeToDouble()
    source.SetData(numpy_to_vtk(points @ RAS_LPS[:3, :3], deep=True))
    _transform(node, from_world).TransformPoints(source, target)
    return np.asarray(vtk_to_numpy(target.GetData()) @ RAS_LPS[:3, :3])


def array_of_matrix(matrix: vtkMatrix4x4) -> np.ndarray:
    """(4, 4) float64."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def matrix_of_array(array: np.ndarray) -> vtkMatrix4x4:
    """The VTK matrix of a (4, 4) array."""
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(array, dtype=np.float64).ravel().tolist())
    return matrix


def _linear_to_world(node: Any) -> np.ndarray:
    """(4, 4) from the node's own LPS to LPS of the world."""
    matrix = vtkMatrix4x4()
    slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(
        node.GetParentTransformNode(), None, matrix
    )
    return RAS_LPS @ array_of_matrix(matrix) @ RAS_LPS


def _transform(node: Any, from_world: bool) -> vtkGeneralTransform:
    """Between the node's own RAS and RAS of the world."""
    ends = (node.GetParentTransformNode(), None)
    transform = vtkGeneralTransform()
    slicer.vtkMRMLTransformNode.GetTransformBetweenNodes(
        *(reversed(ends) if from_world else ends), transform
    )
    return transform


def _interpolated(
    volume: Volume, grid: Grid, node: Any, from_world: bool, nearest: bool, outside: float
) -> np.ndarray:
    """The values of `volume` at the voxels of `grid`. from_world: that is the way to the volume."""
    between = _index_transform(grid, _transform(node, from_world), volume.grid)
    return _resliced(volume.array, between, grid, outside, nearest)


def _interpolated_where_it_is(
    volume: Volume, grid: Grid, node: Any, from_world: bool, nearest: bool
) -> np.ndarray:
    """As `_interpolated`, for a volume that is 0 nearly everywhere, and 0 outside.

    Only the part that is not 0 is brought over: for a pancreas a hundredth of a CT.
    """
    array = np.zeros(grid.shape, dtype=volume.array.dtype)
    held = Box.of(volume.array != 0)
    if held is None:
        return array
    # A border of 0, from which the values rise as they do in the whole.
    around = held.grown((1, 1, 1), volume.array.shape)
    part = Volume(volume.array[around.slices], volume.grid.crop(around).affine)
    points = _moved(_lattice_of(part.grid), node, not from_world)
    box = grid.box_around(PatientBox.around(points, [LATTICE_MM] * 3).corners)
    if box is not None:
        there = grid.crop(box)
        array[box.slices] = _interpolated(part, there, node, from_world, nearest, 0.0)
    return array


def _lattice_of(grid: Grid) -> np.ndarray:
    """Points (N, 3) all over the grid, LATTICE_MM apart, its corners among them; LPS mm."""
    last = np.array(grid.shape[::-1]) - 1
    numbers = np.ceil(last * grid.spacing / LATTICE_MM).astype(int) + 1
    steps = [np.linspace(0, end, number) for end, number in zip(last, numbers, strict=True)]
    return grid.to_world(np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3))


def _index_transform(
    target: Grid, ras_to_ras: vtkGeneralTransform, source: Grid
) -> vtkGridTransform:
    """From voxel indices of `target` to those of `source`."""
    exact = vtkGeneralTransform()
    exact.PostMultiply()
    exact.Concatenate(matrix_of_array(RAS_LPS @ target.affine))
    exact.Concatenate(ras_to_ras)
    exact.Concatenate(matrix_of_array(np.linalg.inv(RAS_LPS @ source.affine)))
    step = np.maximum(np.floor(LATTICE_MM / target.spacing), 1)
    last = np.ceil((np.array(target.shape[::-1]) - 1) / step).astype(int)
    lattice = vtkTransformToGrid()
    lattice.SetInput(exact)
    lattice.SetGridSpacing(*step)
    lattice.SetGridExtent(0, last[0], 0, last[1], 0, last[2])
    lattice.SetGridScalarTypeToDouble()
    lattice.Update()
    transform = vtkGridTransform()
    transform.SetDisplacementGridData(lattice.GetOutput())
    transform.SetInterpolationModeToLinear()
    return transform


def _resliced(
    array: np.ndarray, to_source: vtkGridTransform, target: Grid, outside: float, nearest: bool
) -> np.ndarray:
    """The values of `array` (k, j, i) at the voxels of `target`, in the array's own type."""
    image = vtkImageData()
    image.SetDimensions(array.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(array).ravel()))
    k, j, i = target.shape
    reslice = vtkImageReslice()
    reslice.SetInputData(image)
    reslice.SetResliceTransform(to_source)
    reslice.SetOutputOrigin(0, 0, 0)
    reslice.SetOutputSpacing(1, 1, 1)
    reslice.SetOutputExtent(0, i - 1, 0, j - 1, 0, k - 1)
    reslice.SetBackgroundLevel(outside)
    if nearest:
        reslice.SetInterpolationModeToNearestNeighbor()
    else:
        reslice.SetInterpolationModeToLinear()
    reslice.Update()
    scalars = reslice.GetOutput().GetPointData().GetScalars()
    return np.array(vtk_to_numpy(scalars)).reshape(target.shape)
