"""Every scan in two more phases of contrast medium, for a training that sees such scans.

    .venv/bin/python Resources/experiments/accuracy/make_phases.py \\
        --scans ../shared/data/ct_volumes --output runs/other-phases

The folder has each scan as without contrast medium and as of an early arterial phase, with the
labels: mimicries by `kinds/contrast.py`, whose grey values are drawn for each scan, so that what is
measured by the textbook's is not what was trained on. `patients.csv` says whose they are: a
cross-validation trains on neither where it holds out the scan.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from kinds.contrast import EARLY_ARTERIAL, NATIVE, Phase, in_phase
from kinds.examination import read_examination

from PancreasSegLib.training.data.patients import PATIENTS
from PancreasSegLib.volume import write_mask, write_volume

PHASES = {"native": NATIVE, "arterial": EARLY_ARTERIAL}
SPREAD = 0.25
"""Each organ's grey value is up to this share higher or lower than the phase has it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make all scans, and write whose they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    suffix = "_pancreas.nii.gz"
    names = sorted(path.name.removesuffix(suffix) for path in options.scans.glob(f"*{suffix}"))
    with (options.output / PATIENTS).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("case", "patient"))
        for number, name in enumerate(names):
            rows.writerows(
                (case, name) for case in make(options.scans, name, number, options.output)
            )
            print(name, flush=True)


def make(scans: Path, name: str, seed: int, output: Path) -> list[str]:
    """The cases that are made from the scan `name`: it in the other phases."""
    examination = read_examination(scans, name)
    random = np.random.default_rng(seed)
    cases = []
    for told, phase in PHASES.items():
        cases.append(f"{name}-{told}")
        changed = in_phase(examination, drawn(phase, random))
        scan = changed.scan.with_array(np.rint(changed.scan.array).astype(np.int16))
        write_volume(scan, output / f"{cases[-1]}.nii.gz")
        write_mask(changed.reference, output / f"{cases[-1]}_pancreas.nii.gz")
        write_mask(changed.organs, output / f"{cases[-1]}_organs.nii.gz")
    return cases


def drawn(phase: Phase, random: np.random.Generator) -> Phase:
    """The phase, every grey value a little other."""

    def other(hu: float) -> float:
        return hu * random.uniform(1 - SPREAD, 1 + SPREAD)

    return Phase({organ: other(hu) for organ, hu in phase.organs.items()}, other(phase.vessels))


if __name__ == "__main__":
    main()
