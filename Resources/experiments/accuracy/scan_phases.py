"""The phase of contrast medium of each scan: the median HU of organs inside their labels.

    .venv/bin/python Resources/experiments/accuracy/scan_phases.py --scans ../shared/data/ct_volumes

One line a scan. In the portal venous phase the aorta is about as bright as the kidneys; without
contrast medium it has some 40 HU, in an arterial phase more than 200.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from kinds.examination import Examination, read_examination

from PancreasSegLib.files.markdown_table import markdown_table
from PancreasSegLib.phantom.tissue import Organ

ORGANS = (Organ.AORTA, Organ.LEFT_KIDNEY, Organ.PANCREAS, Organ.LIVER)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=Path, required=True)
    scans = parser.parse_args().scans
    rows = []
    for path in sorted(scans.glob("*_organs.nii.gz")):
        name = path.name.removesuffix("_organs.nii.gz")
        rows.append([name, *(f"{hu:.0f}" for hu in medians_hu(read_examination(scans, name)))])
    heads = [organ.name.lower().replace("_", " ") for organ in ORGANS]
    print(markdown_table(["scan", *heads], rows))


def medians_hu(examination: Examination) -> list[float]:
    """Of each of ORGANS."""
    labels, hu = examination.organs.array, examination.scan.array
    return [float(np.median(hu[labels == organ])) for organ in ORGANS]


if __name__ == "__main__":
    main()
