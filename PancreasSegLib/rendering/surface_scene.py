"""Draws surfaces with OpenGL: the child process of ``surface_picture``.

``python -m PancreasSegLib.rendering.surface_scene FOLDER`` reads ``scene.npz`` in the folder,
writes ``picture.npy`` there, (rows, columns, 3) uint8, and prints the window class that VTK used.
Which one to try first is in the variable VTK_DEFAULT_OPENGL_WINDOW. The process crashes where
there is no OpenGL library, which is why it is a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkWindowToImageFilter,
)

from PancreasSegLib.rendering.surface import mask_surface
from PancreasSegLib.volume.volume import Volume

NO_OPENGL = 3  # exit code
OVERSAMPLING = 2  # drawn larger and averaged, so that edges are smooth on any driver
# Where the camera stands, in LPS: in front of the patient, and in front from below.
VIEWPOINTS = ((0.0, -1.0, 0.15), (0.0, -0.5, -1.0))


def main(folder: Path) -> None:
    """Draw the scene of the folder: one view beside the other."""
    _register_windows()
    with np.load(folder / "scene.npz") as scene:
        rows, columns = scene["size"]
        ground = scene["ground"]
        actors = [_actor(scene, number) for number in range(int(scene["surfaces"]))]
    window = vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetSize(int(columns) * OVERSAMPLING, int(rows) * OVERSAMPLING)
    window.SetMultiSamples(0)  # depth peeling needs it off
    window.SetAlphaBitPlanes(1)
    for number, viewpoint in enumerate(VIEWPOINTS):
        view = _view(actors, viewpoint, ground)
        view.SetViewport(number / len(VIEWPOINTS), 0, (number + 1) / len(VIEWPOINTS), 1)
        window.AddRenderer(view)
    window.Render()
    np.save(folder / "picture.npy", _picture(window))
    print(window.GetClassName())


def _register_windows() -> None:
    """Let VTK know the windows that can draw."""
    try:
        import vtkmodules.vtkRenderingOpenGL2  # noqa: F401
    except ImportError:  # wheels of VTK before 9.4 are linked to libGL
        sys.exit(NO_OPENGL)


def _actor(scene: np.lib.npyio.NpzFile, number: int) -> vtkActor:
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mask_surface(Volume(scene[f"mask_{number}"], scene[f"affine_{number}"])))
    mapper.ScalarVisibilityOff()
    actor = vtkActor()
    actor.SetMapper(mapper)
    look = actor.GetProperty()
    look.SetColor(*(scene[f"colour_{number}"] / 255))
    look.SetOpacity(float(scene[f"opacity_{number}"]))
    look.SetAmbient(0.25)
    look.SetDiffuse(0.8)
    look.SetSpecular(0.25)
    look.SetSpecularPower(20)
    return actor


def _view(
    actors: list[vtkActor], viewpoint: tuple[float, float, float], ground: np.ndarray
) -> vtkRenderer:
    view = vtkRenderer()
    view.SetBackground(*(ground / 255))
    view.SetUseDepthPeeling(True)
    view.SetMaximumNumberOfPeels(8)
    for actor in actors:
        view.AddActor(actor)
    camera = view.GetActiveCamera()
    camera.SetFocalPoint(0, 0, 0)
    camera.SetPosition(*viewpoint)
    camera.SetViewUp(0, 0, 1)  # head up; from below this turns anterior up
    view.ResetCamera()
    camera.Zoom(1.3)
    view.ResetCameraClippingRange()
    return view


def _picture(window: vtkRenderWindow) -> np.ndarray:
    """What the window shows, (rows, columns, 3) uint8."""
    reading = vtkWindowToImageFilter()
    reading.SetInput(window)
    reading.ReadFrontBufferOff()
    reading.Update()
    image = reading.GetOutput()
    columns, rows, _ = image.GetDimensions()
    pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, 3)[::-1]
    blocks = pixels.reshape(rows // OVERSAMPLING, OVERSAMPLING, -1, OVERSAMPLING, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
