"""Is there an OpenGL library? Asked in a child process, because VTK crashes where there is none."""

from __future__ import annotations

import functools
import os
import subprocess
import sys

WINDOWS = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else ("",)
PROBE = """
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
window = vtkRenderWindow()
window.SetOffScreenRendering(1)
window.AddRenderer(vtkRenderer())
window.Render()
"""


@functools.cache
def working_window() -> str | None:
    """The class of a VTK window that draws without a screen; None if no window does."""
    for window in WINDOWS:
        environment = {**os.environ, "VTK_DEFAULT_OPENGL_WINDOW": window}
        probe = subprocess.run(
            [sys.executable, "-c", PROBE], env=environment, capture_output=True, check=False
        )
        if probe.returncode == 0:
            return window
    return None
