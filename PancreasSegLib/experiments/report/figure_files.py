"""A figure as PNG and SVG, both written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PancreasSegLib.files.output_files import written_together

ENDINGS = (".png", ".svg")
DOTS_PER_INCH = 150


@contextmanager
def figure(
    path: Path, size: tuple[float, float], rows: int = 1, columns: int = 1, ground: str = "white"
) -> Iterator[tuple[Any, Any]]:
    """Gives a matplotlib figure of `size` inches and its axes (rows, columns); at the end both
    files are `path` with ENDINGS. Raises `OutputError` where they cannot be written."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    drawn, axes = pyplot.subplots(rows, columns, figsize=size, squeeze=False, facecolor=ground)
    try:
        yield drawn, axes
        with written_together([path.with_suffix(ending) for ending in ENDINGS]) as unfinished:
            for target in unfinished.values():
                drawn.savefig(target, dpi=DOTS_PER_INCH, facecolor=ground)
    finally:
        pyplot.close(drawn)
