"""PySide6 in the place of PythonQt: the module `qt`, with PythonQt's habits.

A test double. It shows that the names in the .ui and in the code fit together, and what the panel
does when widgets are used; not how Slicer's window looks, nor PythonQt's lifetimes of objects.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets

NOT_AS_PROPERTY = ("sizeHint", "minimumSizeHint", "metaObject")
"""Qt itself calls these by their name."""


class Habits:
    """What a QObject of PythonQt has more than one of PySide6.

    Qt's properties are attributes (`button.text = "Segment"`), signals are connected by their C++
    signature (`button.connect("clicked()", slot)`), and `name` is the object's name.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._slots: dict[tuple[str, Callable], Callable] = {}
        # PySide6 finds its own QObject.connect before one of a subclass, but not before these.
        self.__dict__["connect"] = self._connect
        self.__dict__["disconnect"] = self._disconnect

    def _connect(self, signal: str, slot: Callable) -> bool:
        """A slot gets as many arguments as the signature names."""
        self._slots[signal, slot] = _with_arguments(signal, slot)
        _signal(self, signal).connect(self._slots[signal, slot])
        return True

    def _disconnect(self, signal: str, slot: Callable) -> bool:
        _signal(self, signal).disconnect(self._slots.pop((signal, slot)))
        return True

    def className(self) -> str:  # noqa: N802
        return type(self).__name__

    @property
    def name(self) -> str:
        return str(QtCore.QObject.property(self, "objectName"))


def _signal(sender: Any, signature: str) -> Any:
    """Misspelt signals are an AttributeError here; PythonQt only writes a warning."""
    return getattr(sender, signature.partition("(")[0])


def _with_arguments(signal: str, slot: Callable) -> Callable:
    arguments = signal.partition("(")[2].rstrip(")")
    count = len(arguments.split(",")) if arguments else 0

    def call(*values: Any) -> None:
        """PythonQt prints what a slot raises, and goes on; a test hears of it at its end."""
        try:
            slot(*values[:count])
        except Exception:
            sys.excepthook(*sys.exc_info())

    return call


class QtProperty:
    """A property of Qt as an attribute of Python."""

    def __init__(self, name: str, method: Any) -> None:
        self._name, self._method = name, method

    def __get__(self, instance: Any, owner: type) -> Any:
        # On the class the method stays, as in QTimer.singleShot.
        if instance is None:
            return self._method
        return QtCore.QObject.property(instance, self._name)

    def __set__(self, instance: Any, value: Any) -> None:
        if not QtCore.QObject.setProperty(instance, self._name, value):
            raise TypeError(f"{self._name} of {type(instance).__name__} cannot be {value!r}")


def with_habits(cls: type) -> type:
    """A subclass with PythonQt's habits; its own Python properties stay."""
    names = _property_names(cls)
    members: dict[str, Any] = {name: QtProperty(name, getattr(cls, name, None)) for name in names}
    return type(cls.__name__, (Habits, cls), members)


def _property_names(cls: Any) -> list[str]:
    meta = cls.staticMetaObject
    names = [meta.property(number).name() for number in range(meta.propertyCount())]
    return [
        name
        for name in names
        if name not in NOT_AS_PROPERTY
        and not isinstance(getattr(cls, name, None), (property, QtCore.Property))
    ]


@functools.cache
def qt_class(name: str) -> Any:
    """`qt.<name>`: with habits if it is a QObject, else as it is."""
    for module in (QtWidgets, QtGui, QtCore):
        found = getattr(module, name, None)
        if found is not None:
            is_object = isinstance(found, type) and issubclass(found, QtCore.QObject)
            return with_habits(found) if is_object else found
    raise AttributeError(f"module 'qt' has no attribute {name!r}")


class UiLoader(QtUiTools.QUiLoader):
    """Makes the widgets of a .ui with habits; those of ctk and Slicer come from `custom`."""

    custom: Callable[[str], Any] = staticmethod(qt_class)

    def createWidget(  # type: ignore[override] # noqa: N802
        self, name: str, parent: Any = None, object_name: str = ""
    ) -> Any:
        widget = self.custom(name)(parent)
        widget.setObjectName(object_name)
        return widget


def install(custom: Callable[[str], Any]) -> Any:
    """Make `qt` importable; the QApplication. `custom`: the class for a name that is not Qt's."""
    _keep_none_alive()
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["test"])
    UiLoader.custom = staticmethod(lambda name: qt_class(name) if name[0] == "Q" else custom(name))
    qt: Any = ModuleType("qt")
    qt.__getattr__ = qt_class
    qt.QUiLoader = UiLoader
    qt.QApplication = QtWidgets.QApplication
    sys.modules["qt"] = qt
    return application


def _keep_none_alive() -> None:
    """PySide6 6.12 gives away a reference to None with every call that returns None.

    Python 3.12 does not count them any more; before, the interpreter ends when they are used up.
    """
    if sys.version_info < (3, 12):
        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40
