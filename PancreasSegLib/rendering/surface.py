"""The surface of a mask as a mesh in the patient's millimetres; no OpenGL is needed."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkCommonTransforms import vtkTransform
from vtkmodules.vtkFiltersCore import (
    vtkFlyingEdges3D,
    vtkPolyDataNormals,
    vtkReverseSense,
    vtkWindowedSincPolyDataFilter,
)
from vtkmodules.vtkFiltersGeneral import vtkTransformPolyDataFilter

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume

SMOOTHING_STEPS = 30
PASS_BAND = 0.02  # removes the stairs of voxels, keeps lobes of several millimetres


def mask_surface(mask: Volume, smooth: bool = True) -> vtkPolyData:
    """The closed surface of a mask, points in LPS mm for any affine, normals pointing outwards.

    Any value but zero is inside. An empty mask gives an empty mesh. Smoothing is windowed sinc
    (Taubin et al. 1996): it keeps the volume, up to details below the spacing.
    """
    box = Box.of(mask.array)
    if box is None:
        return vtkPolyData()
    inside = np.pad(mask.array[box.slices] != 0, 1)  # so that it is closed at the array's edge
    affine = mask.grid.crop(box).affine.copy()
    affine[:3, 3] -= affine[:3, :3].sum(axis=1)
    edges = vtkFlyingEdges3D()
    edges.SetInputData(_image(inside))
    edges.SetValue(0, 0.5)
    edges.ComputeNormalsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    mesh = _in_the_patient(edges.GetOutput(), affine)
    return _with_normals(_smoothed(mesh) if smooth else mesh)


def _image(inside: np.ndarray) -> vtkImageData:
    image = vtkImageData()
    image.SetDimensions(inside.shape[::-1])
    scalars = numpy_to_vtk(inside.astype(np.uint8).ravel(), deep=True)
    image.GetPointData().SetScalars(scalars)
    return image


def _in_the_patient(mesh: vtkPolyData, affine: np.ndarray) -> vtkPolyData:
    transform = vtkTransform()
    transform.SetMatrix(affine.ravel().tolist())
    to_world = vtkTransformPolyDataFilter()
    to_world.SetInputData(mesh)
    to_world.SetTransform(transform)
    to_world.Update()
    if np.linalg.det(affine[:3, :3]) > 0:
        return to_world.GetOutput()
    turned = vtkReverseSense()  # a left-handed affine turns the triangles inside out
    turned.SetInputData(to_world.GetOutput())
    turned.Update()
    return turned.GetOutput()


def _smoothed(mesh: vtkPolyData) -> vtkPolyData:
    smoothing = vtkWindowedSincPolyDataFilter()
    smoothing.SetInputData(mesh)
    smoothing.SetNumberOfIterations(SMOOTHING_STEPS)
    smoothing.SetPassBand(PASS_BAND)
    smoothing.NormalizeCoordinatesOn()
    smoothing.BoundarySmoothingOff()
    smoothing.FeatureEdgeSmoothingOff()
    smoothing.NonManifoldSmoothingOn()
    smoothing.Update()
    return smoothing.GetOutput()


def _with_normals(mesh: vtkPolyData) -> vtkPolyData:
    normals = vtkPolyDataNormals()
    normals.SetInputData(mesh)
    normals.ConsistencyOff()  # flying edges are consistent already
    normals.SplittingOff()
    normals.Update()
    return normals.GetOutput()
