"""How fast a cross-validation trains, and what memory it needs.

    .venv/bin/python Testing/benchmarks/training.py CONFIG ... --output FOLDER \\
        [--fold K] [--device cuda] [--seconds 300]

It is `pancreasseg cross-validate`, with a clock: after so many seconds it stops, and the same
command goes on from the last checkpoint. The last lines are steps a second of every stage, and the
peak memory.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.training.proof.cross_validation import cross_validate
from PancreasSegLib.training.train import training_compute

WARM_UP_STEPS = 20
"""Not counted: the device chooses its algorithms, and workers start."""

STAGES = ("cnn", "rnn")


class TimeIsUpError(Exception):
    """The clock's way to end a training."""


class Clock:
    """Counts the steps of every stage; raises `TimeIsUpError` after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.perf_counter() + seconds
        self.steps: dict[str, list[float]] = {}
        self.what = ""

    def progress(self, progress: Progress) -> None:
        """What the training calls after every step."""
        now = time.perf_counter()
        if progress.step in STAGES:
            self.steps.setdefault(f"{self.what}, {progress.step}", []).append(now)
        if now > self.ends:
            raise TimeIsUpError

    def lines(self) -> list[str]:
        """Steps a second, stage by stage."""
        return [
            f"{stage}: {len(times)} steps, {steps_a_second(times)}"
            for stage, times in self.steps.items()
        ]


def steps_a_second(times: Sequence[float]) -> str:
    """By the moments of the steps' ends, without the first ones."""
    counted = times[WARM_UP_STEPS:]
    if len(counted) < 2:
        return "too few to time"
    return f"{(len(counted) - 1) / (counted[-1] - counted[0]):.2f} a second"


def main(arguments: Sequence[str] | None = None) -> None:
    """Train until it is done or time is up; print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("configs", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--fold", type=int, action="append", help="may be given again")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args(arguments)
    clock = Clock(options.seconds)
    try:
        for fold in range(options.folds) if options.fold is None else options.fold:
            for config in options.configs:
                clock.what = f"fold {fold}, {config.stem}"
                cross_validate(
                    [config],
                    options.folds,
                    options.output,
                    [fold],
                    options.device,
                    clock.progress,
                    print,
                )
    except TimeIsUpError:
        print(f"time was up in {clock.what}; the same command goes on from its last checkpoint")
    print(*clock.lines(), sep="\n")
    print(peak_memory(options.device))


def peak_memory(device: str) -> str:
    """The most that was taken of the device's memory by this process."""
    compute = training_compute(device)
    if compute.device.type == "cuda":
        name = torch.cuda.get_device_name(compute.device)
        peak = torch.cuda.max_memory_reserved(compute.device)
        return f"peak memory on {compute.device} ({name}): {peak / 1e9:.2f} GB"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"peak memory: {peak / 1e9:.2f} GB, on the CPU with {torch.get_num_threads()} threads"


if __name__ == "__main__":
    main()
