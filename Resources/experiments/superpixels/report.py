"""All that Roth et al. 2015 report, of our models, next to the paper's numbers, into README.md.

    .venv/bin/python Resources/experiments/superpixels/report.py --folds runs/superpixels \
        --scans ../shared/data/ct_volumes

Without `--folds` tables and figures are made of the numbers that are committed beside it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ladder_figures import draw_figures
from ladder_folds import FOLDS, measure_fold, measure_folds
from ladder_tables import write_tables

from PancreasSegLib.models.folder import models_folder


def main() -> None:
    """Measure the folds where they are given, then write tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=Path, help="where cross-validate put them")
    parser.add_argument("--scans", type=Path, help="the folder of the 14 scans")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="measure this one, and stop")
    parser.add_argument("--model", type=Path, default=models_folder() / "superpixels-ct.json")
    options = parser.parse_args()
    if (options.folds is None) != (options.scans is None):
        parser.error("give --folds and --scans together")
    if options.fold is not None:
        if options.folds is None:
            parser.error("--fold is one of --folds; give these, too")
        measure_fold(options.folds / f"fold-{options.fold}", options.scans)
        return
    if options.folds is not None:
        measure_folds(options.folds, options.scans)
    write_tables()
    draw_figures(options.model)


if __name__ == "__main__":
    main()
