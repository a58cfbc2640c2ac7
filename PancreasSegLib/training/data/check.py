"""What is wrong with the scans and references of a download: each pair is read and looked at."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.jobs.spread import Workers, spread
from PancreasSegLib.segmenter.result_warnings import PLAUSIBLE_ML
from PancreasSegLib.training.data.cases import Case, complete_pairs, listed_cases
from PancreasSegLib.training.data.public_sets import PublicSet, is_mri, odd_names
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.volume import Volume, read_volume

TISSUE_HU = (-50.0, 250.0)
"""A pancreas with the fat and the vessels at its border, in any phase."""

IN_PLACE = 0.96
"""The share of a reference's voxels that are TISSUE_HU where it lies right. Measured on the 14 BTCV
scans at hand (clipped to -125 to 275 HU): at least 0.97 as they are, at most 0.96 flipped along
rows; of flips along columns 3 and along slices 1 still lie in soft tissue, and are not seen."""

FLIPS = {"rows": 1, "columns": 2, "slices": 0}


@dataclass(frozen=True)
class CheckedCase:
    """What was found: sentences on what is wrong, the reference's volume, the scan's hash."""

    name: str
    problems: tuple[str, ...]
    pancreas_ml: float = 0.0
    sha256: str = ""


@dataclass(frozen=True)
class CheckedSet:
    """A set with all that is wrong with it."""

    kind: str
    cases: tuple[CheckedCase, ...]
    problems: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """True where nothing is wrong with the set or any case of it."""
        return not self.problems and not any(case.problems for case in self.cases)


def check_set(
    found: PublicSet,
    workers: Workers | None = None,
    tell: Callable[[str, float], None] = lambda name, fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> CheckedSet:
    """Read all pairs of a set, several at a time by `workers`; `tell` hears of each.

    Raises `InputError` where a `dataset.json` names no cases or no pancreas, and `Cancelled`.
    """
    cases = {case.name: case for case in _cases(found)}
    complete = {name: case for name, case in cases.items() if all(p.exists() for p in case.files)}
    checked = [_incomplete(case) for name, case in cases.items() if name not in complete]
    for name, result in spread(check_case, complete, workers or Workers(), cancelled):
        tell(name, (len(checked) + 1) / len(cases))
        if isinstance(result, PancreasSegError):
            result = CheckedCase(name, (str(result),))
        checked.append(result)
    checked = [_of_modality(found, case) for case in sorted(checked, key=lambda case: case.name)]
    problems = chain(odd_names(found), _duplicates(checked))
    return CheckedSet(found.kind, tuple(checked), tuple(problems))


def _cases(found: PublicSet) -> list[Case]:
    folder, source = Path(found.source.folder), found.source
    dataset = folder / "dataset.json"
    if dataset.is_file():
        return listed_cases(dataset, source.label)
    return complete_pairs(source, folder)


def _incomplete(case: Case) -> CheckedCase:
    missing = [str(path) for path in case.files if not path.exists()]
    return CheckedCase(case.name, (f"{' and '.join(missing)} is not there; get it again.",))


def check_case(case: Case) -> CheckedCase:
    """Read and compare a scan and its reference; raises `InputError` where one cannot be read."""
    scan = read_volume(case.image)
    reference = read_reference(case, scan)
    ml = float(reference.array.sum(dtype=np.int64)) * abs(np.linalg.det(scan.affine[:3, :3])) / 1000
    content = hashlib.sha256(scan.array.tobytes()).hexdigest()
    return CheckedCase(case.name, tuple(_problems(scan, reference, ml)), round(ml, 1), content)


def _problems(scan: Volume, reference: Volume, ml: float) -> Iterator[str]:
    if reference.array.shape != scan.array.shape:
        sizes = [" x ".join(map(str, v.array.shape[::-1])) for v in (reference, scan)]
        yield f"The reference has {sizes[0]} voxels, the scan {sizes[1]}."
    elif not reference.grid.is_same_as(scan.grid):
        yield "The reference has the scan's voxels, but another spacing, origin or direction."
    elif not reference.array.any():
        yield "The reference is empty: no pancreas, or one that was not outlined."
    else:
        flipped = flipped_along(scan.array, reference.array != 0)
        if flipped is not None:
            yield f"The reference seems to be flipped: its {flipped} lie the other way round."
        if not PLAUSIBLE_ML[0] <= ml <= PLAUSIBLE_ML[1]:
            yield f"The reference has {ml:.0f} ml; look whether it is the pancreas."


def flipped_along(scan: np.ndarray, mask: np.ndarray) -> str | None:
    """Of which axis the voxels of the mask lie the other way round: "rows", "columns", "slices".

    scan: (k, j, i) in HU; mask: boolean, of the same shape. None where the mask lies in soft tissue
    as it is, or where no flip puts it there.
    """
    if _share_of_tissue(scan, mask) >= IN_PLACE:
        return None
    shares = {name: _share_of_tissue(scan, np.flip(mask, axis)) for name, axis in FLIPS.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= IN_PLACE else None


def _share_of_tissue(scan: np.ndarray, mask: np.ndarray) -> float:
    inside = scan[mask]
    return float(((inside >= TISSUE_HU[0]) & (inside <= TISSUE_HU[1])).mean())


def _of_modality(found: PublicSet, case: CheckedCase) -> CheckedCase:
    if not is_mri(found, case.name):
        return case
    note = "An MRI scan, by its number; move it away to train on CT."
    return replace(case, problems=(note,))


def _duplicates(cases: list[CheckedCase]) -> Iterator[str]:
    same = defaultdict(list)
    for case in cases:
        if case.sha256:
            same[case.sha256].append(case.name)
    for names in same.values():
        if len(names) > 1:
            yield f"{', '.join(names)} are the same scan; keep one."
