"""What scripts give instead of a node of the scene."""

from __future__ import annotations

from typing import Any

import slicer

from PancreasSegLib.errors import InputError


def refuse_what_is_no_node(value: Any) -> None:
    """Raise InputError if a value is neither None nor a node of a scene.

    It is a name, a path, an array, or a node that was removed.
    """
    if value is None:
        return
    if isinstance(value, slicer.vtkMRMLNode):
        if value.GetScene() is None:
            raise InputError(
                f"'{value.GetName()}' is no longer in the scene; load it again, or choose another "
                "one."
            )
        return
    if isinstance(value, str):
        raise InputError(
            f"'{value}' is a text, not a node of the scene; give slicer.util.getNode('{value}')."
        )
    raise InputError(
        f"A {type(value).__name__} is not a node of the scene; load it, and give its node."
    )
