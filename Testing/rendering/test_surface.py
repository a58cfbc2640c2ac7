import math

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFeatureEdges

from PancreasSegLib.rendering.surface import mask_surface
from PancreasSegLib.volume.volume import Volume

CENTRE = np.array([30.0, -40.0, 1200.0])
RADIUS = 20.0
AFFINES = {
    "anisotropic": [[1.5, 0, 0], [0, 2, 0], [0, 0, 3]],
    "left-handed": [[-1.5, 0, 0], [0, 2, 0], [0, 0, 3]],
    "oblique": [[1.2, -0.9, 0.6], [0.9, 1.2, 0.3], [-0.5, 0.2, 2.5]],
    "sheared": [[1.5, 0, 0], [0, 2, 1.0], [0, 0, 3]],
}


def ball(axes: list[list[float]]) -> Volume:
    """A ball in world millimetres, on a grid with these axes around it."""
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = CENTRE - affine[:3, :3] @ [20, 20, 15]
    k, j, i = np.indices((31, 41, 41))
    points = np.stack([i, j, k], axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    inside = np.linalg.norm(points - CENTRE, axis=-1) <= RADIUS
    return Volume(inside.astype(np.uint8), affine)


def signed_volume(mesh: vtkPolyData) -> float:
    """Volume in mm3; negative if the triangles face inwards."""
    points = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float64)
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    a, b, c = (points[triangles[:, corner]] - CENTRE for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def open_edges(mesh: vtkPolyData) -> int:
    edges = vtkFeatureEdges()
    edges.SetInputData(mesh)
    edges.BoundaryEdgesOn()
    edges.NonManifoldEdgesOn()
    edges.FeatureEdgesOff()
    edges.ManifoldEdgesOff()
    edges.Update()
    return int(edges.GetOutput().GetNumberOfCells())


@pytest.mark.parametrize("name", AFFINES)
def test_the_surface_of_a_ball_lies_in_the_world_whatever_the_affine(name: str) -> None:
    mesh = mask_surface(ball(AFFINES[name]))
    points = vtk_to_numpy(mesh.GetPoints().GetData())
    distances = np.linalg.norm(points - CENTRE, axis=1)
    assert distances.min() > RADIUS - 2.5
    assert distances.max() < RADIUS + 2.5
    np.testing.assert_allclose(points.mean(axis=0), CENTRE, atol=1.0)


@pytest.mark.parametrize("name", AFFINES)
def test_the_surface_is_closed_faces_outwards_and_keeps_the_volume(name: str) -> None:
    mesh = mask_surface(ball(AFFINES[name]))
    assert open_edges(mesh) == 0
    assert signed_volume(mesh) == pytest.approx(4 / 3 * math.pi * RADIUS**3, rel=0.05)


@pytest.mark.parametrize("name", AFFINES)
def test_normals_point_outwards(name: str) -> None:
    mesh = mask_surface(ball(AFFINES[name]))
    normals = vtk_to_numpy(mesh.GetPointData().GetNormals())
    outwards = vtk_to_numpy(mesh.GetPoints().GetData()) - CENTRE
    assert ((normals * outwards).sum(axis=1) > 0).all()


def test_smoothing_takes_the_stairs_away() -> None:
    stairs = mask_surface(ball(AFFINES["anisotropic"]), smooth=False)
    smooth = mask_surface(ball(AFFINES["anisotropic"]))

    def roughness(mesh: vtkPolyData) -> float:
        points = vtk_to_numpy(mesh.GetPoints().GetData())
        return float(np.std(np.linalg.norm(points - CENTRE, axis=1)))

    assert roughness(smooth) < 0.7 * roughness(stairs)


def test_a_mask_that_touches_the_edge_of_the_scan_has_a_closed_surface() -> None:
    full = Volume(np.ones((3, 4, 5), dtype=np.uint8), np.diag([2.0, 3, 4, 1]))
    mesh = mask_surface(full, smooth=False)
    assert open_edges(mesh) == 0
    # Half a voxel around the outermost voxel centres.
    assert mesh.GetBounds() == pytest.approx((-1, 9, -1.5, 10.5, -2, 10))


def test_an_empty_mask_has_an_empty_surface() -> None:
    empty = Volume(np.zeros((3, 4, 5), dtype=np.uint8), np.eye(4))
    assert mask_surface(empty).GetNumberOfPoints() == 0
