"""What the engine says, in the user's language: translated where it is shown.

The engine knows nothing of Slicer and speaks English. Its sentences are listed, with gaps for
values, in `engine_messages.py`, where translators find them.
"""

from __future__ import annotations

import functools
import re

from slicer.i18n import translate

from PancreasSegLib.slicer_adapter.panel.engine_messages import engine_messages

CONTEXT = "panel.engine_messages"
"""As Slicer's translators know it (`slicer.i18n.getContext`): package and name of the file that
lists the sentences."""

_GAP = re.compile(r"\{\d+\}")


def translated(sentence: str) -> str:
    """The sentence in Slicer's language; as it is where there is no translation of it."""
    for template, translation in translations():
        values = _pattern(template).fullmatch(sentence)
        if values:
            return translation.format(*values.groups())
    return sentence


@functools.cache  # Slicer's language changes only when it starts again
def translations() -> list[tuple[str, str]]:
    """English and translated; the longest first, which says most surely what a sentence is."""
    ours = engine_messages(lambda text: str(translate(CONTEXT, text)))
    pairs = zip(engine_messages(str), ours, strict=True)
    return sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: -len(pair[0]))


def _pattern(template: str) -> re.Pattern[str]:
    words = [re.escape(words.format()) for words in _GAP.split(template)]
    return re.compile("(.*?)".join(words), re.DOTALL)
