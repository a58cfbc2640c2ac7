"""What a whole-body CT (512 x 512 x 1500) needs: memory and time of the whole command.

    .venv/bin/python Testing/benchmarks/whole_body.py [--ending .nii.gz] [--device cpu]

The scan is the phantom's abdomen with its last slices going on above and below. On a shared machine
the processor's time tells more than the clock's.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.volume.volume import Volume
from PancreasSegLib.volume.writing import write_volume

SHAPE = (1500, 512, 512)
AIR_HU = -1000


def whole_body() -> Volume:
    """The scan, int16, on slices 1 mm apart."""
    abdomen = synthetic_ct(spacing_mm=(0.98, 0.98, 1.0)).image
    k, j, i = ((whole - part) // 2 for whole, part in zip(SHAPE, abdomen.array.shape, strict=True))
    slices, rows, columns = abdomen.array.shape
    array = np.full(SHAPE, AIR_HU, np.int16)
    body = array[:, j : j + rows, i : i + columns]
    body[k : k + slices] = abdomen.array
    body[:k], body[k + slices :] = abdomen.array[0], abdomen.array[-1]
    affine = abdomen.affine.copy()
    affine[:3, 3] -= affine[:3, :3] @ (i, j, k)
    return Volume(array, affine)


def main() -> None:
    """Make the scan, segment it by the command, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ending", default=".nii.gz", choices=(".nii.gz", ".nii", ".nrrd", ".mha"))
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scan, mask = Path(folder) / f"scan{options.ending}", Path(folder) / f"mask{options.ending}"
        write_volume(whole_body(), scan)
        command = [sys.executable, "-m", "PancreasSegLib", "segment", str(scan), "-o", str(mask)]
        began = time.perf_counter()
        subprocess.run([*command, "--model", options.model, "--device", options.device], check=True)
        seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{'Peak memory':<16}{used.ru_maxrss * 1024 / 1e9:8.2f} GB")
    print(f"{'Time':<16}{seconds:8.2f} s")
    print(f"{'Processor time':<16}{used.ru_utime + used.ru_stime:8.2f} s")


if __name__ == "__main__":
    main()
