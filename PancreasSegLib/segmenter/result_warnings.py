"""What a person must know before trusting a mask."""

from math import floor

import numpy as np

from PancreasSegLib.segmenter.measurements import Measurements
from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

PLAUSIBLE_ML = (20.0, 200.0)
"""Adults have 72 +- 26 ml of pancreas (Saisho et al. 2007, Clin Anat 20:933). Below 20 ml even a
shrunken organ is doubtful, above 200 ml even one with a large tumour or severe swelling."""


def volume_warnings(measured: Measurements) -> list[str]:
    """A warning for no pancreas at all, or for a volume outside PLAUSIBLE_ML."""
    low, high = PLAUSIBLE_ML
    if measured.volume_ml == 0:
        return [
            "No pancreas was found: the mask is empty. If there is one, check that the scan is a "
            "CT in Hounsfield units and not upside down."
        ]
    if low <= measured.volume_ml <= high:
        return []
    return [
        f"A volume of {measured.volume_ml:.1f} ml is implausible for an adult's pancreas "
        f"({low:g} to {high:g} ml): look at the mask before you use it."
    ]


NEAR_MM = 10.0
"""The mask often ends some slices before the scan does, where the network sees half an organ."""


def border_warnings(part: np.ndarray, box: Box, scan: Volume) -> list[str]:
    """Warnings where the boolean mask `part`, at `box` of the scan, ends near the scan's edge.

    Near is within NEAR_MM. Where voxels without a number were filled, the edge is that of the
    others.
    """
    inside = Box.of(part)
    if inside is None:
        return []
    seen = scan.field_of_view or Box((0, 0, 0), scan.grid.shape)
    start = np.add(box.start, inside.start) - seen.start
    stop = np.subtract(seen.stop, np.add(box.start, inside.stop))
    gaps = np.minimum(start, stop) * _steps_apart_mm(scan.grid)
    warnings = []
    if gaps[0] <= NEAR_MM:
        warnings.append(_near("the first or last slice of the scan", gaps[0]))
    if gaps[1:].min() <= NEAR_MM:
        warnings.append(_near("the edge of the scan's slices", gaps[1:].min()))
    return warnings


def _near(edge: str, gap: float) -> str:
    reach = f"reaches {edge}" if gap <= 0 else f"ends {gap:.0f} mm from {edge}"
    return (
        f"The mask {reach}: a part of the pancreas may be missing, and its volume be larger than "
        "stated."
    )


def clipped_warnings(seen: PatientBox, grid: Grid) -> list[str]:
    """A warning where what the coarse model holds for pancreas goes on to the scan's edge.

    The mask of the fine one may end before.
    """
    scan = PatientBox.of_grid(grid)
    gap = min(np.subtract(seen.low, scan.low).min(), np.subtract(scan.high, seen.high).min())
    if gap > NEAR_MM:
        return []
    return [
        "The model that finds the pancreas sees it go on to the edge of the scan: a part may be "
        "missing, and its volume be larger than stated."
    ]


def _steps_apart_mm(grid: Grid) -> np.ndarray:
    """(3,) mm between neighbouring planes of voxels, along k, j, i; less than a sheared step."""
    return np.asarray(1.0 / np.linalg.norm(np.linalg.inv(grid.affine[:3, :3]), axis=1))[::-1]


def region_warnings(part: np.ndarray, grid: Grid, whole: Grid) -> list[str]:
    """A warning where the mask reaches a face of the region that is not the scan's own edge.

    part: boolean mask on the region's `grid`, which was cut out of the `whole` scan's model grid.
    """
    inside = Box.of(part)
    if inside is None:
        return []
    start = np.rint(whole.to_index(grid.origin[None])[0, ::-1]).astype(int)
    at_low = (np.array(inside.start) == 0) & (start > 0)
    at_high = (np.array(inside.stop) == grid.shape) & (start + grid.shape < whole.shape)
    if not (at_low | at_high).any():
        return []
    return [
        "The mask reaches the edge of the region that was looked at: a part of the pancreas may "
        "be missing; check that the scan is not mirrored, and give a region of interest that "
        "holds the pancreas and 2 to 3 cm around it."
    ]


PORTAL_VENOUS_AORTA_HU = (75.0, 205.0)
"""In cross-validation the aorta has 88 to 199 HU in portal venous scans, their slabs and the like
(not where the file tells the wrong way up); where scans are made to look native 41 to 55, early
arterial 201 to 237. Of the 14 scans two are such themselves, of which the native one is warned
about: see Resources/experiments/accuracy."""


def contrast_warnings(aorta_hu: float | None) -> list[str]:
    """A warning for a scan of another phase of contrast medium; None where the aorta was not seen.

    For lack of enough other scans, the numbers are those of scans that were made to look so.
    """
    low, high = PORTAL_VENOUS_AORTA_HU
    if aorta_hu is None or low <= aorta_hu <= high:
        return []
    if aorta_hu < low:
        return [
            f"The aorta has about {aorta_hu:.0f} HU, as without contrast medium, and the model "
            "was mainly trained on portal venous scans. In those multiview-ct had a mean DSC of "
            "0.77, in the same ones made to look so 0.57: compare the mask with the scan slice "
            "by slice."
        ]
    return [
        f"The aorta has about {aorta_hu:.0f} HU, as in an early, arterial phase, and the model "
        "was mainly trained on portal venous scans. In those multiview-ct had a mean DSC of 0.77, "
        "in the same ones made to look so 0.63: compare the mask with the scan slice by slice."
    ]


LEAST_AGREEMENT = 0.6
"""Chosen by looking at the cross-validation: see Resources/experiments/accuracy."""


def agreement_warnings(agreement: float | None) -> list[str]:
    """A warning where the coarse and the fine model do not see the same pancreas."""
    if agreement is None or agreement >= LEAST_AGREEMENT:
        return []
    return [
        "The model that finds the pancreas and the one that segments it disagree on where it is "
        f"(Dice {_cut(agreement):.2f}; {LEAST_AGREEMENT:g} and more is usual). In the cross-"
        "validation of rnn64-ct such masks had a mean DSC of 0.64, the others 0.81: compare it "
        "with the scan slice by slice."
    ]


LEAST_EXPECTED_DICE = 0.7
"""Chosen by looking at the cross-validation: see Resources/experiments/accuracy."""


def doubt_warnings(expected_dice: float | None, agreement: float | None) -> list[str]:
    """A warning where the mask's own probabilities speak against it.

    Where they are not known to tell anything, where the models disagree: an average of several
    networks is often right where the coarse one is not.
    """
    if expected_dice is None:
        return agreement_warnings(agreement)
    if expected_dice >= LEAST_EXPECTED_DICE:
        return []
    return [
        f"By its probabilities the mask has an expected DSC of {_cut(expected_dice):.2f} "
        f"({LEAST_EXPECTED_DICE:g} and more is usual). In the cross-validation of "
        "multiview-ct such masks had a mean DSC of 0.73, the others 0.80: compare it with the scan "
        "slice by slice."
    ]


def _cut(dice: float) -> float:
    return floor(100 * dice) / 100  # 0.599 must not read as 0.60


WIDEST_REGION_MM = 260.0
"""The models were trained on crops of up to 192 mm around the pancreas, moved by 30 mm. With 50 mm
more than the automatic region on every side, a scan lost 4 points of DSC with earlier weights; as a
whole, 50."""


def wide_region_warnings(roi: PatientBox) -> list[str]:
    """A warning where the user's region is much larger than what the model was trained on."""
    if roi.extent.max() <= WIDEST_REGION_MM:
        return []
    return [
        f"The region of interest is {roi.extent.max():.0f} mm long: far from the pancreas the "
        "model takes other organs for it; draw it around the pancreas with 2 to 3 cm to spare."
    ]
