"""The numbers of Cai et al. 2017, Table 1, to stand beside ours."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from PancreasSegLib.experiments.definitions import definitions_folder


@dataclass(frozen=True)
class Spread:
    """Of a measure from 0 to 1 over all cases."""

    mean: float
    sd: float
    worst: float
    best: float


def published(row: str | None, modality: str, measure: str) -> Spread | None:
    """What the paper gives for its `row` in `modality`; None where it gives nothing.

    measure: dice or jaccard. Raises `InputError` where the paper's numbers are not installed.
    """
    cells = _table().get(row or "", {}).get(modality, {})
    if measure not in cells:
        return None
    return Spread(*(round(value / 100, 4) for value in cells[measure]))


def published_rows(modality: str) -> list[str]:
    """The paper's rows that have anything for `modality`, in its order."""
    return [row for row, cells in _table().items() if modality in cells]


def _table() -> dict[str, Any]:
    path = definitions_folder() / "published" / "table1.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
