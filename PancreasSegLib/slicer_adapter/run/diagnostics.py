"""A text for a question to the developers: nothing about a patient, no names of files."""

from __future__ import annotations

import platform
import sys
from typing import Any

import slicer

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.catalogue import list_models
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState
from PancreasSegLib.version import __version__


def diagnostics(engine: EngineState) -> str:
    """Versions, devices, driver and the hashes of the bundled weights, one per line."""
    lines: list[tuple[str, Any]] = [
        ("PancreasSeg", __version__),
        ("3D Slicer", slicer.app.applicationVersion),
        ("System", platform.platform()),
        ("Processor", platform.processor() or platform.machine()),
        ("Python", sys.version.split()[0]),
        ("PyTorch", engine.torch or "not installed"),
        ("Graphics cards", _devices(engine)),
        ("Graphics driver", engine.driver or "none"),
    ]
    if engine.problem:
        lines.append(("Problem", engine.problem))
    return "".join(f"{name}: {value}\n" for name, value in lines + _models())


def _devices(engine: EngineState) -> str:
    if engine.devices is None:
        return "not known yet" if engine.torch else "not known without PyTorch"
    return ", ".join(engine.devices) or "none"


def _models() -> list[tuple[str, Any]]:
    try:
        return [
            (f"Model {model.manifest.name}", f"weights SHA-256 {model.manifest.sha256}")
            for model in list_models()
        ]
    except WeightsError as error:
        return [("Models", error)]
