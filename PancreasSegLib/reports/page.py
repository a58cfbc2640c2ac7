"""A page for people: one HTML file with its pictures in it, and nothing of the network."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from html import escape
from pathlib import Path

import numpy as np

from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.rendering.png import png_bytes

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }}
body {{ max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ line-height: 1.2; }}
article {{ border-top: 1px solid #8888; padding: 1rem 0; break-inside: avoid; }}
img {{ display: block; width: 100%; height: auto; background: black; }}
figure {{ margin: 0; break-inside: avoid; }}
figcaption {{ font-size: 0.875rem; }}
.pictures {{ display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }}
.pictures figure {{ min-width: 12rem; }}
dl {{ display: grid; break-inside: avoid; }}
dl {{ grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0.5rem 0; }}
dd {{ margin: 0; }}
.doubt {{ border-left: 4px solid #c60; padding-left: 0.75rem; }}
@media (max-width: 40rem) {{
  body {{ margin: 1rem auto; }}
  dl {{ grid-template-columns: 1fr; }}
  dd {{ margin: 0 0 0.25rem 1rem; }}
  .pictures figure {{ min-width: 100%; }}
}}
@media print {{
  body {{ max-width: none; margin: 0; font-size: 11pt; print-color-adjust: exact; }}
  h2 {{ break-after: avoid; }}
  .pictures figure {{ min-width: 0; }}
}}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def title_of(path: Path) -> str:
    """The page's own name, which the user chose, without its ending; in any locale."""
    return os.fsencode(path.stem).decode("utf-8", "backslashreplace")


def html_page(title: str, parts: Iterable[str]) -> str:
    """The whole page; `parts` are HTML already, the title is plain text."""
    return PAGE.format(title=escape(title), body="\n".join(parts))


def write_html(content: str, path: Path) -> None:
    """Write a page, whole or not at all; raises `OutputError` where that cannot be."""
    with atomic_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8", errors="backslashreplace", newline="\n")


def doubts(sentences: Iterable[str]) -> str:
    """Sentences that a person should not overlook."""
    return "".join(f"<p class='doubt'>{escape(sentence)}</p>" for sentence in sentences)


def numbers(rows: Iterable[tuple[str, str]]) -> str:
    """Names with their values."""
    return "<dl>{}</dl>".format(
        "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    )


def bullets(sentences: Iterable[str]) -> str:
    """One below the other."""
    return "<ul>{}</ul>".format("".join(f"<li>{escape(one)}</li>" for one in sentences))


def picture(png: bytes, shown: str) -> str:
    """The content of a PNG file; `shown` says what is seen on it, to who cannot see it."""
    content = base64.b64encode(png).decode("ascii")
    return f"<img alt='{escape(shown)}' src='data:image/png;base64,{content}'>"


def figure(pixels: np.ndarray, shown: str, caption: str) -> str:
    """A picture (rows, columns, 3) uint8 with a line below it."""
    rows, columns, _ = pixels.shape
    # In a row all figures get one height: they share its width as their pictures are wide.
    return (
        f"<figure style='flex: {columns / rows:.3f}'>{picture(png_bytes(pixels), shown)}"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def side_by_side(figures: Iterable[str]) -> str:
    """A row of figures, or a column where the page is narrow."""
    return f"<div class='pictures'>{''.join(figures)}</div>"
