"""Slicer's slice and 3D views without a window, drawn by its own displayable managers.

Import this only where OpenGL is known to work (fixture `opengl`). `close()` each view before the
test ends: a view that is still there when the scene goes crashes the interpreter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import slicer
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOImage import vtkPNGWriter
from vtkmodules.vtkRenderingCore import (
    vtkActor2D,
    vtkImageMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkRenderWindowInteractor,
    vtkWindowToImageFilter,
)

from Testing.slicer.headless_slicer import HeadlessSlicer

SIZE = (400, 400)  # columns, rows
SLICE_MANAGERS = (
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLMarkupsDisplayableManager",
)
THREE_D_MANAGERS = (
    "vtkMRMLVolumeRenderingDisplayableManager",
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
    "vtkMRMLMarkupsDisplayableManager",
)


class View:
    """A window with one renderer, which the displayable managers of a view node fill."""

    def __init__(self, running: HeadlessSlicer, factory: Any, managers: tuple[str, ...]) -> None:
        self.renderer = vtkRenderer()
        self.window = vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(0)
        self.window.SetSize(*SIZE)
        self.window.AddRenderer(self.renderer)
        self.interactor = vtkRenderWindowInteractor()
        self.interactor.SetRenderWindow(self.window)
        self.interactor.Initialize()
        factory.SetMRMLApplicationLogic(running.application_logic)
        for manager in managers:
            if not factory.IsDisplayableManagerRegistered(manager):
                factory.RegisterDisplayableManager(manager)
        self.managers = slicer.vtkMRMLDisplayableManagerGroup()
        self.managers.SetRenderer(self.renderer)
        self.managers.Initialize(factory, self.renderer)
        self.logic: Any = None

    def picture(self, path: Path | None = None) -> np.ndarray:
        """(rows, columns, 3) uint8, the first row on top; also written as PNG."""
        self.window.Render()
        grabbed = vtkWindowToImageFilter()
        grabbed.SetInput(self.window)
        grabbed.ReadFrontBufferOff()
        grabbed.Update()
        image = grabbed.GetOutput()
        if path is not None:
            writer = vtkPNGWriter()
            writer.SetFileName(str(path))
            writer.SetInputData(image)
            writer.Write()
        columns, rows, _ = image.GetDimensions()
        values = vtk_to_numpy(image.GetPointData().GetScalars())
        return np.array(values).reshape(rows, columns, -1)[::-1]

    def close(self) -> None:
        """Take the managers off the scene before it goes."""
        self.managers.SetMRMLDisplayableNode(None)
        self.logic.SetMRMLScene(None)
        self.window.Finalize()


class SliceView(View):
    """A slice of a volume: "Axial", "Sagittal" or "Coronal"."""

    def __init__(self, running: HeadlessSlicer, orientation: str = "Axial") -> None:
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        super().__init__(running, factory, SLICE_MANAGERS)
        self.renderer.GetActiveCamera().ParallelProjectionOn()
        self.logic = slicer.vtkMRMLSliceLogic()
        self.logic.SetMRMLApplicationLogic(running.application_logic)
        running.application_logic.GetSliceLogics().AddItem(self.logic)
        self.logic.SetMRMLScene(running.scene)
        self.node = self.logic.AddSliceNode(orientation)
        self.node.SetOrientation(orientation)
        self.node.SetMappedInLayout(1)
        self.managers.SetMRMLDisplayableNode(self.node)
        self._add_image()

    def show(self, volume: Any) -> None:
        """Fit the view to a volume."""
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        self.logic.ResizeSliceNode(*self.window.GetSize())
        self.logic.FitSliceToBackground()
        self.image.SetInputConnection(self.logic.GetImageDataConnection())

    def _add_image(self) -> None:
        # The image needs a layer below the managers': in theirs, segments are blended with black.
        self.image = vtkImageMapper()
        self.image.SetColorWindow(255)
        self.image.SetColorLevel(127.5)
        actor = vtkActor2D()
        actor.SetMapper(self.image)
        actor.GetProperty().SetDisplayLocationToBackground()
        below = vtkRenderer()
        below.AddViewProp(actor)
        self.window.SetNumberOfLayers(2)
        self.renderer.SetLayer(1)
        below.SetLayer(0)
        self.window.AddRenderer(below)


class ThreeDView(View):
    """A 3D view with its own camera node."""

    def __init__(self, running: HeadlessSlicer) -> None:
        factory = slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance()
        super().__init__(running, factory, THREE_D_MANAGERS)
        self.renderer.SetUseDepthPeeling(1)
        self.logic = slicer.vtkMRMLViewLogic()
        self.logic.SetMRMLApplicationLogic(running.application_logic)
        running.application_logic.GetViewLogics().AddItem(self.logic)
        self.logic.SetMRMLScene(running.scene)
        self.node = self.logic.AddViewNode("1")
        self.node.SetBoxVisible(False)
        self.node.SetAxisLabelsVisible(False)
        self.node.SetMappedInLayout(1)
        self.managers.SetMRMLDisplayableNode(self.node)
        self.window.Render()  # now the camera node is there
