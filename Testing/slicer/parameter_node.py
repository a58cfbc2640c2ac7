"""In the place of `slicer.parameterNodeWrapper`: typed values on a real vtkMRMLScriptedModuleNode.

Values are stored as Slicer stores them (parameters as text, nodes as references), and a widget is
refused where Slicer refuses it: its rules of which widget shows which type are written out below.
"""

# ruff: noqa: N802, N815 - the names are Slicer's

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

PROPERTY = "SlicerParameterName"
_EMPTY: dict[type, Any] = {str: "", bool: False, float: 0.0, int: 0}


@dataclass
class WithinRange:
    """Slicer's annotation of a number."""

    minimum: float
    maximum: float


@dataclass(frozen=True)
class Parameter:
    """One typed field of a wrapper class."""

    name: str
    kind: Any
    default: Any
    limits: WithinRange | None

    @property
    def node_classes(self) -> list[str]:
        """Empty for plain values."""
        kinds = get_args(self.kind) or (self.kind,)
        return [kind.__name__ for kind in kinds if kind.__name__.startswith("vtkMRML")]

    def read(self, node: Any) -> Any:
        if self.node_classes:
            return node.GetNodeReference(self.name)
        text = node.GetParameter(self.name)
        if self.kind is bool:
            return text == "True"
        return self.kind(text)

    def write(self, node: Any, value: Any) -> None:
        if self.node_classes:
            if value is not None and not any(value.IsA(name) for name in self.node_classes):
                raise TypeError(f"{value.GetClassName()} cannot be the {self.name}")
            node.SetNodeReferenceID(self.name, None if value is None else value.GetID())
            return
        if not isinstance(value, self.kind):
            raise TypeError(f"{value!r} cannot be the {self.name}")
        if self.limits and not self.limits.minimum <= value <= self.limits.maximum:
            raise ValueError(f"{value} is no {self.name}")
        node.SetParameter(self.name, str(value))

    def is_in(self, node: Any) -> bool:
        return bool(self.node_classes) or bool(node.HasParameter(self.name))


class Connection:
    """One widget that shows one parameter."""

    def __init__(self, wrapper: Any, parameter: Parameter, widget: Any) -> None:
        self.wrapper, self.parameter, self.widget = wrapper, parameter, widget
        self.signal, self.read, self.write = _adapt(parameter, widget)
        self.show()
        widget.connect(self.signal, self.take)

    def show(self) -> None:
        self.write(self.parameter.read(self.wrapper.parameterNode))

    def take(self, *_: Any) -> None:
        if not self.wrapper.is_showing:
            self.parameter.write(self.wrapper.parameterNode, self.read())

    def end(self) -> None:
        self.widget.disconnect(self.signal, self.take)


def _adapt(parameter: Parameter, widget: Any) -> tuple[str, Callable, Callable]:
    """The signal, how to read, how to write; RuntimeError where Slicer has no such connector."""
    kind = type(widget).__name__
    if parameter.node_classes and kind == "qMRMLNodeComboBox":
        widget.nodeTypes = parameter.node_classes
        return "currentNodeChanged(vtkMRMLNode*)", widget.currentNode, widget.setCurrentNode
    if parameter.kind is bool and kind == "QCheckBox":
        return _by_property(widget, "toggled(bool)", "checked")
    if parameter.kind is float and kind == "ctkSliderWidget" and parameter.limits:
        widget.minimum, widget.maximum = parameter.limits.minimum, parameter.limits.maximum
        return _by_property(widget, "valueChanged(double)", "value")
    raise RuntimeError(f"Slicer cannot show {parameter.name} in a {kind}")


def _by_property(widget: Any, signal: str, name: str) -> tuple[str, Callable, Callable]:
    def read() -> Any:
        return getattr(widget, name)

    def write(value: Any) -> None:
        setattr(widget, name, value)

    return signal, read, write


class Wrapper:
    """Base of all wrapped classes; `parameterNode` is the node."""

    allParameters: typing.ClassVar[dict[str, Parameter]]

    def __init__(self, node: Any) -> None:
        self.parameterNode = node
        self.is_showing = False
        self._guis: dict[int, tuple[list[Connection], int]] = {}
        for parameter in self.allParameters.values():
            if not parameter.is_in(node):
                parameter.write(node, parameter.default)

    def connectGui(self, ui: Any) -> int:
        """Widgets with the property `SlicerParameterName` follow the node, and it follows them."""
        named = {widget: widget.property(PROPERTY) for widget in vars(ui).values()}
        connections = [
            Connection(self, self.allParameters[name], widget)
            for widget, name in named.items()
            if name
        ]
        observer = self.parameterNode.AddObserver("ModifiedEvent", lambda *_: self._show())
        tag = max(self._guis, default=-1) + 1
        self._guis[tag] = connections, observer
        return tag

    def disconnectGui(self, tag: int) -> None:
        connections, observer = self._guis.pop(tag)
        self.parameterNode.RemoveObserver(observer)
        for connection in connections:
            connection.end()

    def _show(self) -> None:
        if self.is_showing:
            return
        self.is_showing = True
        try:
            for connections, _ in self._guis.values():
                for connection in connections:
                    connection.show()
        finally:
            self.is_showing = False


def parameterNodeWrapper(cls: type) -> type:
    """The class decorator."""
    parameters = {
        name: _parameter(cls, name, hint)
        for name, hint in get_type_hints(cls, include_extras=True).items()
    }
    members: dict[str, Any] = {name: _property(one) for name, one in parameters.items()}
    members |= {"allParameters": parameters, "__module__": cls.__module__, "__doc__": cls.__doc__}
    return type(cls.__name__, (Wrapper,), members)


def _parameter(cls: type, name: str, hint: Any) -> Parameter:
    limits = None
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        limits = next((note for note in notes if isinstance(note, WithinRange)), None)
    if isinstance(hint, types.UnionType):
        raise TypeError(f"{name}: Slicer knows Union[A, B] of nodes, not A | B")
    return Parameter(name, hint, getattr(cls, name, _EMPTY.get(hint)), limits)


def _property(parameter: Parameter) -> property:
    return property(
        lambda self: parameter.read(self.parameterNode),
        lambda self, value: parameter.write(self.parameterNode, value),
    )


def install() -> None:
    """Make `slicer.parameterNodeWrapper` importable."""
    import slicer

    module: Any = ModuleType("slicer.parameterNodeWrapper")
    module.parameterNodeWrapper, module.WithinRange = parameterNodeWrapper, WithinRange
    sys.modules["slicer.parameterNodeWrapper"] = module
    slicer.parameterNodeWrapper = module
