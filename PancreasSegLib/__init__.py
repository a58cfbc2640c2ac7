"""The engine of PancreasSeg: an abdominal scan goes in, a pancreas mask and a report come out.

The names below are loaded when they are first used (PEP 562): importing the package alone loads
neither torch nor SimpleITK nor vtk, because Slicer imports it at start-up.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PancreasSegLib.version import __version__

if TYPE_CHECKING:
    from PancreasSegLib.errors import (
        Cancelled,
        InputError,
        OutOfMemory,
        OutputError,
        PancreasSegError,
        WeightsError,
    )
    from PancreasSegLib.evaluation.evaluate import evaluate
    from PancreasSegLib.models.catalogue import list_models
    from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
    from PancreasSegLib.segmenter.segmentation import Segmentation
    from PancreasSegLib.segmenter.segmenter import Segmenter
    from PancreasSegLib.volume.reading import read_mask, read_volume
    from PancreasSegLib.volume.volume import Volume
    from PancreasSegLib.volume.writing import write_mask

_HOME = {
    "Cancelled": "errors",
    "InputError": "errors",
    "OutOfMemory": "errors",
    "OutputError": "errors",
    "PancreasSegError": "errors",
    "Segmentation": "segmenter.segmentation",
    "Segmenter": "segmenter.segmenter",
    "Volume": "volume.volume",
    "WeightsError": "errors",
    "evaluate": "evaluation.evaluate",
    "list_models": "models.catalogue",
    "read_mask": "volume.reading",
    "read_volume": "volume.reading",
    "synthetic_ct": "phantom.synthetic_ct",
    "write_mask": "volume.writing",
}

__all__ = [
    "Cancelled",
    "InputError",
    "OutOfMemory",
    "OutputError",
    "PancreasSegError",
    "Segmentation",
    "Segmenter",
    "Volume",
    "WeightsError",
    "__version__",
    "evaluate",
    "list_models",
    "read_mask",
    "read_volume",
    "synthetic_ct",
    "write_mask",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
