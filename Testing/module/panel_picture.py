"""A picture of the panel for the README: `python -m Testing.module.panel_picture OUT.png`.

After a segmentation of the synthetic CT and its comparison, on the stand-in of Slicer's widgets:
a line in the picture says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

WIDTH = 400
CAPTION = "The panel on a stand-in of Slicer's widgets, not Slicer's own window. Synthetic CT."


def main(path: Path) -> None:
    """Draw the panel into the file `path`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from Testing.slicer import headless_slicer
    from Testing.slicer.module_fixtures import close_widget, install_desktop, load_module

    headless_slicer.start()
    install_desktop()
    widget = load_module().PancreasSegWidget()
    try:
        use(widget)
        draw(widget, path)
    finally:
        close_widget(widget)
        headless_slicer.stop()


def use(widget: Any) -> None:
    """Do what a user does."""
    from Testing.slicer.module_fixtures import until

    volume, reference = sys.modules["PancreasSeg"].make_synthetic_sample()
    widget.panel.parameters.inputVolume = volume
    widget.panel.parameters.reference = reference
    until(lambda: not widget.panel.setup.probe.is_running)
    widget.ui.segmentButton.click()
    until(lambda: not widget.panel.is_running, seconds=300)
    widget.ui.compareButton.click()


def draw(widget: Any, path: Path) -> None:
    """At the width that Slicer gives to a panel."""
    import qt

    from Testing.slicer.module_fixtures import until

    caption = qt.QLabel(CAPTION)
    caption.wordWrap = True
    caption.styleSheet = "color: white; background: #804000; padding: 4px"
    widget.layout.insertWidget(0, caption)
    for _ in range(2):  # labels that wrap know their height once they have been shown
        widget.parent.resize(WIDTH, widget.layout.totalHeightForWidth(WIDTH))
        widget.parent.show()
        until(widget.ui.metricsTable.isVisible)
    if not widget.parent.grab().save(str(path)):
        raise SystemExit(f"{path} cannot be written.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
