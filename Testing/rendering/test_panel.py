"""Panels of a scan: what is not shown costs nothing."""

from __future__ import annotations

import tracemalloc

import numpy as np

from PancreasSegLib.rendering.panel import draw_panels, whole_scan
from PancreasSegLib.rendering.planes import VIEWS, Plane
from PancreasSegLib.volume.volume import Volume


def test_panels_of_a_whole_scan_need_far_less_memory_than_the_scan() -> None:
    scan = Volume(np.zeros((100, 200, 200), dtype=np.int16), np.eye(4))
    masks = [scan.with_array(np.zeros(scan.array.shape, dtype=np.uint8))]
    planes = [Plane(view, 50.0) for view in VIEWS]

    tracemalloc.start()
    panels = draw_panels(scan, masks, planes, whole_scan(scan.grid), longest=100)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [panel.shape for panel in panels] == [(101, 101, 3), (50, 101, 3), (50, 101, 3)]
    assert most < scan.array.nbytes / 4
