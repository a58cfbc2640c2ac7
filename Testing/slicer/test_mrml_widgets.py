"""What Slicer's node selectors do when nodes go: as measured in Slicer 5.12."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def selector(slicer: Any, desktop: Any) -> Iterator[Any]:
    made = slicer.qMRMLNodeComboBox()
    made.nodeTypes = ["vtkMRMLTableNode"]
    made.noneEnabled = True
    made.setMRMLScene(slicer.mrmlScene)
    yield made
    made.setMRMLScene(None)


def add(slicer: Any, *names: str) -> list[Any]:
    return [slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name) for name in names]


def test_the_next_node_is_taken_while_the_current_one_is_removed(
    slicer: Any, selector: Any
) -> None:
    first, second, third = add(slicer, "First", "Second", "Third")
    told: list[Any] = []
    selector.connect("currentNodeChanged(vtkMRMLNode*)", told.append)
    selector.setCurrentNode(second)

    slicer.mrmlScene.RemoveNode(second)

    assert selector.currentNode() is third
    assert told == [second, third]
    slicer.mrmlScene.RemoveNode(third)
    assert selector.currentNode() is first


def test_none_is_taken_when_none_is_left(slicer: Any, selector: Any) -> None:
    [only] = add(slicer, "Only")
    selector.setCurrentNode(only)

    slicer.mrmlScene.RemoveNode(only)

    assert selector.currentNode() is None


def test_a_new_node_is_not_taken(slicer: Any, selector: Any) -> None:
    [first] = add(slicer, "First")
    selector.setCurrentNode(first)

    add(slicer, "Second")

    assert selector.currentNode() is first


def test_what_a_slot_raises_is_printed_and_nobody_else_hears_of_it(
    desktop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    import qt

    printed: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: printed.append(error))
    button = qt.QPushButton()
    button.connect("clicked()", lambda: 1 / 0)

    button.click()

    assert [type(one) for one in printed] == [ZeroDivisionError]
