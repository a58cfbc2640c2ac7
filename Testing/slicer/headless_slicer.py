"""Slicer without its window: the real scene, nodes and module logics of the wheel `slicer-core`.

After `start()` the names that scripts use are there: `slicer.mrmlScene`, `slicer.app`,
`slicer.modules.<name>.logic()`, and with them all of `slicer.util`. Only what is a Qt class in
Slicer is a stand-in (`application.py`, `file_manager.py`); all that touches data is the real thing.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import slicer
import slicer.util
from vtkmodules.vtkCommonCore import vtkCollection, vtkObject, vtkOutputWindow

from Testing.slicer.application import Application, Module
from Testing.slicer.file_manager import FileManager

LOGICS = {
    "volumes": "vtkSlicerVolumesLogic",
    "segmentations": "vtkSlicerSegmentationsModuleLogic",
    "terminologies": "vtkSlicerTerminologiesModuleLogic",
    "subjecthierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "volumerendering": "vtkSlicerVolumeRenderingLogic",
    "tables": "vtkSlicerTablesLogic",
    "plots": "vtkSlicerPlotsLogic",
    "models": "vtkSlicerModelsLogic",
    "markups": "vtkSlicerMarkupsLogic",
    "transforms": "vtkSlicerTransformLogic",
    "sequences": "vtkSlicerSequencesLogic",
    "units": "vtkSlicerUnitsLogic",
}
"""Name of the module in `slicer.modules`: class of its logic."""

SHARE = Path(__file__).with_name("share")
"""The wheel has no share folder: here are the few terms and the preset that our module uses."""


class HeadlessSlicer:
    """One running Slicer; there can be one in a process. `close()` before the process ends."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="headless-slicer-")
        _errors_go_to_stderr()
        self.scene = slicer.vtkMRMLScene()
        self.application_logic = self._start_application_logic()
        self.logics = {name: self._start_logic(cls) for name, cls in LOGICS.items()}
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(self.scene, True)
        self._start_remote_files()
        self.files = FileManager(self.scene, self.logics)
        slicer.mrmlScene = self.scene
        slicer.app = Application(self)
        logics = {**self.logics, "colors": self.application_logic.GetColorLogic()}
        slicer.modules = SimpleNamespace(
            **{name: Module(name, logic) for name, logic in logics.items()}
        )

    def close(self) -> None:
        """Let go of everything, in the order in which VTK can bear it.

        A Python observer that is still on the scene crashes the interpreter at its exit.
        """
        self.scene.Clear(1)
        warnings = vtkObject.GetGlobalWarningDisplay()
        vtkObject.GlobalWarningDisplayOff()  # logics complain about the scene that is gone
        self.remote_files.RemoveDataIOFromScene()
        for logic in [*self.logics.values(), self.application_logic]:
            logic.SetMRMLScene(None)
        for factory in _view_factories():
            factory.SetMRMLApplicationLogic(None)
        self.scene.RemoveAllObservers()
        vtkObject.SetGlobalWarningDisplay(warnings)
        for name in ("mrmlScene", "app", "modules"):
            delattr(slicer, name)
        self.logics.clear()
        gc.collect()
        self.folder.cleanup()

    def _start_application_logic(self) -> Any:
        logic = slicer.vtkSlicerApplicationLogic()
        logic.SetMRMLScene(self.scene)
        colors = logic.GetColorLogic()
        colors.SetMRMLScene(self.scene)
        colors.AddDefaultColorNodes()
        logic.SetModuleLogic("Colors", colors)
        logic.SetSliceLogics(vtkCollection())
        logic.SetViewLogics(vtkCollection())
        for factory in _view_factories():
            factory.SetMRMLApplicationLogic(logic)
        return logic

    def _start_logic(self, class_name: str) -> Any:
        logic = getattr(slicer, class_name)()
        if class_name == "vtkSlicerTerminologiesModuleLogic":
            logic.SetModuleShareDirectory(str(SHARE / "terminologies"))
        elif hasattr(logic, "SetModuleShareDirectory"):
            logic.SetModuleShareDirectory(str(SHARE))
        logic.SetMRMLApplicationLogic(self.application_logic)
        logic.SetMRMLScene(self.scene)
        name = class_name.removeprefix("vtkSlicer").replace("Module", "").removesuffix("Logic")
        self.application_logic.SetModuleLogic(name, logic)
        return logic

    def _start_remote_files(self) -> None:
        """Scene bundles (.mrb) are not read without a cache manager."""
        self.remote_files = slicer.vtkMRMLRemoteIOLogic()
        self.data_files = slicer.vtkDataIOManagerLogic()
        for logic in (self.remote_files, self.data_files):
            logic.SetMRMLApplicationLogic(self.application_logic)
            logic.SetMRMLScene(self.scene)
        self.remote_files.GetCacheManager().SetRemoteCacheDirectory(self.folder.name)
        self.data_files.SetAndObserveDataIOManager(self.remote_files.GetDataIOManager())
        self.remote_files.AddDataIOToScene()


def _view_factories() -> list[Any]:
    return [
        slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance(),
        slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance(),
    ]


def _errors_go_to_stderr() -> None:
    window = vtkOutputWindow()
    window.SetDisplayModeToAlwaysStdErr()
    vtkOutputWindow.SetInstance(window)


_running: HeadlessSlicer | None = None


def start() -> HeadlessSlicer:
    """The one headless Slicer of this process."""
    global _running
    if _running is None:
        _running = HeadlessSlicer()
    return _running


def stop() -> None:
    """Close it, if it runs."""
    global _running
    if _running is not None:
        _running.close()
        _running = None
