"""The sanity report on the training data, made before the first step."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from PancreasSegLib.training.stack import Stack

# Share of the window [-100, 240] HU that enhanced liver and spleen fill: 60 to 170 HU.
PARENCHYMA = (0.47 * 255, 0.79 * 255)
# The liver is on the patient's right. On the 14 BTCV scans at hand the bright tissue of the right
# half was 0.56 to 2.47 times that of the left half, below 1 in one of them.
LEAST_RIGHT_TO_LEFT = 0.7
PLAUSIBLE_ML = (20.0, 200.0)


@dataclass(frozen=True)
class CaseReport:
    """What was found in one stack, on the training grid."""

    name: str
    kind: str
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    grey_percentiles: tuple[float, float, float]
    pancreas_ml: float
    pancreas_slices: int
    right_to_left: float
    warnings: tuple[str, ...]


def inspect(stack: Stack, spacing_mm: tuple[float, float, float]) -> CaseReport:
    """Size, grey levels (percentiles 1, 50, 99 of the window), mask volume and left-right check."""
    ml = float(stack.mask.sum()) * float(np.prod(spacing_mm)) / 1000
    ratio = right_to_left(stack)
    return CaseReport(
        stack.name,
        "loose slice" if stack.loose else "scan",
        (stack.image.shape[0], stack.image.shape[1], stack.image.shape[2]),
        spacing_mm,
        tuple(round(float(p) / 255, 3) for p in np.percentile(stack.image, (1, 50, 99))),  # type: ignore[arg-type]
        round(ml, 1),
        int(stack.mask.any(axis=(1, 2)).sum()),
        round(ratio, 2),
        tuple(_warnings(stack, ml, ratio)),
    )


def _warnings(stack: Stack, ml: float, ratio: float) -> list[str]:
    warnings = []
    if not stack.mask.any():
        warnings.append("the reference mask is empty on the training grid")
    elif not stack.loose and not PLAUSIBLE_ML[0] <= ml <= PLAUSIBLE_ML[1]:
        warnings.append(f"the reference mask has {ml:.0f} ml; look whether it is the pancreas")
    if not stack.loose and ratio < LEAST_RIGHT_TO_LEFT:
        warnings.append("the liver seems to be at the left; look whether the scan is mirrored")
    if stack.image.max() == stack.image.min():
        warnings.append("the image is constant inside the window")
    return warnings


def right_to_left(stack: Stack) -> float:
    """Parenchyma in the right half of the body over that in the left half, at pancreas level."""
    slices = stack.image[stack.mask.any(axis=(1, 2))]
    tissue = (slices > PARENCHYMA[0]) & (slices < PARENCHYMA[1])
    columns = np.flatnonzero((slices > PARENCHYMA[0]).any(axis=(0, 1)))
    if columns.size == 0:
        return 1.0
    middle = (columns[0] + columns[-1]) // 2
    return float(tissue[..., :middle].sum() / max(tissue[..., middle:].sum(), 1))


def report(
    stacks: tuple[Stack, ...], spacing_mm: tuple[float, float, float]
) -> list[dict[str, object]]:
    """The report on all stacks, JSON-ready."""
    return [asdict(inspect(stack, spacing_mm)) for stack in stacks]


def as_text(rows: list[dict[str, object]]) -> str:
    """A table for people: one line a scan, one line for all loose slices, then the warnings."""
    lines = [
        f"{'scan':<14}{'slices':>8}{'rows':>6}{'columns':>9}{'pancreas ml':>13}{'right/left':>12}"
    ]
    for row in rows:
        if row["kind"] == "scan":
            depth, height, width = row["shape"]  # type: ignore[misc]
            lines.append(
                f"{row['name']:<14}{depth:>8}{height:>6}{width:>9}{row['pancreas_ml']:>13}"
                f"{row['right_to_left']:>12}"
            )
    loose = sum(row["kind"] == "loose slice" for row in rows)
    lines.append(f"and {loose} loose slices" if loose else "no loose slices")
    lines += [f"WARNING {r['name']}: {w}" for r in rows for w in r["warnings"]]  # type: ignore[attr-defined]
    return "\n".join(lines)
