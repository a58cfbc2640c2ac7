"""Fixtures on real Slicer classes: name them in the `conftest.py` of a room to use them there.

    from Testing.slicer.fixtures import opengl, running_slicer, slicer

Where the wheel `slicer-core` is not installed their tests are skipped, visibly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from Testing.slicer.opengl import working_window


@pytest.fixture(scope="session")
def running_slicer() -> Iterator[Any]:
    """The `HeadlessSlicer` of this process, closed at the end of the session."""
    pytest.importorskip("slicer_core", reason="slicer-core is not installed")
    from Testing.slicer import headless_slicer

    yield headless_slicer.start()
    headless_slicer.stop()


@pytest.fixture
def slicer(running_slicer: Any) -> Iterator[Any]:
    """The module `slicer`, as scripts know it, with an empty scene."""
    import slicer

    slicer.mrmlScene.Clear(0)
    yield slicer
    slicer.mrmlScene.Clear(0)


@pytest.fixture
def printed_errors(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """What slots and observers raised: Slicer prints it and goes on, the test fails at its end."""
    found: list[BaseException] = []
    shown = sys.excepthook

    def collect(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        shown(kind, error, trace)
        found.append(error)

    monkeypatch.setattr(sys, "excepthook", collect)
    yield found
    assert found == [], "a slot or an observer raised this"


@pytest.fixture
def opengl() -> str:
    """The class of a VTK window that draws here without a screen."""
    window = working_window()
    if window is None:
        pytest.skip(
            "no OpenGL library on this machine; on Debian: apt-get install libegl1 libgl1-mesa-dri"
        )
    if "VTK_DEFAULT_OPENGL_WINDOW" not in os.environ and window:
        # Not undone after the test: VTK asks for it whenever it makes a window.
        os.environ["VTK_DEFAULT_OPENGL_WINDOW"] = window
    return window
