"""Packs scans for `cuda.sh`: on a 3 mm grid, in the window of the CT models, in one file.

    .venv/bin/python Testing/benchmarks/cuda_data.py ../shared/data/ct_volumes

It writes `runs/cuda/data.tar`, which git ignores: scans stay out of the repository. The file holds
NAME.nii.gz, NAME_pancreas.nii.gz and NAME_organs.nii.gz, as the configurations in
`Resources/experiments/ct` name them; a training on a 3 mm grid sees in them what it sees in the
scans themselves. With `--coarse runs/accuracy` the coarse stages of a cross-validation that is done
go into it, too, so that they need not be trained again.
"""

from __future__ import annotations

import argparse
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from PancreasSegLib.volume import (
    Grid,
    Volume,
    patient_grid,
    read_mask,
    read_volume,
    resample,
    write_mask,
    write_volume,
)

SPACING_MM = (3.0, 3.0, 3.0)
WINDOW_HU = (-100.0, 240.0)
OUTPUT = Path("runs/cuda/data.tar")
LARGEST_BYTES = 40_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Pack, and say how large the file is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scans", type=Path)
    parser.add_argument("--coarse", type=Path, metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(options.output, "w") as archive:
        for path in sorted(options.scans.glob("*_pancreas.nii.gz")):
            pack(options.scans, path.name.removesuffix("_pancreas.nii.gz"), Path(folder))
        archive.add(folder, "scans")
        for path in coarse_stages(options.coarse):
            archive.add(path, Path("folds") / path.relative_to(options.coarse))
    size = options.output.stat().st_size
    print(f"{options.output}: {size / 1e6:.1f} MB")
    if size > LARGEST_BYTES:
        raise SystemExit(f"That is more than {LARGEST_BYTES / 1e6:g} MB; pack fewer scans.")


def pack(scans: Path, name: str, folder: Path) -> None:
    """One scan with its reference and its organ labels on the coarse grid, into `folder`."""
    scan = read_volume(scans / f"{name}.nii.gz")
    grid = patient_grid(scan.grid, SPACING_MM)
    # Clipped first: so does the training.
    clipped = scan.with_array(np.clip(scan.array, *WINDOW_HU))
    hu = np.rint(resample(clipped, grid, outside=WINDOW_HU[0]).array).astype(np.int16)
    write_volume(Volume(hu, grid.affine), folder / f"{name}.nii.gz")
    reference = read_mask(scans / f"{name}_pancreas.nii.gz")
    write_mask(on_grid(reference, {1}, grid), folder / f"{name}_pancreas.nii.gz")
    organs = read_volume(scans / f"{name}_organs.nii.gz")
    labels = {int(label) for label in np.unique(organs.array) if label > 0}
    write_volume(on_grid(organs, labels, grid), folder / f"{name}_organs.nii.gz")


def on_grid(volume: Volume, labels: set[int], grid: Grid) -> Volume:
    """Each of the `labels` where it fills half of a voxel of `grid` or more; uint8."""
    array = np.zeros(grid.shape, np.uint8)
    for label in sorted(labels):
        share = resample(volume.with_array(volume.array == label), grid, outside=0.0)
        array[share.array >= 0.5] = label
    return Volume(array, grid.affine)


def coarse_stages(folds: Path | None) -> list[Path]:
    """Weights and manifest of every fold's coarse stage in the cross-validation `folds`."""
    return [] if folds is None else sorted(folds.glob("fold-*/models/coarse-ct.*"))


if __name__ == "__main__":
    main()
