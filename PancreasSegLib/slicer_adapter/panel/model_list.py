"""The models that the panel offers: the bundled ones and those that the user added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.catalogue import Model, find_model, list_models

KEY = "PancreasSeg/ImportedModels"


class ModelList:
    """Models by the name that a parameter node stores: a bundled name, or a manifest's path.

    settings: of the application, a QSettings.
    """

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def choices(self) -> list[tuple[str, str]]:
        """What people call every model that segments the pancreas, and its name; best first."""
        bundled = {model.manifest.name: model for model in list_models() if _segments(model)}
        known = {name: text for name, text in _texts().items() if name in bundled}
        others = {name: model.manifest.title for name, model in bundled.items()}
        imported = [
            (model.manifest.title, path) for path, model in self._imported() if _segments(model)
        ]
        return [(text, name) for name, text in (known | (others | known)).items()] + imported

    def add(self, path: str | Path) -> str:
        """Remember a model by its weights file (.pt) or its manifest (.json); returns its name.

        Raises WeightsError if one of both files is missing, or it is no model of the pancreas.
        """
        model = find_model(path)
        if model.manifest.task != "pancreas":
            raise WeightsError(
                _("{path} finds the region only; choose a model that segments.").format(path=path)
            )
        weights = model.folder / model.manifest.weights
        if not weights.is_file():
            raise WeightsError(
                _("The weights {path} are missing; put them beside their manifest.").format(
                    path=weights
                )
            )
        name = str(Path(path).with_suffix(".json").resolve())
        self._settings.setValue(KEY, json.dumps(sorted({*self._paths(), name})))
        return name

    def _imported(self) -> list[tuple[str, Model]]:
        """Those that are still there."""
        found = []
        for path in self._paths():
            try:
                found.append((path, find_model(path)))
            except WeightsError:  # on a drive that is not connected today
                continue
        return found

    def _paths(self) -> list[str]:
        return list(json.loads(self._settings.value(KEY) or "[]"))


def technical_name(name: str) -> str:
    """ "views64-ct: JAC-64 of 3 views, pancreas, CT"; `name` where it is missing."""
    try:
        manifest = find_model(name).manifest
    except WeightsError:
        return name
    return f"{manifest.name}: {manifest.title}"


def _segments(model: Model) -> bool:
    return model.manifest.task == "pancreas"


def _texts() -> dict[str, str]:
    """What people call the bundled models. Here and not in their manifests: to be translated."""
    return {
        "multiview-ct": _("Best (4 networks)"),
        "fast-ct": _("Fast (1 network)"),
        "rnn64-ct": _("As in the paper: RNN-64"),
        "jac64-ct": _("As in the paper, slice by slice: JAC-64"),
        "views64-ct": _("Three views: JAC-64"),
        "unet32-ct": _("One U-Net: UNet-32"),
        "unet3d-ct": _("One 3D U-Net: UNet3D-16"),
        "superpixels-ct": _("Superpixels, after Roth et al. 2015"),
    }
