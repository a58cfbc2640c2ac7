"""Distances between the surfaces of a mask and a reference, in millimetres of the world.

The surface of a mask is the set of its voxels that have at least one of their six face neighbours
outside the mask; beyond the edge of the array is outside. A distance goes from the centre of a
surface voxel to the nearest centre of a surface voxel of the other mask, after both were taken to
LPS mm by the affine: anisotropic, oblique and sheared affines need no special case.

Rules for empty masks: see ``PancreasSegLib/metrics/__init__.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkIncrementalOctreePointLocator, vtkPolyData
from vtkmodules.vtkFiltersPoints import vtkPointInterpolator, vtkVoronoiKernel

SURFACE_TOLERANCE_MM = 2.0
_ROUNDING_MM = 1e-6
_NUMBER = "number"


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Directed distances in mm; infinite where the other mask is empty."""

    mask_to_reference: np.ndarray  # (N,) one per surface voxel of the mask
    reference_to_mask: np.ndarray  # (M,) one per surface voxel of the reference

    @property
    def are_defined(self) -> bool:
        """False if one of the masks is empty."""
        return len(self.mask_to_reference) > 0 and len(self.reference_to_mask) > 0


def surface_distances(
    mask: np.ndarray, reference: np.ndarray, affine: np.ndarray
) -> SurfaceDistances:
    """Distances in mm between the surfaces of two masks ``(k, j, i)`` on one grid.

    ``affine`` is (4, 4), index ``(i, j, k, 1)`` to LPS mm. ValueError if the shapes differ.
    """
    if mask.shape != reference.shape:
        raise ValueError(f"mask has shape {mask.shape}, reference has {reference.shape}")
    of_mask = surface_points(mask, affine)
    of_reference = surface_points(reference, affine)
    return SurfaceDistances(
        mask_to_reference=_distances_to_nearest(of_mask, of_reference),
        reference_to_mask=_distances_to_nearest(of_reference, of_mask),
    )


def hd95(distances: SurfaceDistances) -> float:
    """95 % Hausdorff distance in mm: the larger of the two directed 95th percentiles.

    Percentiles are interpolated linearly between ranks. nan if either mask was empty.
    """
    if not distances.are_defined:
        return math.nan
    return max(
        float(np.percentile(distances.mask_to_reference, 95)),
        float(np.percentile(distances.reference_to_mask, 95)),
    )


def average_surface_distance(distances: SurfaceDistances) -> float:
    """Average symmetric surface distance in mm: the mean over all surface voxels of both masks.

    nan if either mask was empty.
    """
    if not distances.are_defined:
        return math.nan
    everything = np.concatenate([distances.mask_to_reference, distances.reference_to_mask])
    return float(everything.mean())


def surface_dice(distances: SurfaceDistances, tolerance_mm: float = SURFACE_TOLERANCE_MM) -> float:
    """Surface DSC: the share of both surfaces that lies within the tolerance of the other one.

    ``(|{p in S_Y: d(p, S_P) <= t}| + |{p in S_P: d(p, S_Y) <= t}|) / (|S_Y| + |S_P|)``, after
    Nikolov et al. 2018 (arXiv 1809.04430); their surface elements are weighted by their area, ours
    are the surface voxels, which count one each. As for `dice`, 0 if one mask is empty and 1 if
    both are.
    """
    everything = np.concatenate([distances.mask_to_reference, distances.reference_to_mask])
    if len(everything) == 0:
        return 1.0
    return float(np.mean(everything <= tolerance_mm + _ROUNDING_MM))


def surface_points(mask: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Centres of the surface voxels of a mask ``(k, j, i)``, (N, 3) in LPS mm."""
    k, j, i = np.nonzero(surface_voxels(mask))
    index = np.stack([i, j, k], axis=1).astype(np.float64)
    return index @ affine[:3, :3].T + affine[:3, 3]


def surface_voxels(mask: np.ndarray) -> np.ndarray:
    """The voxels of a mask with a face neighbour outside it, boolean, same shape."""
    inside = np.pad(mask != 0, 1)
    core = inside.copy()
    for axis in range(mask.ndim):
        for step in (-1, 1):
            core &= np.roll(inside, step, axis)  # what comes round the edge is the padding
    surface = inside & ~core
    return np.asarray(surface[(slice(1, -1),) * mask.ndim])


def _distances_to_nearest(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each point (N, 3) the distance in mm to the nearest of the others (M, 3)."""
    if len(points) == 0 or len(others) == 0:
        return np.full(len(points), np.inf)
    source = _cloud(others)
    numbers = numpy_to_vtk(np.arange(len(others)), deep=True)
    numbers.SetName(_NUMBER)
    source.GetPointData().AddArray(numbers)
    # With this kernel each point gets the number of its nearest one. The incremental octree is
    # exact and fast however far away a point is; VTK's k-d tree and its other octree are not exact
    # for points outside of their bounds, and its static locator tries nearly all for a far one.
    nearest = vtkPointInterpolator()
    nearest.SetInputData(_cloud(points))
    nearest.SetSourceData(source)
    nearest.SetKernel(vtkVoronoiKernel())
    nearest.SetLocator(vtkIncrementalOctreePointLocator())
    nearest.PromoteOutputArraysOff()  # numbers stay whole
    nearest.Update()
    found = vtk_to_numpy(nearest.GetOutput().GetPointData().GetArray(_NUMBER))
    return np.asarray(np.linalg.norm(points - others[found], axis=1))


def _cloud(points: np.ndarray) -> vtkPolyData:
    vertices = vtkPoints()
    vertices.SetData(numpy_to_vtk(np.ascontiguousarray(points), deep=True))
    cloud = vtkPolyData()
    cloud.SetPoints(vertices)
    return cloud
