"""The engine's sentences are translated where the panel shows them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from PancreasSegLib.errors import InputError
from Testing.module.conftest import result_of

GERMAN = {
    "Segmenting slices": "Schichten werden segmentiert",
    "The reference '{0}' is empty; choose one in which the pancreas is drawn.": (
        "Die Referenz '{0}' ist leer; bitte eine andere wählen."
    ),
    "The manifest {0} is missing; put it back beside its weights, or install PancreasSeg again.": (
        "Es fehlt: {0}"
    ),
    "The segmentation '{0}' is empty and belongs to no volume; choose another one.": (
        "'{0}' ist leer."
    ),
    "A volume of {0} ml is implausible for an adult's pancreas ({1} to {2} ml): look at the mask "
    "before you use it.": "{1} bis {2} ml sind üblich, nicht {0} ml.",
}


@pytest.fixture
def german(desktop: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from PancreasSegLib.slicer_adapter.panel import translating

    def translate(context: str, text: str) -> str:
        assert context == "panel.engine_messages"
        return GERMAN.get(text, text)

    monkeypatch.setattr(translating, "translate", translate)
    translating.translations.cache_clear()
    yield
    translating.translations.cache_clear()


def test_the_sentences_are_looked_up_where_slicers_tool_for_translators_files_them() -> None:
    """By the package of the listing, if it lies in one, and its name."""
    from PancreasSegLib.slicer_adapter.panel import engine_messages, translating

    file = Path(str(engine_messages.__file__))
    assert (file.parent / "__init__.py").is_file()
    assert f"{file.parent.name}.{file.stem}" == translating.CONTEXT


def test_a_sentence_keeps_its_values(german: None) -> None:
    from PancreasSegLib.slicer_adapter.panel.translating import translated

    warning = (
        "A volume of 11.6 ml is implausible for an adult's pancreas (20 to 200 ml): look at the "
        "mask before you use it."
    )

    assert translated(warning) == "20 bis 200 ml sind üblich, nicht 11.6 ml."
    assert translated("Of no translation {yet}.") == "Of no translation {yet}."


def test_steps_errors_and_reasons_are_shown_translated(german: None, widget: Any) -> None:
    from PancreasSegLib.errors import InputError
    from PancreasSegLib.segmenter.progress import Progress
    from PancreasSegLib.slicer_adapter.panel.result_text import progress_text
    from PancreasSegLib.slicer_adapter.panel.telling import allow, told_in

    sentence = "The reference 'Dr. Ä' is empty; choose one in which the pancreas is drawn."
    told = "Die Referenz 'Dr. Ä' ist leer; bitte eine andere wählen."

    assert progress_text(Progress("Segmenting slices", 0.1, None)).startswith("Schichten")
    with told_in(widget.ui.compareMessageLabel):
        raise InputError(sentence)
    assert widget.ui.compareMessageLabel.text == told
    allow(widget.ui.compareButton, sentence)
    assert widget.ui.compareButton.toolTip == told


def test_what_hinders_a_model_or_a_result_is_shown_translated(
    german: None, widget: Any, slicer: Any, scan: Any
) -> None:
    widget.panel.parameters.model = "/gone/ours.json"
    assert widget.ui.modelLabel.text == "Es fehlt: /gone/ours.json"

    ours = result_of(scan)
    segmentation = ours.GetSegmentation()
    segmentation.GetNthSegment(0).RemoveAllRepresentations()
    geometry = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()
    segmentation.SetConversionParameter(geometry, "")
    widget.panel.parameters.outputSegmentation = ours
    assert widget.ui.resultLabel.text == "'Abdomen pancreas' ist leer."


def test_every_sentence_is_a_template_that_finds_itself() -> None:
    from PancreasSegLib.slicer_adapter.panel.engine_messages import engine_messages

    for template in engine_messages(str):
        assert template.format(*range(20))  # its gaps are numbers


def test_an_error_that_was_told_keeps_nothing_of_where_it_came_from(widget: Any) -> None:
    """Else the panel would outlive its window until the next garbage collection."""
    from PancreasSegLib.slicer_adapter.panel.telling import told_in

    kept: list[weakref.ref[Any]] = []

    def fail() -> None:
        scan = Scan()
        kept.append(weakref.ref(scan))
        raise InputError(f"No pancreas in {scan}.")

    class Scan:
        def __str__(self) -> str:
            return "this scan"

    gc.disable()
    try:
        with told_in(widget.ui.compareMessageLabel):
            fail()
    finally:
        gc.enable()

    assert widget.ui.compareMessageLabel.text == "No pancreas in this scan."
    assert kept[0]() is None
