"""In the place of `slicer.parameterNodeWrapper`: typed values on a real vtkMRMLScriptedModuleNode.

Values are stored as Slicer stores them: parameters as text, nodes as references beside an empty
text, one of several types under `name.N`. Each is read once and kept until the node says that it
was modified. A value and a widget are refused where Slicer refuses them: its rules of which widget
shows which type are written out below.
"""

# ruff: noqa: N802, N815 - the names are Slicer's

from __future__ import annotations

import sys
import types
import typing
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import slicer
import slicer.util

PROPERTY = "SlicerParameterName"
_EMPTY: dict[type, Any] = {str: "", bool: False, float: 0.0, int: 0}


@dataclass
class WithinRange:
    """Slicer's annotation of a number."""

    minimum: float
    maximum: float


@dataclass(frozen=True)
class Parameter:
    """One typed field of a wrapper class.

    kinds: the types that a value may have, several for a Union.
    """

    name: str
    kinds: tuple[type, ...]
    default: Any
    limits: WithinRange | None

    @property
    def node_classes(self) -> list[str]:
        """Empty for plain values."""
        return [kind.__name__ for kind in self.kinds if kind.__name__.startswith("vtkMRML")]

    def read(self, node: Any) -> Any:
        for role, kind in self._roles():
            if node.HasParameter(role):
                return _read(node, role, kind)
        raise KeyError(f"Unable to find value for name: {self.name}")

    def write(self, node: Any, value: Any) -> None:
        role, kind = self._role_for(value)
        if self.limits and not self.limits.minimum <= value <= self.limits.maximum:
            raise ValueError(f"{value} is no {self.name}")
        with slicer.util.NodeModify(node):
            for other, _ in self._roles():
                if other != role:
                    node.UnsetParameter(other)
                    node.RemoveNodeReferenceIDs(other)
            _write(node, role, kind, value)

    def is_in(self, node: Any) -> bool:
        return any(node.HasParameter(role) for role, _ in self._roles())

    def _roles(self) -> list[tuple[str, type]]:
        if len(self.kinds) == 1:
            return [(self.name, self.kinds[0])]
        return [(f"{self.name}.{number}", kind) for number, kind in enumerate(self.kinds)]

    def _role_for(self, value: Any) -> tuple[str, type]:
        is_single = len(self.kinds) == 1
        for role, kind in self._roles():
            is_no_node = value is None and is_single and kind.__name__.startswith("vtkMRML")
            if isinstance(value, (int, float) if kind is float else kind) or is_no_node:
                return role, kind
        raise TypeError(f"Unable to write value '{value}' of type '{type(value)}'")


def _read(node: Any, role: str, kind: type) -> Any:
    if kind.__name__.startswith("vtkMRML"):
        return node.GetNodeReference(role)
    text = node.GetParameter(role)
    if kind is bool:
        return text == "True"
    return None if kind is type(None) else kind(text)


def _write(node: Any, role: str, kind: type, value: Any) -> None:
    if kind.__name__.startswith("vtkMRML"):
        node.SetParameter(role, "")
        node.SetNodeReferenceID(role, None if value is None else value.GetID())
        return
    node.SetParameter(role, "True" if value is None else str(value))


class Cache:
    """The value of a parameter, read when the node was modified, and not before."""

    def __init__(self, parameter: Parameter, node: Any) -> None:
        self.parameter, self.node = parameter, node
        self.is_writing = False
        self.value = parameter.read(node)
        weak = weakref.ref(self)  # as in Slicer: the observer does not keep it alive
        self.tag = node.AddObserver("ModifiedEvent", lambda *_: weak().on_modified())

    def __del__(self) -> None:
        self.node.RemoveObserver(self.tag)

    def on_modified(self) -> None:
        if not self.is_writing:
            self.value = self.parameter.read(self.node)

    def write(self, value: Any) -> None:
        self.is_writing = True
        try:
            with slicer.util.NodeModify(self.node):
                self.parameter.write(self.node, value)
                self.value = self.parameter.read(self.node)
        finally:
            self.is_writing = False


class Connection:
    """One widget that shows one parameter."""

    def __init__(self, wrapper: Any, parameter: Parameter, widget: Any) -> None:
        self.wrapper, self.parameter, self.widget = wrapper, parameter, widget
        self.signal, self.read, self.write = _adapt(parameter, widget)
        self.show()
        widget.connect(self.signal, self.take)

    def show(self) -> None:
        self.write(getattr(self.wrapper, self.parameter.name))

    def take(self, *_: Any) -> None:
        if not self.wrapper.is_showing:
            setattr(self.wrapper, self.parameter.name, self.read())

    def end(self) -> None:
        self.widget.disconnect(self.signal, self.take)


def _adapt(parameter: Parameter, widget: Any) -> tuple[str, Callable, Callable]:
    """The signal, how to read, how to write; RuntimeError where Slicer has no such connector."""
    kind = type(widget).__name__
    if parameter.node_classes and kind == "qMRMLNodeComboBox":
        widget.nodeTypes = parameter.node_classes
        return "currentNodeChanged(vtkMRMLNode*)", widget.currentNode, widget.setCurrentNode
    if parameter.kinds == (bool,) and kind == "QCheckBox":
        return _by_property(widget, "toggled(bool)", "checked")
    if parameter.kinds == (float,) and kind == "ctkSliderWidget" and parameter.limits:
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
        self.caches: dict[str, Cache] = {}
        for parameter in self.allParameters.values():
            if not parameter.is_in(node):
                parameter.write(node, parameter.default)
            self.caches[parameter.name] = Cache(parameter, node)

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
        """Slicer leaves the node's observer; here that crashes when Python collects its garbage."""
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
    kinds = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return Parameter(name, kinds, getattr(cls, name, _EMPTY.get(hint)), limits)


def _property(parameter: Parameter) -> property:
    return property(
        lambda self: self.caches[parameter.name].value,
        lambda self, value: self.caches[parameter.name].write(value),
    )


def install() -> None:
    """Make `slicer.parameterNodeWrapper` importable."""
    module: Any = ModuleType("slicer.parameterNodeWrapper")
    module.parameterNodeWrapper, module.WithinRange = parameterNodeWrapper, WithinRange
    sys.modules["slicer.parameterNodeWrapper"] = module
    slicer.parameterNodeWrapper = module
