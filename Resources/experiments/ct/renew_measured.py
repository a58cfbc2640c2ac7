"""Manifests and cards of the bundled models show a cross-validation that was made after them.

    .venv/bin/python Resources/experiments/ct/renew_measured.py

Their measured numbers and the calibration of their probability become those of
`accuracy/cross_validation.json`, and `multiview-ct` and `fast-ct` are put together as their
configurations say. The weights stay as they are. A cross-validation of another recipe is refused,
and so are weights.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PancreasSegLib.models import Manifest
from PancreasSegLib.training.export.export import cross_validated, export_average
from PancreasSegLib.training.export.model_card import write_model_card
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.recipe.setup import weights_setup

HERE = Path(__file__).parent
CONFIGURATIONS = ("views-ct", "rnn64-ct", "unet3d-ct", "unet-ct")


def main() -> None:
    """Renew the models of every configuration; averages after those that they are made of."""
    for configuration in CONFIGURATIONS:
        for path in renew(read_config(HERE / f"{configuration}.toml")):
            print(f"{path}: mean DSC {Manifest.from_file(path).measured['mean_dice']:.3f}")


def renew(config: TrainingConfig) -> list[Path]:
    """Manifests and cards of all that the configuration exports; the manifests' paths."""
    export, folder = config.export, config.path(config.export.folder)
    networks = [name for name in (export.cnn, export.rnn) if name is not None]
    paths = [folder / f"{name}.json" for name in networks]
    for name, path in zip(networks, paths, strict=True):
        manifest = Manifest.from_file(path)
        if manifest.training["setup"] != weights_setup(config):
            raise SystemExit(f"{path} was trained by another recipe; train it anew.")
        measured = cross_validated(config, name)
        calibration, combination = measured.pop("calibration"), export.combination_of(name)
        manifest = dataclasses.replace(
            manifest, combination=combination, calibration=calibration, measured=measured
        )
        manifest.to_file(path)
        write_model_card(manifest, path.with_suffix(".md"))
    if export.average is not None:
        paths.append(export_average(config, paths[-1]))
    return paths


if __name__ == "__main__":
    main()
