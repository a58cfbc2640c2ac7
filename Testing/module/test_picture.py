"""The panel, drawn: nothing is cut off at 400 pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from Testing.slicer.module_fixtures import until

WIDTH = 400


def test_the_panel_is_usable_at_400_pixels(
    widget: Any, scan: Any, reference: Any, random_model: Path, tmp_path: Path
) -> None:
    """On the stand-in of Slicer's widgets, after a segmentation and a comparison."""
    from PySide6 import QtWidgets

    ui = widget.ui
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.reference = reference
    widget.panel.parameters.model = str(random_model)
    ui.segmentButton.click()
    until(lambda: not widget.panel.is_running)
    ui.compareButton.click()

    widget.parent.resize(WIDTH, widget.layout.totalHeightForWidth(WIDTH))
    widget.parent.show()
    until(ui.metricsTable.isVisible)
    widget.parent.resize(WIDTH, widget.layout.totalHeightForWidth(WIDTH))
    picture = widget.parent.grab()

    assert picture.save(str(tmp_path / "panel.png"))
    assert widget.parent.minimumSizeHint().width() <= WIDTH
    assert picture.width() == WIDTH
    for name, one in vars(ui).items():
        if isinstance(one, QtWidgets.QPushButton) and one.isVisible():
            assert one.sizeHint().width() <= one.width, name
