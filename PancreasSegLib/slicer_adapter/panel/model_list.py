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
        """Title and name of every model that segments the pancreas."""
        bundled = [(model, model.manifest.name) for model in list_models()]
        imported = [(model, str(path)) for path, model in self._imported()]
        return [
            (model.manifest.title, name)
            for model, name in bundled + imported
            if model.manifest.task == "pancreas"
        ]

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
