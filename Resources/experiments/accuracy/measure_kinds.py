"""What a model does on other kinds of scan, made from those that a cross-validation held out.

    .venv/bin/python Resources/experiments/accuracy/measure_kinds.py --folds runs/accuracy \\
        --scans ../shared/data/ct_volumes --output Resources/experiments/accuracy/kinds.json
    ... --bundled --cases ct_0006 ct_0026 --output runs/kinds.json

With `--folds`, each scan is segmented by the models of the fold that never saw it, their
probability calibrated by the other folds. With `--bundled`, by the bundled model, which was trained
on these scans: to try the script, and to see what is warned; its DSC says nothing. The output is
written after each kind of each scan; what it holds already is not measured again. At the end
`kinds_table.py` makes the table of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from folds import changed, curve_of
from kinds.catalogue import KINDS
from kinds.examination import Examination, read_examination
from kinds_table import kinds_table

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import Manifest
from PancreasSegLib.segmenter.segmenter import Segmenter


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is missing in the output, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    models = parser.add_mutually_exclusive_group(required=True)
    models.add_argument("--folds", type=Path)
    models.add_argument("--bundled", action="store_true")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--cases", nargs="+", help="all, if not given")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    measured = measured_before(options.output, options.model, options.bundled)
    for segmenter, names in segmenters(options.folds, options.model, options.scans):
        for name in names if options.cases is None else sorted({*names} & {*options.cases}):
            measure_case(segmenter, options.scans, name, options.kinds, measured, options.output)
    print(kinds_table(measured))


def measured_before(output: Path, model: str, bundled: bool) -> dict[str, Any]:
    """What the output holds; ValueError if that is of another model."""
    made_by = {"model": model, "models_saw_the_scans": bundled}
    if not output.is_file():
        return {**made_by, "kinds": {}}
    measured: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    if {key: measured.get(key) for key in made_by} != made_by:
        raise ValueError(f"{output} holds what other models did; give another output.")
    return measured


def segmenters(
    folds: Path | None, model: str, scans: Path
) -> Iterator[tuple[Segmenter, Sequence[str]]]:
    """Each fold's model, with the scans that it never saw; the bundled one, with all of them."""
    if folds is None:
        references = sorted(scans.glob("*_pancreas.nii.gz"))
        yield Segmenter(model), [path.name.removesuffix("_pancreas.nii.gz") for path in references]
        return
    folders = sorted(folds.glob("fold-*/models"))
    for folder in folders:
        path = folder / f"{model}.json"
        others = [other for other in folders if other != folder]
        curve = curve_of(model, others) if others else ()
        names = Manifest.from_file(path).training["held_out_scans"]
        yield changed(path, {"calibration": curve}), names


def measure_case(
    segmenter: Segmenter,
    scans: Path,
    name: str,
    kinds: Sequence[str],
    measured: dict[str, Any],
    output: Path,
) -> None:
    """Every one of the `kinds` of one scan that `measured` has not yet; it is written each time."""
    missing = [kind for kind in kinds if name not in measured["kinds"].get(kind, {})]
    if not missing:
        return
    examination = read_examination(scans, name)
    for kind in missing:
        made = KINDS[kind](examination)
        record = None if made is None else measure(segmenter, made)
        measured["kinds"].setdefault(kind, {})[name] = record
        write_json(measured, output)
        print(f"{name}  {kind}: {'cannot be made' if record is None else record}", flush=True)


def measure(segmenter: Segmenter, examination: Examination) -> dict[str, Any]:
    """What one scan gives, by the numbers and warnings that a user is shown."""
    result = segmenter.segment(examination.scan)
    expected = result.report.expected_dice
    return {
        "dice": round(dice(result.mask.array, examination.reference.array), 4),
        "found_ml": round(result.report.volume_ml, 1),
        "reference_ml": round(
            float(examination.reference.array.sum()) * examination.grid.voxel_ml, 1
        ),
        "expected_dice": None if expected is None else round(expected, 4),
        "warnings": result.report.warnings,
    }


if __name__ == "__main__":
    main()
