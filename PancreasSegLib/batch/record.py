"""What a batch knows of a case: a JSON file beside its mask, by which a batch is taken up again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PancreasSegLib.batch.cases import Case
from PancreasSegLib.errors import InputError
from PancreasSegLib.version import __version__
from PancreasSegLib.volume.scan_files import scan_files


@dataclass(frozen=True)
class Record:
    """The outcome of one case.

    made_from: what it depends on; another scan, reference, model or version makes it
        anew.
    error: why it failed, as a sentence; None if it did not. report, evaluation: as `segment` and
    `evaluate` write them; the evaluation only where there is a reference.
    """

    case: str
    made_from: dict[str, Any]
    error: str | None = None
    report: dict[str, Any] | None = None
    evaluation: dict[str, Any] | None = None

    @property
    def doubt(self) -> tuple[int, float]:
        """Sorts records from the most doubtful on: failed, nothing found, then by expected DSC.

        Where the model expects none, by its agreement with the one that finds the region.
        """
        if self.report is None:
            return 0, 0.0
        if not self.report["found"]:
            return 1, 0.0
        known = [self.report["expected_dice"], self.report["agreement"]]
        return 2, next((float(value) for value in known if value is not None), 1.0)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def read_record(path: Path) -> Record | None:
    """The record in `path`; None where there is none that can be read: the case is done anew."""
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def made_from(case: Case, models: list[dict[str, str]]) -> dict[str, Any]:
    """What the outcome of `case` depends on: its files as they are now, the series and phase
    of it, the models' weights and settings, and the version of this software."""
    files = [path for path in (case.scan, case.reference) if path is not None]
    dependencies = {
        "files": [_state(path) for path in files],
        "models": models,
        "PancreasSeg": __version__,
    }
    if (case.series, case.phase) != (None, None):
        dependencies["choice"] = [case.series, case.phase]
    return dependencies


def _state(path: Path) -> list[Any]:
    """Where a scan or mask lies, and size and time of its file; of several files one hash of these.

    Of one that cannot be opened there is none: reading it tells why.
    """
    where = os.path.realpath(path)
    try:
        files = {name: file.stat() for name, file in scan_files(path).items()}
    except (InputError, OSError):
        files = {}
    states = [(name, state.st_size, state.st_mtime_ns) for name, state in files.items()]
    if len(states) == 1:
        return [where, *states[0][1:]]
    return [where, hashlib.sha256(json.dumps(states).encode()).hexdigest()]
