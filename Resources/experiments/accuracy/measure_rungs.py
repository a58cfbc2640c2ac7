"""The rungs: unet3d-ct trained otherwise, alone and in multiview-ct, on the scans of two folds.

    .venv/bin/python Resources/experiments/accuracy/measure_rungs.py --runs runs/rungs \\
        --folds runs/accuracy --scans ../shared/data/ct_volumes \\
        --output Resources/experiments/accuracy/rungs.json

The first lines of each configuration in `rungs/` say how it is trained; a second seed is trained by
`pancreasseg cross-validate --seed 2`. Alone, a network's Dice is that of its manifest; in the
average every scan is segmented anew, where the fold's weights are at hand. What the output has
already is not measured again. The table is printed, and `rungs.png` drawn beside the output: the
Dice by the number of training scans.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import numpy as np
from folds import changed, read_pair

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.errors import WeightsError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest

matplotlib.use("Agg")
from matplotlib import pyplot

FOLDS = (0, 1)
TRAINED_ON = 10
"""Scans, in each of these folds."""


@dataclasses.dataclass(frozen=True)
class Rung:
    """A network that was trained otherwise: what of it is other, and where its manifest lies.

    scans: how many it was trained on. beside: whether it is averaged with unet3d-ct and the others,
    not in the place of unet3d-ct; then it has no Dice alone.
    """

    told: str
    manifest: str
    scans: int = TRAINED_ON
    beside: bool = False


OWN = "{folds}/fold-{fold}/models/unet3d-ct.json"
SECOND_SEED = "{folds}/seed-2/fold-{fold}/models/unet3d-ct.json"


def trained_by(configuration: str) -> str:
    """Where `pancreasseg cross-validate` leaves the manifest of one of `rungs/`."""
    return f"{{runs}}/{configuration}/fold-{{fold}}/models/{configuration}.json"


RUNGS = {
    rung.told: rung
    for rung in (
        Rung("`unet3d-ct` as it is", OWN),
        Rung("a second seed", SECOND_SEED),
        Rung("both seeds", SECOND_SEED, beside=True),
        # By commit 1bc0e8f: patches of loose slices did not stay in the library.
        Rung("loose slices as well, two patches of five", trained_by("loose-slices")),
        Rung("without other organs as classes", trained_by("no-organs")),
        Rung("each scan in two more phases as well", trained_by("phases")),
        Rung("trained twice as long: 10,000 steps", trained_by("longer")),
        Rung("24 channels wide, not 16", trained_by("wider")),
        Rung("voxels of 2 mm, in the region that `unet3d-ct` finds", trained_by("finer")),
        Rung("six training scans, not ten", "{runs}/models/six-scans.json", 6),
        Rung("three training scans, not ten", "{runs}/models/three-scans.json", 3),
    )
}


def main() -> None:
    """Measure what is at hand, print the table, draw the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("runs", "folds", "scans", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    scores: dict[str, dict[str, dict[str, float]]] = {}
    if options.output.is_file():
        scores = json.loads(options.output.read_text(encoding="utf-8"))
    for told, rung in RUNGS.items():
        for fold in FOLDS:
            path = Path(rung.manifest.format(runs=options.runs, folds=options.folds, fold=fold))
            models = options.folds / f"fold-{fold}" / "models"
            if path.is_file():
                cases = scores.setdefault(told, {})
                measure(rung, path, models, options.scans, cases)
                write_json(scores, options.output)
    print(table(scores))
    draw(scores, options.output.with_suffix(".png"))


def measure(
    rung: Rung, path: Path, models: Path, scans: Path, cases: dict[str, dict[str, float]]
) -> None:
    """The Dice of every scan that the fold's `models` hold out: alone, then in the average."""
    own = Manifest.from_file(path)
    default = Manifest.from_file(models / f"{DEFAULT_MODEL}.json")
    names = default.training["held_out_scans"]
    for name in names:
        case = cases.setdefault(name, {})
        if not rung.beside:
            case["alone"] = own.measured["cases"][name]["dice"]
    missing = [name for name in names if "in the average" not in cases[name]]
    if not missing:
        return
    with TemporaryDirectory() as folder:
        averaged = average(rung, own, path.parent, models, Path(folder))
        try:
            segmenter = changed(averaged, {})
        except WeightsError as error:
            print(f"{rung.told}, not in the average: {error}", flush=True)
            return
        for name in missing:
            scan, reference = read_pair(scans, name)
            found = segmenter.segment(scan).mask.array
            cases[name]["in the average"] = round(dice(found, reference.array), 4)
            print(f"{name}  {rung.told}: {cases[name]}", flush=True)


def average(rung: Rung, own: Manifest, beside: Path, models: Path, folder: Path) -> Path:
    """multiview-ct with the rung's network, in `folder`, with links to the models that it needs."""
    for path in models.glob("*.*"):
        (folder / path.name).symlink_to(path.resolve())
    (folder / "rung.pt").symlink_to((beside / own.weights).resolve())
    dataclasses.replace(own, name="rung", weights="rung.pt").to_file(folder / "rung.json")
    default = Manifest.from_file(models / f"{DEFAULT_MODEL}.json")
    others = default.combination.averaged_with
    if not rung.beside:
        others = tuple(name for name in others if name != "unet3d-ct")
    combination = dataclasses.replace(default.combination, averaged_with=(*others, "rung"))
    averaged = folder / "averaged.json"
    dataclasses.replace(default, name="averaged", combination=combination).to_file(averaged)
    return averaged


def table(scores: dict[str, dict[str, dict[str, float]]]) -> str:
    """One line a rung: mean and worst Dice, alone and in the average."""
    heads = ["", "scans", "alone: mean DSC", "worst", "in `multiview-ct`: mean DSC", "worst"]
    rows = []
    for told in RUNGS:
        if told not in scores:
            continue
        cases = list(scores[told].values())
        row = [told, str(len(cases))]
        for values in (of(cases, "alone"), of(cases, "in the average")):
            row += [f"{np.mean(values):.3f}", f"{min(values):.3f}"] if values else ["", ""]
        rows.append(row)
    return markdown_table(heads, rows)


def of(cases: list[dict[str, float]], which: str) -> list[float]:
    """The Dice of the cases that have it."""
    return [case[which] for case in cases if which in case]


def draw(scores: dict[str, dict[str, dict[str, float]]], path: Path) -> None:
    """The Dice of every scan, and their mean, by the number of scans that were trained on."""
    figure, axes = pyplot.subplots(figsize=(5, 3.5), layout="constrained")
    curve = sorted(
        (rung.scans, list(scores[told].values()))
        for told, rung in RUNGS.items()
        if told in scores and (rung.manifest == OWN or rung.scans != TRAINED_ON)
    )
    for which, colour, told in (
        ("alone", "tab:brown", "UNet3D-16 alone"),
        ("in the average", "tab:green", "all four networks, this one trained on so many"),
    ):
        values = [(scans, of(cases, which)) for scans, cases in curve]
        for scans, dice_of_each in values:
            axes.plot([scans] * len(dice_of_each), dice_of_each, ".", color=colour, alpha=0.4)
        known = [(scans, np.mean(each)) for scans, each in values if each]
        axes.plot(*zip(*known, strict=True), "o-", color=colour, label=told)
    axes.set_xlabel("training scans")
    axes.set_ylabel("DSC of the scans of folds 0 and 1")
    axes.set_xscale("log", base=2)
    axes.set_xticks([scans for scans, _ in curve], [str(scans) for scans, _ in curve])
    figure.legend(fontsize=8, loc="outside upper center")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
