"""How long a segmentation takes, what memory it needs, how much of the machine it uses.

    .venv/bin/python Testing/benchmarks/speed.py                        # the phantom
    .venv/bin/python Testing/benchmarks/speed.py SCAN [REFERENCE]       # a scan of yours
    .venv/bin/python Testing/benchmarks/speed.py SCAN --precision float32

Every number is of a warm run, reading and writing included, in a process of its own. "Matrix rate"
is the floating-point work of the convolutions over their time, as a share of what a plain matrix
product of the same precision reaches on this machine just before.
"""

from __future__ import annotations

import argparse
import dataclasses
import resource
import tempfile
import time
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.segmenter import CNN, FIND, RECURRENCE, Segmenter
from PancreasSegLib.volume.reading import read_mask, read_volume
from PancreasSegLib.volume.volume import Volume
from PancreasSegLib.volume.writing import write_mask, write_volume

NETWORK_STEPS = (FIND, CNN, RECURRENCE)


def matrix_rate(compute: Compute, size: int = 2048, seconds: float = 2.0) -> float:
    """Floating-point operations a second of a plain square matrix product."""
    a = torch.randn(size, size, device=compute.device).to(compute.precision)
    b = torch.randn(size, size, device=compute.device).to(compute.precision)
    a @ b
    began, products = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        a @ b
        if compute.device.type == "cuda":
            torch.cuda.synchronize()
        products += 1
    return 2 * size**3 * products / (time.perf_counter() - began)


def run(segmenter: Segmenter, scan: Path, output: Path) -> tuple[dict[str, float], Volume]:
    """Seconds of reading, of each step, of writing and in total; and the mask."""
    began = time.perf_counter()
    volume = read_volume(scan)
    read = time.perf_counter()
    result = segmenter.segment(volume)
    segmented = time.perf_counter()
    write_mask(result.mask, output, like=scan)
    ended = time.perf_counter()
    seconds = {"Reading": read - began, **result.report.seconds, "Writing": ended - segmented}
    return seconds | {"Total": ended - began}, result.mask


def operations(segmenter: Segmenter, scan: Path) -> int:
    """Floating-point operations of all convolutions for one scan."""
    with FlopCounterMode(display=False) as counter:
        segmenter.segment(read_volume(scan))
    return int(counter.get_total_flops())


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scan", nargs="?", type=Path)
    parser.add_argument("reference", nargs="?", type=Path)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", choices=["float32", "bfloat16", "float16"])
    options = parser.parse_args()
    segmenter = Segmenter(options.model, options.device)
    if options.precision:
        precision = getattr(torch, options.precision)
        segmenter.compute = dataclasses.replace(segmenter.compute, precision=precision)
    with tempfile.TemporaryDirectory() as folder:
        scan, reference = options.scan, options.reference
        if scan is None:
            scan, reference = (Path(folder) / f"synthetic-{n}.nii.gz" for n in ("ct", "pancreas"))
            phantom = synthetic_ct()
            write_volume(phantom.image, scan)
            write_mask(phantom.pancreas, reference)
        run(segmenter, scan, Path(folder) / "warm-up.nii.gz")
        seconds, mask = run(segmenter, scan, Path(folder) / "mask.nii.gz")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        on_device = torch.cuda.max_memory_reserved() if torch.cuda.is_available() else 0
        rate = matrix_rate(segmenter.compute)
        work = operations(segmenter, scan)
        dice = None if reference is None else evaluate(mask, read_mask(reference)).dice
    print(f"{mask.array.shape[::-1]} voxels, {segmenter.model.manifest.name}, ", end="")
    print(f"{segmenter.compute.device}, {segmenter.compute.precision_name}, ", end="")
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    for step, duration in seconds.items():
        print(f"{step:<32}{duration:8.2f} s")
    print(f"{'Peak memory':<32}{peak / 1e9:8.2f} GB")
    if segmenter.compute.device.type == "cuda":
        print(f"{'Peak memory on the device':<32}{on_device / 1e9:8.2f} GB")
    in_networks = sum(seconds.get(step, 0.0) for step in NETWORK_STEPS)
    print(f"{'Convolutions':<32}{work / 1e12:8.2f} Tflop in {in_networks:.2f} s of network steps")
    print(f"{'Matrix product, same precision':<32}{rate / 1e9:8.0f} Gflop/s")
    print(f"{'Matrix rate':<32}{work / in_networks / rate:8.0%}")
    if dice is not None:
        print(f"{'DSC':<32}{dice:8.4f}")


if __name__ == "__main__":
    main()
