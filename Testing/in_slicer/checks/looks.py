"""What a machine can see of the panel's looks, on a small screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import qt
import slicer
import slicer.util

from Testing.in_slicer import desk

SCREEN = (1366, 768)
WIDTH = 400
TEXTS = ("QPushButton", "QCheckBox", "QLabel")


def segment_is_in_sight_on_a_small_screen() -> None:
    volume, _ = desk.add_scan()
    ui = desk.prepare(volume)
    _set_width(WIDTH)

    assert _is_in_sight(ui.inputSelector)
    assert _is_in_sight(ui.segmentButton)


def the_result_is_in_sight_when_a_run_ends() -> None:
    volume, _ = desk.add_scan()
    desk.open_module()
    _set_width(WIDTH)

    desk.segment(volume)
    desk.wait(0.5)

    assert _is_in_sight(desk.widget().ui.resultLabel)


def a_long_name_of_a_volume_does_not_widen_the_panel() -> None:
    desk.add_scan(0, "A long name " * 6)
    desk.open_module()
    _set_width(WIDTH)

    area = _panel_area()
    assert area.widget().width <= area.viewport().width


def setup_is_collapsed_when_the_engine_is_ready() -> None:
    ui = desk.open_module()

    assert desk.widget().panel.engine.is_ready
    assert ui.setupCollapsibleButton.collapsed


def no_text_is_cut_at_400_pixels() -> None:
    _show_everything()
    _set_width(WIDTH)

    area = _panel_area()
    assert _cut() == []
    assert area.widget().width <= area.viewport().width  # Slicer shows no bar to scroll by


def no_text_is_cut_at_396_pixels() -> None:
    _show_everything()
    _set_width(396)

    assert _cut() == []


def no_text_is_cut_in_a_font_of_14_points() -> None:
    _show_everything()
    with _font_of(14):
        _set_width(WIDTH)
        assert _cut() == []


def a_section_opened_after_a_look_elsewhere_squeezes_nothing() -> None:
    ui = desk.open_module()
    ui.advancedCollapsibleButton.collapsed = True
    _set_width(WIDTH)
    slicer.util.selectModule("Data")
    desk.open_module()
    desk.wait(0.5)

    ui.advancedCollapsibleButton.collapsed = False
    desk.wait(0.5)

    panel = slicer.util.getModuleWidget("PancreasSeg").parent
    assert panel.height >= panel.heightForWidth(panel.width)
    assert _cut() == []


def the_table_is_not_cut_and_hides_nothing() -> None:
    _show_everything()
    ui = desk.widget().ui
    for points in (qt.QApplication.font().pointSize(), 14):
        with _font_of(points):
            _set_width(WIDTH)
            table = ui.metricsTable
            header = table.horizontalHeader()
            assert header.length() <= table.viewport().width + 1, f"{points} pt"
            assert not table.horizontalScrollBar().visible, f"{points} pt"
            last = table.visualItemRect(table.item(table.rowCount - 1, 0))
            assert last.bottom() <= table.viewport().height, f"{points} pt"
            assert _bottom(table) <= _top(ui.copyMetricsButton), f"{points} pt"


def a_warning_looks_like_one_and_begins_with_a_short_sentence() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)  # litres of pancreas: there is a warning

    label = desk.widget().ui.warningLabel
    assert label.visible
    words = re.sub("<[^>]*>", "", label.text)
    assert 10 < len(words) < 80, words
    assert "color" in label.styleSheet


def volume_rendering_is_off_until_it_is_wanted() -> None:
    volume, _ = desk.add_scan()
    desk.segment(volume)

    assert not desk.widget().ui.volumeRenderingCheckBox.checked
    displays = slicer.util.getNodesByClass("vtkMRMLVolumeRenderingDisplayNode")
    assert not any(one.GetVisibility() for one in displays)


def models_are_named_for_people_and_technically_in_the_tooltip() -> None:
    ui = desk.open_module()
    selector = ui.modelSelector
    names = [selector.itemText(number) for number in range(selector.count)]

    assert any("Best" in name for name in names), names
    assert any("Fast" in name for name in names), names
    tips = [str(selector.itemData(number, qt.Qt.ToolTipRole)) for number in range(selector.count)]
    assert any("multiview-ct" in tip for tip in [*tips, selector.toolTip]), tips


def long_names_without_blanks_in_sentences_and_of_folders_do_not_widen_the_panel() -> None:
    """The last of this file: the folder stays chosen, and its button is cut."""
    _show_everything()
    long = "Patient_with_a_long_name" * 5
    ui = desk.widget().ui
    desk.widget().panel.dialogs = SimpleNamespace(open_folder=lambda title: f"/{long}")
    desk.click(ui.batchScansButton)
    desk.parameters().model = f"/{long}.json"  # is missing, which two labels say
    _set_width(WIDTH)

    assert ui.batchScansButton.text == long
    assert long in ui.reasonLabel.text and long in ui.modelLabel.text
    area = _panel_area()
    assert area.widget().width <= area.viewport().width


def _show_everything() -> None:
    """A result and a comparison, all sections open."""
    volume, truth = desk.add_scan()
    desk.segment(volume)
    ui = desk.widget().ui
    desk.choose(ui.referenceSelector, truth)
    desk.click(ui.compareButton)
    for one in vars(ui).values():
        if one.className() == "ctkCollapsibleButton":
            one.collapsed = False
    slicer.app.processEvents()


def _set_width(width: int) -> None:
    """Of the panel, in a main window as large as a small laptop's screen."""
    window = slicer.util.mainWindow()
    window.setGeometry(0, 0, *SCREEN)
    dock = slicer.util.findChild(window, "PanelDockWidget")
    dock.setFixedWidth(width)
    desk.wait(0.5)


def _panel_area() -> Any:
    """What scrolls when the panel is longer than the window."""
    panel = slicer.util.findChild(slicer.util.mainWindow(), "ModulePanel")
    return slicer.util.findChild(panel, "ScrollArea")


def _is_in_sight(one: Any) -> bool:
    """Whole, without scrolling."""
    return bool(one.visible) and bool(one.visibleRegion().boundingRect().contains(one.rect))


def _top(one: Any) -> int:
    return int(one.mapToGlobal(qt.QPoint(0, 0)).y())


def _bottom(one: Any) -> int:
    return _top(one) + int(one.height)


def _cut() -> list[str]:
    """What is shown with less room than its text takes."""
    cut = []
    for name, one in vars(desk.widget().ui).items():
        if one.className() not in TEXTS or not one.visible or not one.text:
            continue
        wraps = one.className() == "QLabel" and one.wordWrap
        if wraps and one.heightForWidth(one.width) > one.height:
            cut.append(f"{name}: {one.height} of {one.heightForWidth(one.width)} pixels high")
        if not wraps and one.sizeHint.width() > one.width:
            cut.append(f"{name}: {one.width} of {one.sizeHint.width()} pixels wide")
    return cut


@contextmanager
def _font_of(points: int) -> Iterator[None]:
    before = qt.QApplication.font()
    font = qt.QFont(before)
    font.setPointSize(points)
    qt.QApplication.setFont(font)
    slicer.app.processEvents()
    try:
        yield
    finally:
        qt.QApplication.setFont(before)
        slicer.app.processEvents()
