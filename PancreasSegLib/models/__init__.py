"""Weight files with their manifests: find, list, read, check. Nothing here imports torch but
`models.weights`."""

from PancreasSegLib.models.catalogue import (
    Model,
    find_averaged_models,
    find_model,
    find_region_model,
    list_models,
)
from PancreasSegLib.models.combination import Combination
from PancreasSegLib.models.folder import models_folder
from PancreasSegLib.models.manifest import Manifest, RegionStage, Window

__all__ = [
    "Combination",
    "Manifest",
    "Model",
    "RegionStage",
    "Window",
    "find_averaged_models",
    "find_model",
    "find_region_model",
    "list_models",
    "models_folder",
]
