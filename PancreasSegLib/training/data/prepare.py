"""The training cache made beforehand, several scans at a time; what is there is not made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.jobs.spread import Workers, spread
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.training.data.training_set import cached_scan, find_scans
from PancreasSegLib.training.recipe.config import Data, TrainingConfig


@dataclass(frozen=True)
class _Scan:
    case: Case
    data: Data
    cache: Path


def prepare(
    config: TrainingConfig,
    workers: Workers | None = None,
    tell: Callable[[str, float], None] = lambda name, fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Put all scans of `config` into its cache; how many there are. `tell` hears of each.

    Raises `InputError` for a scan that cannot be read, once the others are done, and `Cancelled`:
    the next call goes on.
    """
    cache = config.path(config.data.cache)
    make_folder(cache)
    jobs = {case.name: _Scan(case, config.data, cache) for case in find_scans(config)}
    failures = []
    for number, (name, result) in enumerate(
        spread(_cache, jobs, workers or Workers(), cancelled), start=1
    ):
        tell(name, number / len(jobs))
        if isinstance(result, PancreasSegError):
            failures.append(result)
    if failures:
        raise failures[0]
    return len(jobs)


def _cache(scan: _Scan) -> None:
    cached_scan(scan.case, scan.data, scan.cache)
