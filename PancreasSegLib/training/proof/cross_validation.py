"""Cross-validation by patient: each scan is segmented, whole, by models that never saw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PancreasSegLib.errors import InputError, WeightsError
from PancreasSegLib.models.catalogue import find_beside
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.data.patients import scans_of
from PancreasSegLib.training.data.references import empty_reference
from PancreasSegLib.training.data.training_set import load_training_set, scans_to_measure
from PancreasSegLib.training.proof.cross_validation_summary import summarise, summarised_before
from PancreasSegLib.training.proof.fold import in_fold
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.train import train_configured


def split(patient_of: Mapping[str, str], folds: int) -> list[tuple[str, ...]]:
    """The cases of each fold: all of every `folds`-th patient of the sorted list.

    So folds are alike in their number of patients. Raises `InputError` where there are fewer
    patients than folds, or fewer than two of either.
    """
    patients = sorted(set(patient_of.values()))
    if len(patients) < 2:
        raise InputError(
            f"Cross-validation needs scans of two patients or more, and there are {len(patients)};"
            " name more in 'volumes'."
        )
    if not 2 <= folds <= len(patients):
        raise InputError(
            f"Scans of {len(patients)} patients cannot be split into {folds} folds; give 2 to"
            f" {len(patients)}."
        )
    return [scans_of(patients[fold::folds], patient_of) for fold in range(folds)]


def cross_validate(
    config_paths: Sequence[Path],
    folds: int,
    output: Path,
    chosen: Sequence[int],
    device: str = "auto",
    progress: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda text: None,
    seed: int | None = None,
) -> Path | None:
    """Train and measure the `chosen` folds (from 0 on); the summary's path once all folds are done.

    The configurations are trained one after the other in each fold, the coarse stage's first. The
    models of a fold go to `output`/fold-K/models, its runs beside them; a fold that was cut short
    goes on where it stopped. Where a configuration starts from, or works with, another model, the
    fold's own of that name is taken; a bundled one only if it has not seen what the fold holds
    out. A `seed` takes the place of the configurations' own; all is
    then kept in `output`/seed-N. `tell` hears one line a model and fold.
    Raises what `train` raises, and `InputError` for a fold that is not there, too few scans,
    configurations with different scans and an earlier summary that is damaged.
    """
    configs = [_read(path, seed) for path in config_paths]
    parts = split(_patients(configs), folds)
    for fold in chosen:
        if not 0 <= fold < folds:
            raise InputError(f"There is no fold {fold}; they are 0 to {folds - 1}.")
    output = output if seed is None else output / f"seed-{seed}"
    summarised_before(output, configs, parts)  # a damaged one is told now
    _read_all(configs, progress)
    for fold in chosen:
        for config, path in zip(configs, config_paths, strict=True):
            part = in_fold(config, parts[fold], output, fold)
            _refuse_without_others(part, path)
            for manifest in train_configured(part, path, device, progress):
                tell(_line(fold, Manifest.from_file(manifest)))
    return summarise(output, configs, parts)


def _read(path: Path, seed: int | None) -> TrainingConfig:
    config = read_config(path)
    if config.data.validation or config.data.held_out:
        raise InputError(
            f"{path} names scans for validation or to be held out; cross-validation trains without "
            "a selection and holds out each fold in turn: remove both."
        )
    if config.data.drawn_volumes:
        raise InputError(
            f"{path} trains on scans of another modality than the model's, and on those it cannot"
            " be measured; cross-validate a configuration without them."
        )
    return config if seed is None else replace(config, seed=seed)


def _patients(configs: Sequence[TrainingConfig]) -> dict[str, str]:
    """The patient of each scan to measure, which must be the same in all configurations."""
    patients = [scans_to_measure(config) for config in configs]
    if any(patient_of != patients[0] for patient_of in patients):
        raise InputError("The configurations have different scans; give them the same data.")
    return patients[0]


def _read_all(configs: Sequence[TrainingConfig], progress: Callable[[Progress], None]) -> None:
    """What is wrong with a scan is told now, not when the fold that holds it out is done.

    It is in the cache then, where every fold finds it.
    """

    def tell(name: str, fraction: float) -> None:
        progress(Progress(f"reading {name}", fraction, None))

    for config in configs:
        for stack in load_training_set(config, tell).training:
            if not stack.loose and not stack.mask.any():
                raise empty_reference(stack.name)


def _refuse_without_others(part: TrainingConfig, path: Path) -> None:
    """A bundled model will do; `train` refuses it if it has seen what the fold holds out."""
    for name in part.export.others:
        try:
            find_beside(Path(part.export.folder), name)
        except WeightsError:
            raise InputError(
                f"{path} works with {name}, which this fold does not have; give that model's"
                " configuration first."
            ) from None


def _line(fold: int, manifest: Manifest) -> str:
    cases = manifest.measured.get("cases", {})
    if not cases:
        return f"fold {fold}  {manifest.name}  trained"
    scores = "  ".join(f"{name} {case['dice']:.3f}" for name, case in cases.items())
    return f"fold {fold}  {manifest.name}  mean DSC {manifest.measured['mean_dice']:.3f}  {scores}"
