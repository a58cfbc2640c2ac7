"""The .ui, the code and the parameter node speak of the same things."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from Testing.slicer.module_fixtures import MODULE_FILE

UI_FILE = MODULE_FILE.parent / "Resources" / "UI" / "PancreasSeg.ui"
PANEL = MODULE_FILE.parents[1] / "PancreasSegLib" / "slicer_adapter" / "panel"
CODE = {path.name: path.read_text(encoding="utf-8") for path in [MODULE_FILE, *PANEL.glob("*.py")]}


def widgets() -> dict[str, ET.Element]:
    found = ET.parse(UI_FILE).getroot().iter("widget")
    return {widget.attrib["name"]: widget for widget in found}


def names_used_in(code: str) -> set[str]:
    return set(re.findall(r"(?:\b|_)ui\.([a-zA-Z]\w*)", code))


@pytest.mark.parametrize("file", sorted(CODE))
def test_every_widget_that_the_code_uses_is_in_the_ui(file: str) -> None:
    assert names_used_in(CODE[file]) <= set(widgets())


def test_every_button_of_the_ui_does_something() -> None:
    used = set().union(*map(names_used_in, CODE.values()))
    buttons = {name for name, one in widgets().items() if one.attrib["class"] == "QPushButton"}

    assert buttons <= used


def test_every_parameter_name_in_the_ui_is_a_parameter(module: Any) -> None:
    named = [
        text.text
        for one in ET.parse(UI_FILE).getroot().iter("property")
        if one.attrib["name"] == "SlicerParameterName"
        for text in one
    ]

    assert len(named) == len(set(named)) == 10
    assert set(named) <= set(module.PancreasSegParameterNode.allParameters)


def test_for_research_not_for_diagnosis_is_the_first_thing_in_the_panel(widget: Any) -> None:
    assert widget.ui.noticeLabel.text == "For research, not for diagnosis."
    assert list(widgets())[1] == "noticeLabel"


def test_the_names_of_signals_have_no_spaces() -> None:
    # PythonQt finds "a(int,int)" and not "a(int, int)" in every version.
    signals = [
        signal for code in CODE.values() for signal in re.findall(r'connect\(\s*"(.+?)"', code)
    ]

    assert signals and all(" " not in signal for signal in signals)


def test_every_text_of_the_ui_can_be_translated() -> None:
    for name, one in widgets().items():
        for field in one.findall("property"):
            if field.attrib["name"] in ("text", "toolTip", "noneDisplay"):
                assert "notr" not in field[0].attrib, name


def test_the_pictures_of_the_module_are_there() -> None:
    icons = Path(MODULE_FILE).parent / "Resources" / "Icons"

    assert {path.suffix for path in icons.glob("PancreasSeg.*")} == {".svg", ".png"}


def test_no_section_knows_the_panel() -> None:
    for name, code in CODE.items():
        if name not in ("panel.py", "PancreasSeg.py"):
            assert "panel.panel import" not in code, name
