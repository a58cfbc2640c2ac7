"""Fixtures for our module in a stand-in of Slicer's window: name them in a `conftest.py`.

    from Testing.slicer.module_fixtures import desktop, module, widget  # noqa: F401

Where slicer-core or PySide6 is not installed their tests are skipped, visibly.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from Testing.slicer import originals

MODULE_FILE = Path(__file__).resolve().parents[2] / "PancreasSeg" / "PancreasSeg.py"


class Settings:
    """In the place of a QSettings."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def value(self, key: str) -> Any:
        return self.values.get(key)

    def setValue(self, key: str, value: Any) -> None:  # noqa: N802
        self.values[key] = value


class Answers:
    """A user who answers every dialog with the same path, and what was put before
    them: a page, a text in the clipboard."""

    def __init__(self) -> None:
        self.path = ""
        self.clipboard = ""
        self.page = ""
        self.has_browser = True

    def open_file(self, title: str, types: str) -> str:
        return self.path

    def open_folder(self, title: str) -> str:
        return self.path

    def save_file(self, title: str, name: str, types: str) -> str:
        return self.path

    def open_page(self, path: str) -> bool:
        self.page = path if self.has_browser else ""
        return self.has_browser

    def copy(self, text: str) -> None:
        self.clipboard = text


@pytest.fixture(scope="session", params=["stand-in", "originals"])
def desktop(request: pytest.FixtureRequest, running_slicer: Any) -> Iterator[Any]:
    """Qt, CTK, Slicer's widgets and base classes by their names; the QApplication.

    What is Python in Slicer is there twice: as our stand-in, and from Slicer's own sources.
    """
    pytest.importorskip("PySide6", reason="PySide6 is not installed")
    try:
        application = install_desktop()
    except ImportError as error:
        pytest.skip(f"Qt cannot be loaded here: {error}")
    if request.param == "stand-in":
        yield application
        return
    folder = originals.source()
    if folder is None:
        pytest.skip(f"{originals.VARIABLE} names no folder with Slicer's sources")
    with originals.installed(folder):
        yield application


def install_desktop() -> Any:
    """Put the stand-ins in the place of Slicer's window, and give the QApplication."""
    import slicer

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from Testing.slicer import (
        mrml_widgets,
        parameter_node,
        pythonqt,
        sample_data,
        scripted_module,
    )

    application = pythonqt.install(mrml_widgets.widget_class)
    mrml_widgets.install()
    scripted_module.install()
    parameter_node.install()
    sample_data.install()
    settings = Settings()
    slicer.app.userSettings = lambda: settings
    slicer.app.setOverrideCursor = lambda _cursor: None
    window = pythonqt.qt_class("QMainWindow")()
    window.objectName = "qSlicerMainWindow"
    slicer.app.topLevelWidgets = lambda: [window]
    return application


@pytest.fixture
def module(desktop: Any, slicer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """PancreasSeg.py, loaded and registered as Slicer does it."""
    settings = Settings()
    from vtkmodules.vtkCommonCore import vtkCollection

    started: list[Callable] = []
    monkeypatch.setattr(
        slicer.app, "connect", lambda _signal, slot: started.append(slot), raising=False
    )
    monkeypatch.setattr(slicer.app, "userSettings", lambda: settings)
    monkeypatch.setattr(slicer.modules, "sampleDataSources", {}, raising=False)
    loaded = load_module()
    loaded.parent = SimpleNamespace(path=str(MODULE_FILE))
    loaded.PancreasSeg(loaded.parent)
    # In Slicer the module holds its logic in C++, and Python only while it is asked for it.
    held = vtkCollection()
    held.AddItem(slicer.vtkSlicerScriptedLoadableModuleLogic())
    entry = SimpleNamespace(path=str(MODULE_FILE), logic=lambda: held.GetItemAsObject(0))
    monkeypatch.setattr(slicer.modules, "pancreasseg", entry, raising=False)
    for slot in started:
        slot()
    return loaded


def load_module() -> Any:
    """As `slicer.util.reloadScriptedModule` does."""
    spec = importlib.util.spec_from_file_location("PancreasSeg", MODULE_FILE)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["PancreasSeg"] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def widget(module: Any, printed_errors: list[BaseException]) -> Iterator[Any]:
    """The module's widget, opened; its dialogs are `Answers`."""
    opened = open_widget(module)
    yield opened
    close_widget(opened)


def open_widget(module: Any) -> Any:
    opened = module.PancreasSegWidget()
    opened.enter()
    opened.panel.dialogs = Answers()
    return opened


def close_widget(opened: Any) -> None:
    """As at the end of Slicer."""
    opened.cleanup()
    opened.parent.setMRMLScene(None)
    opened.parent.deleteLater()


def until(condition: Callable[[], bool], seconds: float = 600) -> None:
    """Let Qt's events and timers run until something is so."""
    from PySide6 import QtWidgets

    stop = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < stop, f"not within {seconds} s"
        QtWidgets.QApplication.processEvents()
        time.sleep(0.01)
