"""The strip below a picture that says what it shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from PancreasSegLib.rendering.colours import BLACK, LABEL, RGB
from PancreasSegLib.rendering.text import draw_text

NOTE = "for research, not for diagnosis"
LINE = 26  # pixels
SWATCH = 12  # pixels
MARGIN = 10  # pixels


def with_caption(
    picture: np.ndarray, title: str, legend: Sequence[tuple[str, RGB]], ground: RGB = BLACK
) -> np.ndarray:
    """``picture`` (rows, columns, 3) uint8 with a strip below: legend, title and a note.

    ``legend`` pairs a name with its colour; ``ground`` is the strip's own colour.
    """
    columns = picture.shape[1]
    strip = np.full((2 * LINE + MARGIN, columns, 3), ground, dtype=np.uint8)
    column = MARGIN
    for name, colour in legend:
        strip[MARGIN : MARGIN + SWATCH, column : column + SWATCH] = colour
        column += SWATCH + 6
        column += draw_text(strip, name, MARGIN - 1, column, LABEL) + 2 * MARGIN
    words = f"{title}  –  {NOTE}" if title else NOTE
    draw_text(strip, words, LINE + MARGIN - 1, MARGIN, LABEL)
    return np.concatenate([picture, strip])
