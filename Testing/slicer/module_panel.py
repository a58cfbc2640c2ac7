"""In the place of Slicer's module panel: one module at a time, in a scroll area."""

from __future__ import annotations

from typing import Any

from PySide6 import QtWidgets


class qSlicerModulePanel(QtWidgets.QWidget):  # noqa: N801 - Slicer's name, by which it is known
    """The outermost widget of it."""


class ModulePanel:
    """As in Slicer, a module's item is taken out of the layout and lives on."""

    def __init__(self, width: int, height: int) -> None:
        self._taken: list[Any] = []
        self._panel = qSlicerModulePanel()
        self.area = QtWidgets.QScrollArea(self._panel)
        self.area.setWidgetResizable(True)
        self.area.setWidget(QtWidgets.QWidget())
        self._layout = QtWidgets.QVBoxLayout(self.area.widget())
        self.area.resize(width, height)
        self._panel.show()

    def add(self, module: Any) -> None:
        """The user comes to the module."""
        self._layout.insertWidget(0, module.parent, 1)
        module.parent.setVisible(True)
        module.enter()
        QtWidgets.QApplication.processEvents()

    def remove(self, module: Any) -> None:
        """The user leaves it."""
        place = self._layout.indexOf(module.parent)
        module.exit()
        self._taken.append(self._layout.takeAt(place))
        module.parent.setVisible(False)
        module.parent.setParent(None)
