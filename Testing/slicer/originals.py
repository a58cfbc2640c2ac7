"""Slicer's own Python layer, from its sources, in the place of our stand-ins for it.

`SLICER_SOURCE` names a folder with Slicer's sources: the tests of the module then run a second
time, and what holds with a stand-in only is a kindness of that stand-in. What the sources ask of Qt
and of the application stays a stand-in.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

VARIABLE = "SLICER_SOURCE"
MODULES = {
    "slicer.util": "Base/Python/slicer/util.py",
    "slicer.i18n": "Base/Python/slicer/i18n.py",
    "slicer.ScriptedLoadableModule": "Base/Python/slicer/ScriptedLoadableModule.py",
    "slicer.parameterNodeWrapper": "Base/Python/slicer/parameterNodeWrapper/__init__.py",
    "SampleData": "Modules/Scripted/SampleData/SampleData.py",
}
"""By the names under which they are imported, in an order in which each finds the ones before."""

_ABSENT = object()
WIDGETS = ("qMRMLRangeWidget", "qMRMLSliderWidget", "qMRMLSpinBox")
"""Asked whether our widgets are of these classes; none is."""


def source() -> Path | None:
    """The folder with Slicer's sources; None if none is named."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Inside, the originals are imported by their names; afterwards the stand-ins are back."""
    import slicer

    before = {name: sys.modules.get(name) for name in MODULES}
    ours = {name: getattr(slicer, name, _ABSENT) for name in WIDGETS}
    _widen_stand_ins(slicer)
    try:
        for name, path in MODULES.items():
            _load(name, folder / path)
        yield
    finally:
        for name in [one for one in sys.modules if one.startswith(tuple(MODULES))]:
            del sys.modules[name]
        for name, module in before.items():
            if module is not None:
                _put(name, module)
        for name, widget in ours.items():
            if widget is _ABSENT:
                delattr(slicer, name)


def _load(name: str, path: Path) -> None:
    if not path.is_file():
        raise FileNotFoundError(f"{VARIABLE} names a folder without {path}")
    for part in [one for one in sys.modules if one.startswith(f"{name}.")]:
        del sys.modules[part]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    _put(name, module)
    spec.loader.exec_module(module)


def _put(name: str, module: ModuleType) -> None:
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package:
        setattr(sys.modules[package], last, module)


def _widen_stand_ins(slicer: Any) -> None:
    """What the originals ask for beyond what the module itself does."""
    ctk: Any = sys.modules["ctk"]
    ctk.__getattr__ = lambda name: type(name, (), {})
    for name in WIDGETS:
        if not hasattr(slicer, name):
            setattr(slicer, name, type(name, (), {}))
    nobody = SimpleNamespace(connect=lambda *_: True, disconnect=lambda *_: True)
    slicer.app.moduleManager = lambda: nobody
    slicer.app.translate = lambda _context, text: text
