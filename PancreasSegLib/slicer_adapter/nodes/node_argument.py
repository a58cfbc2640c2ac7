"""What scripts give instead of a node of the scene."""

from __future__ import annotations

from typing import Any

import slicer

from PancreasSegLib.errors import InputError


def refuse_what_is_no_node(value: Any) -> None:
    """Raise InputError if a value is neither None nor a node, but a name, a path or an array."""
    if value is None or isinstance(value, slicer.vtkMRMLNode):
        return
    if isinstance(value, str):
        raise InputError(
            f"'{value}' is a text, not a node of the scene; give slicer.util.getNode('{value}')."
        )
    raise InputError(
        f"A {type(value).__name__} is not a node of the scene; load it, and give its node."
    )
