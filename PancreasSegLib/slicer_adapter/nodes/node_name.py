"""Names of new nodes: no two the same, and no number where none is needed."""

from __future__ import annotations

from typing import Any


def free_name(scene: Any, name: str) -> str:
    """The name itself if no node has it; Slicer's own way numbers the first one, too."""
    is_taken = scene.GetFirstNodeByName(name) is not None
    return str(scene.GenerateUniqueName(name)) if is_taken else name
