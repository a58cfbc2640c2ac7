"""A 3D picture of the pancreas, drawn in a child process because OpenGL may be missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import PancreasSegLib
from PancreasSegLib.errors import InputError, PancreasSegError
from PancreasSegLib.files.atomic_file import check_folder
from PancreasSegLib.rendering.caption import with_caption
from PancreasSegLib.rendering.colours import BLACK, LABEL, REFERENCE_SURFACE, RESULT_SURFACE, RGB
from PancreasSegLib.rendering.png import write_png
from PancreasSegLib.rendering.text import draw_text
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.volume import Volume

# VTK's windows that need no screen. Elsewhere than on Linux the system's own window does it.
WINDOWS = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else ("",)
SIZE = (480, 1200)  # rows, columns
SECONDS = 120.0
WHAT_TO_INSTALL = (
    "The 3D picture cannot be drawn because this machine has no working OpenGL library; on Debian "
    "or Ubuntu install one with: apt-get install libegl1 libgl1-mesa-dri (or libosmesa6)."
)


class RenderingUnavailable(PancreasSegError):  # noqa: N818 - named after what happened
    """No 3D picture can be drawn on this machine; the message says what to install."""


@dataclass(frozen=True)
class SurfacePictureResult:
    """Where the picture is, and the VTK window class that drew it."""

    path: Path
    window: str


@dataclass(frozen=True, eq=False)
class _Surface:
    name: str
    mask: Volume
    colour: RGB
    opacity: float


def surface_picture(
    mask: Volume, path: str | Path, reference: Volume | None = None, title: str = ""
) -> SurfacePictureResult:
    """Write a PNG of the mask's surface, from the front and from below.

    The result is green; a reference is golden and see-through (Cai et al. 2017, figure 5). Both
    may lie on any grid. ``title`` is drawn below the picture.

    Raises InputError if there is nothing to draw, OutputError if the picture cannot be written,
    and RenderingUnavailable if no OpenGL library draws here.
    """
    check_folder(Path(path))
    picture, window = draw_surface(mask, reference, title)
    write_png(picture, path)
    return SurfacePictureResult(Path(path), window)


def draw_surface(
    mask: Volume,
    reference: Volume | None = None,
    title: str = "",
    python: Sequence[str] = (sys.executable,),
) -> tuple[np.ndarray, str]:
    """The picture itself, (rows, columns, 3) uint8, and the VTK window class that drew it.

    ``python`` is the command of the Python that draws. Raises InputError and RenderingUnavailable
    as `surface_picture`.
    """
    surfaces = [_Surface("result", mask, RESULT_SURFACE, 1.0)]
    if reference is not None:
        surfaces.append(_Surface("reference", reference, REFERENCE_SURFACE, 0.45))
    surfaces = [surface for surface in surfaces if surface.mask.array.any()]
    if not surfaces:
        raise InputError("The mask is empty, so there is no surface to draw.")
    picture, window = _drawn(surfaces, python)
    for number, view in enumerate(("from the front", "from below")):
        draw_text(picture, view, 6, 10 + number * SIZE[1] // 2, LABEL)
    legend = [(surface.name, surface.colour) for surface in surfaces]
    return with_caption(picture, title, legend), window


def _drawn(surfaces: list[_Surface], python: Sequence[str]) -> tuple[np.ndarray, str]:
    try:
        with tempfile.TemporaryDirectory(prefix="pancreasseg-") as folder:
            _write_scene(Path(folder), surfaces)
            window = _draw(Path(folder), python)
            return np.load(Path(folder) / "picture.npy"), window
    except OSError as error:
        raise RenderingUnavailable(
            f"The 3D picture cannot be drawn because no temporary file can be written "
            f"({error.strerror}); let TMPDIR name a folder with free space."
        ) from error


def _write_scene(folder: Path, surfaces: list[_Surface]) -> None:
    scene: dict[str, Any] = {"surfaces": len(surfaces), "size": SIZE, "ground": BLACK}
    for number, surface in enumerate(surfaces):
        box = Box.of(surface.mask.array)
        assert box is not None  # empty masks were left out
        scene[f"mask_{number}"] = (surface.mask.array[box.slices] != 0).astype(np.uint8)
        scene[f"affine_{number}"] = surface.mask.grid.crop(box).affine
        scene[f"colour_{number}"] = surface.colour
        scene[f"opacity_{number}"] = surface.opacity
    np.savez(folder / "scene.npz", **scene)


def _draw(folder: Path, python: Sequence[str]) -> str:
    """Draw the scene with the first window that works, and return that window's class."""
    for window in WINDOWS:
        child = _run_child(folder, python, window)
        if child is None or child.returncode < 0 or child.returncode > 1:
            continue  # too slow, or crashed for want of OpenGL
        if child.returncode == 1:
            reason = (child.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise RenderingUnavailable(f"The 3D picture could not be drawn: {reason}")
        if _has_content(folder / "picture.npy"):
            return child.stdout.split()[-1]
    raise RenderingUnavailable(WHAT_TO_INSTALL)


def _run_child(
    folder: Path, python: Sequence[str], window: str
) -> subprocess.CompletedProcess[str] | None:
    """Run ``surface_scene`` on the folder; None if it takes too long."""
    environment = dict(os.environ)
    library = str(Path(PancreasSegLib.__file__).parents[1])
    known = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join([library, known]) if known else library
    if window:
        environment["VTK_DEFAULT_OPENGL_WINDOW"] = window
    try:
        return subprocess.run(
            [*python, "-m", "PancreasSegLib.rendering.surface_scene", str(folder)],
            env=environment,
            cwd=folder,  # a core file of a crash goes where it is removed
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _has_content(picture: Path) -> bool:
    """True if at least one pixel in a thousand is not the ground's colour."""
    return bool((np.load(picture) != BLACK).any(axis=2).mean() > 1e-3)
