"""Asking where to save: whole endings, and what was chosen stays chosen until it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PancreasSegLib.slicer_adapter.panel.telling import tell, told_in

if TYPE_CHECKING:
    from PancreasSegLib.slicer_adapter.panel.host import Host

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]')
_OWN_ENDING = re.compile(r"\.[A-Za-z]\w{0,3}$")


class SaveDialog:
    """One kind of save.

    types: as Qt takes them, "Surface (*.stl);;Mask (*.nii.gz)".
    """

    def __init__(self, host: Host, label: Any, title: str, types: str) -> None:
        self._host, self._label = host, label
        self._title, self._types = title, types
        self._refused: dict[str, str] = {}

    def save(self, name: str, write: Callable[[str], str]) -> None:
        """Ask, write, and tell what `write(path)` returns, or why it was refused.

        name: what is proposed; after a refusal it is what was chosen then, with its folder.
        """
        path = self._host.dialogs.save_file(self._title, self._refused.get(name, name), self._types)
        if not path:
            return
        self._refused = {name: path}
        with told_in(self._label):
            told = write(path)
            self._refused = {}
            tell(self._label, told)


def file_name_of(name: str) -> str:
    """A node's name as that of a file on any system: "4: ABD W/ CONTRAST" has a folder in it."""
    return _NOT_IN_FILE_NAMES.sub("_", name)


def endings_of(types: str) -> dict[str, str]:
    """The ending of each type of file, in the order of `types`."""
    return {one: re.findall(r"\*(\.[\w.]+)", one)[0] for one in types.split(";;")}


def type_of(path: str, types: str) -> str:
    """The type that a name has by its ending; the first if it has none of them."""
    endings = endings_of(types)
    fitting = [one for one, ending in endings.items() if path.lower().endswith(ending)]
    return (fitting or list(endings))[0]


def with_ending(path: str, types: str, chosen: str) -> str:
    """The path with a whole ending: its own, or that of the chosen type.

    Qt exchanges only what follows the last dot when another type is chosen: "x.seg.nrrd" becomes
    "x.seg.stl" and "x.nii.gz" "x.nii.nrrd". An ending of another kind, ".doc", is left alone.
    """
    endings = endings_of(types)
    whole = [ending for ending in endings.values() if path.lower().endswith(ending)]
    ending = whole[0] if whole else endings[chosen]
    stem = path[: -len(ending)] if whole else path
    pieces = {f".{piece}" for one in endings.values() for piece in one.split(".") if piece}
    while any(stem.lower().endswith(piece) for piece in pieces):
        stem = stem[: stem.rindex(".")]
    if not whole and stem == path and _OWN_ENDING.search(path):
        return path
    return stem + ending
