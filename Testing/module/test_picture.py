"""The panel, drawn: nothing is cut off at 400 pixels, and what is used first is seen first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from Testing.slicer.module_fixtures import until

WIDTH = 400
NARROW = 396  # Slicer's own width of the panel on a small screen
IN_SIGHT = 330  # what a screen of 1366 x 768 leaves of the panel, without Slicer's own parts


@pytest.fixture(params=[10, 14])
def points(desktop: Any, request: pytest.FixtureRequest) -> Iterator[int]:
    """The size of the application's font."""
    font = desktop.font()
    larger = desktop.font()
    larger.setPointSize(request.param)
    desktop.setFont(larger)
    yield request.param
    desktop.setFont(font)


def warn(widget: Any, *warnings: str) -> None:
    """Let the result have a report as the engine writes it."""
    from PancreasSegLib.slicer_adapter.nodes.report import put_report

    report = {"found": True, "volume_ml": 70.0, "warnings": list(warnings), "device": "cpu"}
    report |= {"intensity_mean": 69, "intensity_sd": 34, "intensity_unit": "HU"}
    report |= {"model": {"name": "multiview-ct"}}
    put_report(widget.panel.parameters.outputSegmentation, report)
    widget.panel.result.measure()


def fit(widget: Any, width: int) -> None:
    for _ in range(2):  # labels that wrap know their height once they have been shown
        widget.parent.resize(width, widget.layout.totalHeightForWidth(width))
        widget.parent.show()
        until(widget.ui.segmentButton.isVisible)


def test_the_panel_is_usable_in_a_narrow_window_and_with_a_large_font(
    points: int, segmented: Any, reference: Any, tmp_path: Path
) -> None:
    """On the stand-in of Slicer's widgets, after a segmentation and a comparison."""
    from PySide6 import QtWidgets

    ui = segmented.ui
    segmented.panel.parameters.reference = reference
    warn(segmented, "One.")
    ui.compareButton.click()
    ui.advancedCollapsibleButton.collapsed = False
    ui.setupCollapsibleButton.collapsed = False

    fit(segmented, NARROW)
    picture = segmented.parent.grab()

    assert picture.save(str(tmp_path / "panel.png"))
    assert segmented.parent.minimumSizeHint().width() <= NARROW
    assert picture.width() == NARROW
    for name, one in vars(ui).items():
        is_text = isinstance(one, QtWidgets.QPushButton | QtWidgets.QCheckBox)
        if is_text and one.isVisible():
            assert one.sizeHint().width() <= one.width, name


def test_a_long_name_without_blanks_does_not_widen_the_panel(segmented: Any) -> None:
    ui, long = segmented.ui, "Patient_with_a_long_name" * 5
    segmented.panel.dialogs.path = f"/scans/{long}"
    for button in (ui.batchScansButton, ui.batchOutputButton):
        button.click()
    for label in (ui.reasonLabel, ui.messageLabel, ui.resultLabel, ui.batchProgressLabel):
        label.text = f"{long} (3 of 80)"
        label.setVisible(True)

    fit(segmented, NARROW)

    assert segmented.parent.minimumSizeHint().width() <= NARROW
    assert ui.resultLabel.height > 0


def test_all_rows_of_the_table_are_seen_above_the_buttons(
    points: int, segmented: Any, reference: Any
) -> None:
    ui = segmented.ui
    segmented.panel.parameters.reference = reference
    ui.compareButton.click()
    fit(segmented, NARROW)

    table = ui.metricsTable
    bottom = table.visualItemRect(table.item(table.rowCount - 1, 0)).bottom()
    assert bottom <= table.viewport().rect().bottom()
    for row in range(table.rowCount):
        wanted = table.fontMetrics().horizontalAdvance(table.item(row, 1).text())
        assert table.columnWidth(1) > wanted
    assert table.geometry.bottom() < ui.copyMetricsButton.geometry.top()


def test_volume_segment_and_result_are_in_sight_without_scrolling(segmented: Any) -> None:
    ui = segmented.ui
    warn(segmented, "One.")
    fit(segmented, WIDTH)

    assert ui.setupCollapsibleButton.collapsed
    assert ui.advancedCollapsibleButton.collapsed
    places = [
        one.mapTo(segmented.parent, one.rect.bottomLeft()).y()
        for one in (ui.inputSelector, ui.segmentButton, ui.resultLabel)
    ]
    assert places == sorted(places)
    assert places[1] < 220
    assert places[2] < IN_SIGHT + 20
    assert not ui.modelSelector.isVisible() and not ui.roiSelector.isVisible()


def test_at_the_end_of_a_run_the_result_is_scrolled_into_view(segmented: Any) -> None:
    from PySide6 import QtWidgets

    from PancreasSegLib.slicer_adapter.panel.telling import bring_into_view

    area = QtWidgets.QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(segmented.parent)
    area.resize(WIDTH, 250)
    area.show()
    ui = segmented.ui
    until(ui.segmentButton.isVisible)
    area.verticalScrollBar().setValue(0)

    def is_seen() -> bool:
        place = ui.resultLabel.mapTo(area.viewport(), ui.resultLabel.rect.topLeft()).y()
        return bool(0 <= place <= area.viewport().height() - ui.resultLabel.height)

    assert not is_seen()
    bring_into_view(ui.editButton, ui.resultLabel)
    until(is_seen)
    area.takeWidget()


def test_a_section_opened_after_a_look_elsewhere_squeezes_nothing(segmented: Any) -> None:
    from Testing.slicer.module_panel import ModulePanel

    panel = ModulePanel(WIDTH, 450)
    panel.add(segmented)
    panel.remove(segmented)
    panel.add(segmented)
    label = segmented.ui.modelLabel

    segmented.ui.advancedCollapsibleButton.collapsed = False
    until(lambda: label.isVisible() and label.height >= label.heightForWidth(label.width), 5)

    panel.remove(segmented)


def test_a_module_that_embeds_the_panel_keeps_it_in_its_layout(segmented: Any) -> None:
    from PySide6 import QtWidgets

    box = QtWidgets.QWidget()
    layout = QtWidgets.QFormLayout(box)
    layout.addRow(segmented.parent)

    segmented.exit()

    assert layout.indexOf(segmented.parent) == 0
    segmented.parent.setParent(None)


def test_a_warning_is_one_short_sentence_with_its_explanation_behind_it(segmented: Any) -> None:
    ui = segmented.ui
    warn(segmented)
    assert ui.warningLabel.isHidden() and ui.warningTextLabel.isHidden()

    warn(segmented, "The first reason.", "The second reason.")
    assert "\N{WARNING SIGN} Uncertain result: check it." in ui.warningLabel.text
    assert "background-color" in ui.warningLabel.styleSheet
    assert ui.warningTextLabel.isHidden()
    assert "reason" not in ui.resultLabel.text

    ui.warningLabel.linkActivated.emit("why")
    assert ui.warningTextLabel.text == "The first reason.\n\nThe second reason."
    assert not ui.warningTextLabel.isHidden()
    ui.warningLabel.linkActivated.emit("why")
    assert ui.warningTextLabel.isHidden()

    segmented.panel.parameters.outputSegmentation = None
    assert ui.warningLabel.isHidden()


def test_models_have_names_for_people_and_the_technical_one_in_the_tooltip(widget: Any) -> None:
    box = widget.ui.modelSelector
    names = {box.itemData(n): box.itemText(n) for n in range(box.count)}

    assert next(iter(names)) == "multiview-ct" and names["multiview-ct"] == "Best (4 networks)"
    assert names["fast-ct"] == "Fast (1 network)"
    assert names["rnn64-ct"] == "As in the paper: RNN-64"
    assert "multiview-ct: UNet-32, JAC-64 of 3 views, RNN-64 and UNet3D-16" in box.toolTip
    for name in names:
        text = names[name]
        assert not text.endswith(", CT"), f"{name} has no name for people in model_list.py"
