"""Runs that are killed at random moments: each leaves no result, or a whole one.

    .venv/bin/python -m Testing.fuzzing.kills --count 200 --seed 1

A run is a fork of this process, so that it begins at once; SIGKILL lets it clean up nothing. What
may be left besides is a hidden temporary file.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from PancreasSegLib.command_line.main import main as pancreasseg
from PancreasSegLib.networks import JAC
from PancreasSegLib.volume.reading import read_mask
from Testing.fuzzing.seeds import make_seed
from Testing.in_slicer.tiny_model import save

NOTHING, WHOLE, BROKEN = "no result", "a whole result", "a broken result"


def one_run(folder: Path, model: Path, scan: Path, seconds: float | None) -> float:
    """Segment in a child, which is killed after `seconds`; how long it lived."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        mask, report = folder / "mask.nii.gz", folder / "report.json"
        command = ["segment", str(scan), "-o", str(mask), "--report", str(report)]
        os._exit(pancreasseg([*command, "--model", str(model)]))
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return time.perf_counter() - began


def left_in(folder: Path, wanted: np.ndarray) -> str:
    """What the results in `folder` are; `wanted` is the mask of a run that was not killed."""
    mask, report = folder / "mask.nii.gz", folder / "report.json"
    visible = [path for path in folder.iterdir() if not path.name.startswith(".pancreasseg-")]
    if not visible:
        return NOTHING
    try:
        if mask in visible and not (read_mask(mask).array == wanted).all():
            return BROKEN
        if report in visible:
            json.loads(report.read_text(encoding="utf-8"))
    except Exception as error:
        print(f"{error!r}")
        return BROKEN
    return WHOLE


def run(count: int, seed: int) -> Counter[str]:
    """Kill `count` runs, each at a moment between its start and its usual end."""
    endings: Counter[str] = Counter()
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        home = Path(name)
        save(JAC(channels=2, blocks=1, scales=2), "tiny", home, (6.0, 6.0, 8.0))
        scan, model, whole = make_seed("NIfTI", home), home / "tiny.json", home / "whole"
        whole.mkdir()
        usual = max(one_run(whole, model, scan, None) for _ in range(2))
        wanted = read_mask(whole / "mask.nii.gz").array
        for number in range(count):
            folder = home / str(number)
            folder.mkdir()
            # Many of the moments lie at the end, where the results are written.
            share = random.random() if random.random() < 0.5 else 0.7 + 0.4 * random.random()
            one_run(folder, model, scan, share * usual)
            endings[left_in(folder, wanted)] += 1
    return endings


def main() -> int:
    """Kill runs, and print what they left; 1 if that was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    endings = run(options.count, options.seed)
    for ending, count in endings.most_common():
        print(f"{count:6} {ending}")
    return 1 if endings[BROKEN] else 0


if __name__ == "__main__":
    sys.exit(main())
