import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.rendering.caption import with_caption
from PancreasSegLib.rendering.text import draw_text


def test_letters_are_drawn_upright_in_their_colour() -> None:
    picture = np.zeros((40, 60, 3), dtype=np.uint8)
    draw_text(picture, "L", 5, 5, (200, 100, 0), size=24)
    drawn = picture[..., 0] > 100
    rows, columns = np.nonzero(drawn)
    foot = drawn[rows.max() - 1]
    head = drawn[rows.min() + 1]
    assert foot.sum() > 2 * head.sum()  # the bar of an L is at its foot
    assert np.flatnonzero(head).min() == columns.min()  # its stem is at the left
    assert tuple(picture[drawn].max(axis=0)) == (200, 100, 0)


def test_what_does_not_fit_is_cut_off() -> None:
    picture = np.zeros((10, 20, 3), dtype=np.uint8)
    width = draw_text(picture, "a long sentence that does not fit", 2, 4, (255, 255, 255))
    assert width > 20
    assert picture.shape == (10, 20, 3)
    assert picture.any()


def test_a_caption_lies_below_the_picture_and_shows_the_legends_colours() -> None:
    picture = np.full((30, 300, 3), 7, dtype=np.uint8)
    captioned = with_caption(
        picture, "synthetic", [("result", (255, 0, 0)), ("other", (0, 255, 0))]
    )
    assert np.array_equal(captioned[:30], picture)
    strip = captioned[30:]
    assert (strip == (255, 0, 0)).all(axis=2).sum() == 12 * 12
    assert (strip == (0, 255, 0)).all(axis=2).sum() == 12 * 12


@pytest.mark.parametrize("title", ["", "synthetic phantom"])
def test_every_caption_says_that_it_is_not_for_diagnosis(title: str) -> None:
    note = np.zeros((30, 400, 3), dtype=np.uint8)
    width = draw_text(note, "for research, not for diagnosis", 0, 0, (215, 215, 215))
    captioned = with_caption(np.zeros((1, 900, 3), dtype=np.uint8), title, [])
    columns = np.flatnonzero(captioned[30:].any(axis=(0, 2)))
    assert columns.max() - columns.min() + 1 >= width - 4


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/maps")
def test_slice_pictures_and_meshes_load_no_opengl() -> None:
    program = (
        "import sys, numpy as np\n"
        "import PancreasSegLib.rendering.overlay, PancreasSegLib.rendering.surface\n"
        "import PancreasSegLib.rendering.surface_picture\n"
        "from PancreasSegLib.rendering.text import draw_text\n"
        "draw_text(np.zeros((30, 30, 3), np.uint8), 'a', 0, 0, (255, 255, 255))\n"
        "print([name for name in sys.modules if 'OpenGL' in name])\n"
        "print([line for line in open('/proc/self/maps')\n"
        "       if any(name in line for name in ('libGL', 'libEGL', 'libOSMesa', 'OpenGL2'))])\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.split() == ["[]", "[]"]
