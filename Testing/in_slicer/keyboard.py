"""Keys as they come from a keyboard (X11 only): Qt's own events would pass by the shortcuts."""

from __future__ import annotations

import ctypes
import ctypes.util
import time
from typing import Any

CONTROL = "Control_L"


def press(key: str, control: bool = False) -> None:
    """Press and release a key by X's name for it, to the window that has the focus."""
    x11, xtest = _library("X11"), _library("Xtst")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XStringToKeysym.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    assert display, "there is no X display"
    keys = [CONTROL, key] if control else [key]
    codes = [
        x11.XKeysymToKeycode(display, ctypes.c_ulong(x11.XStringToKeysym(name.encode())))
        for name in keys
    ]
    for code in codes:
        xtest.XTestFakeKeyEvent(display, code, 1, 0)
    for code in reversed(codes):
        xtest.XTestFakeKeyEvent(display, code, 0, 0)
    x11.XSync(display, 0)
    x11.XCloseDisplay(display)
    time.sleep(0.1)


def _library(name: str) -> Any:
    path = ctypes.util.find_library(name)
    assert path, f"lib{name} is missing; on Debian: apt-get install lib{name.lower()}6"
    return ctypes.CDLL(path)
