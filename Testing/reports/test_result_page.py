"""The page on a result: what a person must know is on it, and nothing comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.rendering.surface_picture import RenderingUnavailable
from PancreasSegLib.reports import result_page as room
from PancreasSegLib.reports.result_page import result_page
from PancreasSegLib.volume.volume import Volume

NO_OPENGL = "The 3D picture cannot be drawn because there is no OpenGL."
RED = np.full((4, 6, 3), (255, 0, 0), np.uint8)


class Content(HTMLParser):
    """The words of a page, its pictures, and the tags that were not closed."""

    VOID = ("meta", "img", "br")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.pictures: list[dict[str, str | None]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attributes))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words += data.strip() + "\n"


@pytest.fixture
def no_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> tuple[np.ndarray, str]:
        raise RenderingUnavailable(NO_OPENGL)

    monkeypatch.setattr(room, "draw_surface", refuse)


@pytest.fixture
def opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing itself is tested in its own room."""
    monkeypatch.setattr(room, "draw_surface", lambda *_, **__: (RED, "a window"))


@pytest.mark.usefixtures("opengl")
def test_it_tells_numbers_warnings_model_and_limits(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    content = Content(result_page("Case 7 & more", scan, mask, report))

    for fact in (
        "Pancreas: Case 7 & more",
        "For research, not for diagnosis.",
        "A volume of 8.6 ml is <implausible>.",
        "8.6 ml",
        "0.65 by its own probabilities",
        "0.71 (DSC) with the model that finds the region",
        "24 mm left to right, 20 mm anterior to posterior, 18 mm inferior to superior; 6 slices",
        "80 ± 20 HU",
        "multiview-ct with views64-ct",
        "coarse-ct",
        "cpu, bfloat16",
        "2.0 s: checking the scan 0.1 s, segmenting slices 1.9 s",
        "By cross-validation over 14 scans it reaches a DSC of 0.77 ± 0.06",
        "children have not been measured",
        "Weights for research use only",
    ):
        assert fact in content.words
    assert "edited since" not in content.words


@pytest.mark.usefixtures("opengl")
def test_all_pictures_are_in_it_and_nothing_is_fetched(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    page = result_page("Case 7", scan, mask, report)
    content = Content(page)

    assert len(content.pictures) == 4
    for picture in content.pictures:
        assert str(picture["src"]).startswith("data:image/png;base64,iVBOR")
        assert picture["alt"]
    assert re.findall(r"(?:src|href|url|@import|http-equiv)\b[^>]{0,30}(?:https?:|//)", page) == []
    assert "default-src 'none'" in page
    assert "<script" not in page


@pytest.mark.usefixtures("no_opengl")
def test_without_opengl_it_says_so_in_place_of_the_surface(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    content = Content(result_page("Case 7", scan, mask, report))

    assert NO_OPENGL in content.words
    assert len(content.pictures) == 3


def test_an_empty_mask_is_told_and_has_no_surface(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    nothing = mask.with_array(np.zeros_like(mask.array))
    empty = {"found": False, "volume_ml": 0.0, "intensity_mean": None, "intensity_sd": None}

    content = Content(result_page("Case 7", scan, nothing, report | empty))

    assert "no pancreas found" in content.words
    assert len(content.pictures) == 3


@pytest.mark.usefixtures("opengl")
def test_an_edited_mask_is_told_with_the_engines_own_volume(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    page = result_page("Case 7", scan, mask, report | {"volume_ml": 7.2}, is_edited=True)
    content = Content(page)

    assert "8.6 ml" in content.words
    assert "7.2 ml; edited since" in content.words


@pytest.mark.usefixtures("opengl")
def test_whether_it_was_edited_is_not_guessed_from_the_volume(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    shifted = Content(result_page("Case 7", scan, mask, report, is_edited=True))
    stretched = Content(result_page("Case 7", scan, mask, report | {"volume_ml": 7.2}))

    assert "8.6 ml; edited since" in shifted.words
    assert "edited since" not in stretched.words  # by a non-linear transform


@pytest.mark.usefixtures("opengl")
def test_that_nothing_was_found_is_no_warning_on_a_pancreas_that_was_drawn(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    none = {"found": False, "volume_ml": 0.0, "warnings": ["No pancreas was found: check."]}

    drawn = Content(result_page("Case 7", scan, mask, report | none, is_edited=True))

    assert "No pancreas was found" not in drawn.words
    assert "0.0 ml; edited since" in drawn.words


@pytest.mark.usefixtures("opengl")
def test_a_result_whose_report_is_not_known_has_its_volume_and_pictures(
    scan: Volume, mask: Volume
) -> None:
    content = Content(result_page("Case 7", scan, mask, None))

    assert "8.6 ml" in content.words
    assert "report on this result is not known" in content.words
    assert len(content.pictures) == 4


@pytest.mark.usefixtures("opengl")
def test_a_model_of_ones_own_is_not_given_the_limits_of_the_bundled_ones(
    scan: Volume, mask: Volume, report: dict[str, Any]
) -> None:
    own = report["model"] | {"weights_sha256": "2" * 64}  # of the same name

    content = Content(result_page("Case 7", scan, mask, report | {"model": own}))

    assert "no bundled model: its card says" in content.words
    assert "14 scans" not in content.words


def test_slicer_can_make_it_without_torch() -> None:
    program = "import sys, PancreasSegLib.reports.result_page; print('torch' in sys.modules)"
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert child.stdout == "False\n"
