"""Mutated scan files: each ends in a valid mask or a plain sentence, never in anything else.

    .venv/bin/python -m Testing.fuzzing.files --count 500 --seed 1

Bytes of NIfTI, NRRD, MetaImage and DICOM files are changed, cut out, doubled and cut short. Every
file is read and checked in a process of its own with a time limit; one in SHARE goes through the
whole command. What ends otherwise is told with the number that makes it again: `--only NUMBER`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from PancreasSegLib.command_line.main import main as pancreasseg
from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.networks import JAC
from PancreasSegLib.process import exit_codes
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.volume.reading import read_mask, read_volume
from Testing.fuzzing.mutations import mutated
from Testing.fuzzing.seeds import SEEDS, make_seed
from Testing.in_slicer.tiny_model import save

SECONDS = 120.0
SHARE = 25
MASK, REFUSED, CRASH, HANG, UNTOLD, LEFT = (
    "read, or a valid mask",
    "a plain sentence",
    "a crash",
    "a hang",
    "a traceback or no sentence",
    "something half-written",
)
FINE = (MASK, REFUSED)
_OF_CODE = {0: MASK, 1: REFUSED, 2: UNTOLD, 3: LEFT}


@dataclass(frozen=True)
class Case:
    """One mutated file: the same number and seed always make the same."""

    number: int
    seed: int

    @property
    def kind(self) -> str:
        """The kind of its file."""
        return list(SEEDS)[self.number % len(SEEDS)]

    @property
    def whole_command(self) -> bool:
        """Whether it goes through the whole command."""
        return self.number // len(SEEDS) % SHARE == 0

    def write(self, folder: Path) -> Path:
        """The scan, mutated."""
        scan = make_seed(self.kind, folder)
        file = scan if scan.is_file() else sorted(scan.iterdir())[self.number % 3]
        random = np.random.default_rng([self.seed, self.number])
        file.write_bytes(mutated(file.read_bytes(), random))
        return scan


def outcome(case: Case, model: Path | None) -> str:
    """How it ended: one of the names above; `model` is that of the whole command."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        scan = case.write(folder)
        work = _segmented if case.whole_command and model is not None else _read
        child = os.fork()
        if child == 0:
            os._exit(_quietly(work, scan, model, folder))
        code = _waited(child)
        told = (folder / "told.txt").read_text(encoding="utf-8", errors="replace")
    if code is None:
        return HANG
    if code < 0:
        return CRASH
    return UNTOLD if "Traceback" in told or "Warning:" in told else _OF_CODE.get(code, UNTOLD)


def _quietly(
    work: Callable[[Path, Path | None, Path], int], scan: Path, model: Path | None, folder: Path
) -> int:
    """The exit code of `work`, with all that it says in a file."""
    said = os.open(folder / "told.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.stdout = sys.stderr = os.fdopen(said, "w", encoding="utf-8")
    try:
        code = work(scan, model, folder)
    except PancreasSegError as error:
        code = 1 if str(error) and "\n" not in str(error) else 2
    except BaseException as error:
        print(f"Traceback: {error!r}")
        code = 2
    sys.stdout.flush()
    return code


def _read(scan: Path, model: Path | None, folder: Path) -> int:
    volume = read_volume(scan)
    Job(volume).check()
    return 0 if volume.array.ndim == 3 and np.isfinite(volume.affine).all() else 2


def _segmented(scan: Path, model: Path | None, folder: Path) -> int:
    output = folder / "results"
    output.mkdir()
    mask = output / "mask.nii.gz"
    code = pancreasseg(["segment", str(scan), "-o", str(mask), "--model", str(model)])
    left = list(output.iterdir())
    if code in (exit_codes.DONE, exit_codes.NO_PANCREAS):
        fits = read_mask(mask)
        return 0 if left == [mask] and fits.array.ndim == 3 else 3
    return 1 if not left else 3


def _waited(child: int) -> int | None:
    """The exit code, below 0 for a signal; None, and the end, where it takes too long."""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run(count: int, seed: int, model: Path | None, only: int | None = None) -> Counter[str]:
    """How often each ending came; what is not fine is printed."""
    endings: Counter[str] = Counter()
    for number in range(count) if only is None else [only]:
        case = Case(number, seed)
        ended = outcome(case, model)
        endings[ended] += 1
        if ended not in FINE:
            print(f"{number} ({case.kind}): {ended}", flush=True)
    return endings


def main() -> int:
    """Fuzz, and print how the files ended; 1 if one of them ended badly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-model-") as folder:
        save(JAC(channels=2, blocks=1, scales=2), "tiny", Path(folder), (6.0, 6.0, 8.0))
        model = Path(folder) / "tiny.json"
        endings = run(options.count, options.seed, model, options.only)
    for ending, count in endings.most_common():
        print(f"{count:6} {ending}")
    return 0 if all(ending in FINE for ending in endings) else 1


if __name__ == "__main__":
    sys.exit(main())
