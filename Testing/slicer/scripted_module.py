"""In the place of `slicer.ScriptedLoadableModule` and `slicer.i18n`, which the wheel lacks.

The smallest classes with the names and habits of Slicer's own; nothing is translated.
"""

from __future__ import annotations

import sys
import unittest
from pathlib import Path
from types import ModuleType
from typing import Any


class ScriptedLoadableModule:
    def __init__(self, parent: Any) -> None:
        self.parent = parent
        self.moduleName = type(self).__name__


class ScriptedLoadableModuleWidget:
    """As in Slicer, one that is made without a parent makes it and calls `setup` itself."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__()
        import qt
        import slicer

        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.parent = parent or slicer.qMRMLWidget()
        if parent is None:
            self.parent.setLayout(qt.QVBoxLayout())
            self.parent.setMRMLScene(slicer.mrmlScene)
        self.layout = self.parent.layout()
        if parent is None:
            self.setup()

    def setup(self) -> None:
        """For the module."""

    def cleanup(self) -> None:
        """For the module."""

    def resourcePath(self, name: str) -> str:  # noqa: N802
        """Slicer asks where the module was loaded from."""
        home = Path(str(sys.modules[type(self).__module__].__file__)).parent
        return str(home / "Resources" / name)


class ScriptedLoadableModuleLogic:
    def __init__(self, parent: Any = None) -> None:
        self.moduleName = type(self).__name__.removesuffix("Logic")

    def getParameterNode(self) -> Any:  # noqa: N802
        """The scene's only node of this module, made if need be."""
        import slicer

        kind = "vtkMRMLScriptedModuleNode"
        node = slicer.mrmlScene.GetSingletonNode(self.moduleName, kind)
        if node is None:
            node = slicer.vtkMRMLScriptedModuleNode()
            node.SetSingletonTag(self.moduleName)
            node.SetModuleName(self.moduleName)
            node.SetName(self.moduleName)
            node = slicer.mrmlScene.AddNode(node)
        node.SetAttribute("ModuleName", self.moduleName)
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    def delayDisplay(self, message: str, *_: Any) -> None:  # noqa: N802
        print(message)


def install() -> None:
    """Make `slicer.i18n` and `slicer.ScriptedLoadableModule` importable."""
    import slicer

    module: Any = ModuleType("slicer.ScriptedLoadableModule")
    for stand_in in (
        ScriptedLoadableModule,
        ScriptedLoadableModuleWidget,
        ScriptedLoadableModuleLogic,
        ScriptedLoadableModuleTest,
    ):
        setattr(module, stand_in.__name__, stand_in)
    i18n: Any = ModuleType("slicer.i18n")
    i18n.tr = lambda text: text
    i18n.translate = lambda _context, text: text
    for name, made in (("ScriptedLoadableModule", module), ("i18n", i18n)):
        sys.modules[f"slicer.{name}"] = made
        setattr(slicer, name, made)
