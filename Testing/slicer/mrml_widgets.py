"""In the place of the widgets of CTK and Slicer in our panel; a test double, as pythonqt.py is."""

# ruff: noqa: N801, N802, N815 - the names are theirs

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtWidgets
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.vtkConstants import VTK_OBJECT

from Testing.slicer.pythonqt import with_habits

Signal, Property = QtCore.Signal, QtCore.Property
HEADER = 24  # pixels


class qMRMLWidget(QtWidgets.QWidget):
    """Hands the scene to the widgets in it, as the connections in the .ui do."""

    mrmlSceneChanged = Signal(object)

    def setMRMLScene(self, scene: Any) -> None:
        for child in self.findChildren(QtWidgets.QWidget):
            if isinstance(child, qMRMLNodeComboBox):
                child.setMRMLScene(scene)


class qMRMLNodeComboBox(QtWidgets.QComboBox):
    """The nodes of some classes, up to date with the scene.

    As in Slicer, when the current node is about to be removed the next one is taken in its place.
    """

    currentNodeChanged = Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None
        self._observers: list[int] = []
        self._options: dict[str, Any] = {
            "nodeTypes": [],
            "noneEnabled": False,
            "noneDisplay": "None",
            "addEnabled": True,
            "removeEnabled": True,
            "renameEnabled": False,
            "showChildNodeTypes": True,
            "selectNodeUponCreation": True,
        }
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)  # type: ignore[attr-defined]
        self.currentIndexChanged.connect(lambda _: self.currentNodeChanged.emit(self.currentNode()))

    def _option(name: str, kind: Any) -> Any:  # type: ignore[misc] # noqa: N805
        def get(self: Any) -> Any:
            return self._options[name]

        def put(self: Any, value: Any) -> None:
            self._options[name] = value
            self._refill()

        return Property(kind, get, put)

    nodeTypes = _option("nodeTypes", "QStringList")
    noneEnabled = _option("noneEnabled", bool)
    noneDisplay = _option("noneDisplay", str)
    addEnabled = _option("addEnabled", bool)
    removeEnabled = _option("removeEnabled", bool)
    renameEnabled = _option("renameEnabled", bool)
    showChildNodeTypes = _option("showChildNodeTypes", bool)
    selectNodeUponCreation = _option("selectNodeUponCreation", bool)

    def setMRMLScene(self, scene: Any) -> None:
        for tag in self._observers:
            self._scene.RemoveObserver(tag)
        self._scene, self._observers = scene, []
        if scene is not None:
            events = (scene.NodeAddedEvent, scene.EndCloseEvent)
            self._observers = [scene.AddObserver(one, self._refill) for one in events]
            removed = scene.NodeAboutToBeRemovedEvent
            self._observers.append(scene.AddObserver(removed, self._on_removal, -10.0))
        self._refill()

    def currentNode(self) -> Any:
        node_id = self.itemData(QtWidgets.QComboBox.currentIndex.__get__(self)())
        return self._scene.GetNodeByID(node_id) if self._scene and node_id else None

    def setCurrentNode(self, node: Any) -> None:
        node_id = "" if node is None else node.GetID()
        QtWidgets.QComboBox.setCurrentIndex(self, self.findData(node_id))

    @calldata_type(VTK_OBJECT)
    def _on_removal(self, scene: Any, _event: str, node: Any) -> None:
        index = self.findData(node.GetID())
        if index < 0 or scene.IsClosing():
            return
        was_current = self.currentNode() is node
        left = [one for one in self._nodes() if one is not node]
        place = index - int(self._options["noneEnabled"])
        following = left[min(place, len(left) - 1)] if left else None
        was_blocked = self.blockSignals(True)
        self.removeItem(index)
        if was_current:
            self.setCurrentNode(following)
        self.blockSignals(was_blocked)
        if was_current:
            self.currentNodeChanged.emit(following)

    def _refill(self, *_: Any) -> None:
        before = self.currentNode()
        was_blocked = self.blockSignals(True)
        self.clear()
        if self._options["noneEnabled"]:
            self.addItem(self._options["noneDisplay"], "")
        for node in self._nodes():
            self.addItem(node.GetName(), node.GetID())
        self.setCurrentNode(before)
        self.blockSignals(was_blocked)
        if self.currentNode() is not before:
            self.currentNodeChanged.emit(self.currentNode())

    def _nodes(self) -> list[Any]:
        import slicer.util

        if self._scene is None:
            return []
        return [
            node
            for name in self._options["nodeTypes"]
            for node in slicer.util.getNodesByClass(name)
            if self._options["showChildNodeTypes"] or node.GetClassName() == name
        ]


class qMRMLTableView(QtWidgets.QTableWidget):
    """Shows a table node."""

    def setMRMLTableNode(self, node: Any) -> None:
        self.table_node = node
        self.setRowCount(0)
        if node is None:
            return
        table = node.GetTable()
        self.setColumnCount(table.GetNumberOfColumns())
        self.setRowCount(table.GetNumberOfRows())
        names = [table.GetColumn(n).GetName() for n in range(table.GetNumberOfColumns())]
        self.setHorizontalHeaderLabels(names)
        for row in range(table.GetNumberOfRows()):
            for column in range(len(names)):
                text = table.GetValue(row, column).ToString()
                self.setItem(row, column, QtWidgets.QTableWidgetItem(text))
        self.resizeColumnsToContents()


class ctkCollapsibleButton(QtWidgets.QWidget):
    """A header that folds what is below it."""

    contentsCollapsed = Signal(bool)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._is_collapsed = False
        self._folded: list[Any] = []
        self._header = QtWidgets.QToolButton(self)
        self._header.setAutoRaise(True)
        self._header.setToolButtonStyle(QtCore.Qt.ToolButtonTextBesideIcon)  # type: ignore[attr-defined]
        self._header.clicked.connect(lambda: self._fold(not self._is_collapsed))
        self.setContentsMargins(0, HEADER, 0, 0)
        self._fold(False)

    def _text(self) -> str:
        return QtWidgets.QToolButton.text(self._header)

    def _set_text(self, text: str) -> None:
        self._header.setText(text)
        self._header.adjustSize()

    def _collapsed(self) -> bool:
        return self._is_collapsed

    def _fold(self, collapsed: bool) -> None:
        self._is_collapsed = collapsed
        arrow = QtCore.Qt.RightArrow if collapsed else QtCore.Qt.DownArrow  # type: ignore[attr-defined]
        self._header.setArrowType(arrow)
        self.setMaximumHeight(HEADER if collapsed else 16777215)  # the latter is Qt's "any"
        self._show_children()
        self.contentsCollapsed.emit(collapsed)

    def _show_children(self) -> None:
        """What the module has hidden itself stays hidden, as with ctk."""
        if not self._is_collapsed:
            for child in self._folded:
                child.show()
            self._folded = []
            return
        children = QtWidgets.QWidget.findChildren(
            self, QtWidgets.QWidget, options=QtCore.Qt.FindChildOption.FindDirectChildrenOnly
        )
        shown = [one for one in children if one is not self._header and not one.isHidden()]
        for child in shown:
            child.hide()
        self._folded += shown

    def showEvent(self, event: Any) -> None:
        """The .ui folds it before it has children."""
        self._show_children()

    text = Property(str, _text, _set_text)
    collapsed = Property(bool, _collapsed, _fold)


class ctkSliderWidget(QtWidgets.QWidget):
    """A slider and a number."""

    valueChanged = Signal(float)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._number = QtWidgets.QDoubleSpinBox(self)
        self._slider = QtWidgets.QSlider(QtCore.Qt.Horizontal, self)  # type: ignore[attr-defined]
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider)
        layout.addWidget(self._number)
        self._number.valueChanged.connect(self._follow)
        self._tracking = True

    def _follow(self, value: float) -> None:
        low, high = self._number.minimum(), self._number.maximum()
        self._slider.setValue(round(99 * (value - low) / (high - low)))
        self.valueChanged.emit(value)

    def _of_number(name: str, kind: Any) -> Any:  # type: ignore[misc] # noqa: N805
        return Property(
            kind,
            lambda self: self._number.property(name),
            lambda self, value: self._number.setProperty(name, value),
        )

    minimum = _of_number("minimum", float)
    maximum = _of_number("maximum", float)
    singleStep = _of_number("singleStep", float)
    decimals = _of_number("decimals", int)
    value = _of_number("value", float)
    pageStep = Property(float, lambda self: 0.1, lambda self, value: None)
    tracking = Property(
        bool, lambda self: self._tracking, lambda self, value: setattr(self, "_tracking", value)
    )


WIDGETS: dict[str, Any] = {
    cls.__name__: with_habits(cls)
    for cls in (
        qMRMLWidget,
        qMRMLNodeComboBox,
        qMRMLTableView,
        ctkCollapsibleButton,
        ctkSliderWidget,
    )
}


def widget_class(name: str) -> Any:
    """The stand-in of a widget; KeyError if there is none."""
    return WIDGETS[name]


def install() -> None:
    """Make `ctk` importable, and give `slicer` its widgets."""
    import slicer

    ctk: Any = ModuleType("ctk")
    for name, cls in WIDGETS.items():
        setattr(ctk if name.startswith("ctk") else slicer, name, cls)
    sys.modules["ctk"] = ctk
