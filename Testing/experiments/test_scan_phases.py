"""The phase of a scan is told by the grey values inside its organ labels."""

from __future__ import annotations

import numpy as np
from kinds.examination import Examination
from scan_phases import ORGANS, medians_hu

from PancreasSegLib.phantom.tissue import Organ
from PancreasSegLib.volume import Volume


def test_each_organ_has_the_median_of_its_own_voxels() -> None:
    organs = np.array([[[*ORGANS, Organ.AORTA, Organ.AORTA, 0]]], dtype=np.uint8)
    scan = np.array([[[120, 110, 70, 90, 140, 400, -1000]]], dtype=np.float32)
    volumes = (Volume(array, np.eye(4)) for array in (scan, organs == Organ.PANCREAS, organs))

    assert medians_hu(Examination(*volumes)) == [140, 110, 70, 90]
