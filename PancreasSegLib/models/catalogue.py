"""The models at hand, by name or by path."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.folder import models_folder
from PancreasSegLib.models.manifest import Manifest


@dataclass(frozen=True)
class Model:
    """A manifest, and the folder in which it and its weights lie."""

    manifest: Manifest
    folder: Path


def list_models(folder: Path | None = None) -> list[Model]:
    """All models of `folder` (the bundled ones if None), by name."""
    folder = models_folder() if folder is None else Path(folder)
    paths = sorted(folder.glob("*.json"))
    return [Model(Manifest.from_file(path), folder) for path in paths]


def find_model(name_or_path: str | Path, folder: Path | None = None) -> Model:
    """A model of `folder` (the bundled ones if None) by name, or any model by its path.

    A path is that of a manifest (`.json`) or of weights (`.pt`) with the manifest beside them.
    Raises WeightsError with the known names if there is no such model.
    """
    if not isinstance(name_or_path, str | PathLike):
        raise WeightsError(
            f"A model is named by a text or a path, not by {name_or_path}; give one of these."
        )
    if Path(name_or_path).suffix in (".json", ".pt"):
        path = Path(name_or_path).with_suffix(".json")
        return Model(Manifest.from_file(path), path.parent)
    return _named(str(name_or_path), models_folder() if folder is None else Path(folder))


def _named(name: str, folder: Path) -> Model:
    path = folder / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(other.stem for other in folder.glob("*.json"))) or "none"
        raise WeightsError(
            f"There is no model '{name}' in {folder}; known models: {known}. "
            "A model of your own is named by the path of its .json file."
        )
    return Model(Manifest.from_file(path), folder)


def find_region_model(model: Model) -> Model | None:
    """The coarse model that `model` names: beside it, else among the bundled ones."""
    region = model.manifest.region
    return None if region is None else find_beside(model.folder, region.model)


def find_averaged_models(model: Model) -> list[Model]:
    """The models whose probabilities `model` averages with its own: beside it, or bundled ones.

    Raises WeightsError where one is missing, or is of another modality than `model`.
    """
    manifest = model.manifest
    found = [find_beside(model.folder, name) for name in manifest.combination.averaged_with]
    for other in found:
        if other.manifest.modality != manifest.modality:
            raise WeightsError(
                f"The model '{manifest.name}' of {manifest.modality} cannot be averaged with"
                f" '{other.manifest.name}', which is of {other.manifest.modality}; use models of"
                " one modality."
            )
    return found


def find_beside(folder: Path, name: str) -> Model:
    """The model `name` in `folder`, where the one that names it lies; else the bundled one.

    Raises WeightsError where neither is there.
    """
    beside = (folder / f"{name}.json").is_file()
    return _named(name, folder if beside else models_folder())
