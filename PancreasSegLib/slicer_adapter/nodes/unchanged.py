"""A scene as it was, where something could not be put into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unchanged_on_failure(scene: Any, node: Any = None) -> Iterator[None]:
    """Where an exception leaves this block: nodes that came meanwhile go, and `node` is restored.

    node: the one that the block changes, if there is one: its content, attributes and references.
    """
    before = _node_ids(scene)
    saved = None
    if node is not None:
        saved = node.CreateNodeInstance()
        saved.Copy(node)
    try:
        yield
    except BaseException:
        if node is not None:
            node.Copy(saved)
        for node_id in _node_ids(scene) - before:
            new = scene.GetNodeByID(node_id)
            if new is not None:  # some go with the node that they belong to
                scene.RemoveNode(new)
        raise


def _node_ids(scene: Any) -> set[str]:
    return {scene.GetNthNode(number).GetID() for number in range(scene.GetNumberOfNodes())}
