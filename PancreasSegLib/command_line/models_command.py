"""`pancreasseg models`: the bundled models."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation

if TYPE_CHECKING:
    from PancreasSegLib.models.manifest import Manifest

PURPOSES = {"pancreas": "segments the pancreas", "region": "finds the region of the pancreas"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Nothing can be written after `pancreasseg models`."""


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """List the models; the exit code."""
    from PancreasSegLib.models.catalogue import list_models
    from PancreasSegLib.models.folder import models_folder

    manifests = [model.manifest for model in list_models()]
    if manifests:
        print("\n\n".join(description(manifest) for manifest in manifests))
    else:
        print(f"There are no models in {models_folder()}.")
    return exit_codes.DONE


def description(manifest: Manifest) -> str:
    """Name, title, task, licence and measured mean DSC of a model, for a person."""
    rows = [
        ("title", manifest.title),
        ("task", PURPOSES[manifest.task]),
        ("measured", _measured(manifest)),
        ("licence", manifest.licence),
    ]
    return "\n".join([manifest.name, *(f"  {name:<9} {text}" for name, text in rows)])


def _measured(manifest: Manifest) -> str:
    mean, cases = manifest.measured.get("mean_dice"), manifest.measured.get("cases", {})
    if mean is None:
        return "not measured"
    # The weights of a cross-validated model are trained on all scans, those of its folds were not.
    cross_validated = set(cases) & set(manifest.training.get("training_scans", ()))
    how = "in the cross-validation of its recipe" if cross_validated else "not trained on"
    return f"mean DSC {mean:.3f} of {len(cases)} scans, {how}"
