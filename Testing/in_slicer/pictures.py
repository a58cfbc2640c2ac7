"""Runs in Slicer: the synthetic CT is segmented and compared, the window and the panel are drawn.

Arguments: pictures FOLDER. Writes `slicer-window.png` and `slicer-panel.png`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import qt
import slicer
import slicer.util

sys.path.insert(0, str(Path(sys.argv[0]).resolve().parents[2]))
from Testing.in_slicer import desk

SIZE = (1366, 768)
PANEL_WIDTH = 400
SECONDS_FOR_THE_MODEL = 200


def main(folder: Path) -> None:
    """Do what the tutorial says, at the size of a small laptop's screen."""
    window = slicer.util.mainWindow()
    window.setGeometry(0, 0, *SIZE)
    for name in ("PythonConsoleDockWidget", "ErrorLogDockWidget"):
        for dock in slicer.util.findChildren(window, name):
            dock.hide()
    slicer.util.findChild(window, "PanelDockWidget").setFixedWidth(PANEL_WIDTH)
    volume, truth = sys.modules["PancreasSeg"].make_synthetic_sample()
    ui = desk.open_module()
    desk.choose(ui.inputSelector, volume)
    desk.click(ui.segmentButton)
    desk.wait_for_run(SECONDS_FOR_THE_MODEL)
    desk.wait(2)  # the views draw
    save(window.grab(), folder / "slicer-window.png")
    desk.choose(ui.referenceSelector, truth)
    desk.click(ui.compareButton)
    desk.wait(1)
    save(slicer.util.getModuleWidget("PancreasSeg").parent.grab(), folder / "slicer-panel.png")


def save(picture: Any, path: Path) -> None:
    """As PNG; an error if that cannot be done."""
    if not isinstance(picture, qt.QPixmap) or not picture.save(str(path)):
        raise OSError(f"{path} cannot be written.")


if __name__ == "__main__":
    exit_code = 1
    try:
        main(Path(sys.argv[2]))
        exit_code = 0
    finally:
        slicer.util.exit(exit_code)
