"""The order of the rooms: each imports only from those before it, so no circle can come about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "PancreasSegLib"

ORDER = [
    "errors",
    "version",
    "default_model",
    "files",
    "process",
    "jobs",
    "volume",
    "phantom",
    "superpixels",
    "networks",
    "losses",
    "metrics",
    "models",
    "segmenter",
    "evaluation",
    "rendering",
    "reports",
    "training",
    "worker",
    "slicer_adapter",
    "batch",
    "experiments",
    "command_line",
]
"""As in design: files and processes, then a scan's way, then those who ask for it."""

STRANGERS = {
    "command_line": {"worker", "slicer_adapter"},
    "batch": {"slicer_adapter", "training"},
    "experiments": {"batch", "slicer_adapter"},
    "worker": {"training", "evaluation", "rendering", "reports"},
    "slicer_adapter": {"training"},
}
"""Rooms that have nothing to do with each other, though their order would allow it."""

ADAPTER_ORDER = ["nodes", "run", "panel"]

DOORS = ("__init__", "__main__")
"""The library's own: they offer all rooms, and no room imports them."""


def imports(path: Path) -> Iterator[list[str]]:
    """The library's modules that a file imports, by their parts, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from [[*node.module.split("."), alias.name] for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from [alias.name.split(".") for alias in node.names]


def room_of(path: Path, home: Path) -> str:
    return path.relative_to(home).parts[0].removesuffix(".py")


FILES = [path for path in sorted(LIBRARY.rglob("*.py")) if room_of(path, LIBRARY) not in DOORS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_a_room_imports_only_from_those_before_it(path: Path) -> None:
    room = room_of(path, LIBRARY)
    allowed = set(ORDER[: ORDER.index(room) + 1]) - STRANGERS.get(room, set())

    imported = {parts[1] for parts in imports(path) if parts[0] == "PancreasSegLib" and parts[1:]}

    assert imported <= allowed


@pytest.mark.parametrize(
    "path",
    sorted((LIBRARY / "slicer_adapter").glob("*/*.py")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_in_the_slicer_adapter_nodes_know_no_run_and_a_run_knows_no_panel(path: Path) -> None:
    allowed = ADAPTER_ORDER[: ADAPTER_ORDER.index(path.parent.name) + 1]

    imported = {
        parts[2] for parts in imports(path) if parts[:2] == ["PancreasSegLib", "slicer_adapter"]
    }

    assert imported <= set(allowed)
