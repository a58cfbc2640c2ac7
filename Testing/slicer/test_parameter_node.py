"""What a typed parameter node accepts, and how it keeps it: as measured in Slicer 5.12."""

from typing import Annotated, Any, Union

import pytest

# ruff: noqa: UP007 - Slicer


@pytest.fixture
def node(slicer: Any, desktop: Any) -> Any:
    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")


def wrapper(**fields: tuple[Any, ...]) -> Any:
    """A wrapper class with these fields: a type, and a default where it has one."""
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    defaults = {name: field[1] for name, field in fields.items() if len(field) > 1}
    hints = {name: field[0] for name, field in fields.items()}
    return parameterNodeWrapper(type("Fields", (), {"__annotations__": hints, **defaults}))


def test_one_of_two_node_classes_needs_none_as_its_default(slicer: Any, node: Any) -> None:
    volume, table = slicer.vtkMRMLScalarVolumeNode, slicer.vtkMRMLTableNode

    with pytest.raises(TypeError, match="Unable to write value 'None'"):
        wrapper(chosen=(Union[volume, table],))(node)
    assert wrapper(chosen=(Union[volume, table, None], None))(node).chosen is None


def test_one_of_two_node_classes_is_kept_under_its_number(slicer: Any, node: Any) -> None:
    volume, table = slicer.vtkMRMLScalarVolumeNode, slicer.vtkMRMLTableNode
    fields = wrapper(chosen=(Union[volume, table, None], None))(node)
    there = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode")

    fields.chosen = there

    assert node.GetNodeReference("chosen.1") is there
    assert node.GetNodeReference("chosen") is None
    fields.chosen = None
    assert fields.chosen is None and node.GetNodeReference("chosen.1") is None


def test_a_node_leaves_an_empty_text_of_the_same_name(slicer: Any, node: Any) -> None:
    wrapper(chosen=(slicer.vtkMRMLTableNode,))(node)

    assert node.HasParameter("chosen") and node.GetParameter("chosen") == ""


def test_what_does_not_fit_is_refused(slicer: Any, node: Any) -> None:
    from slicer.parameterNodeWrapper import WithinRange

    fields = wrapper(
        share=(Annotated[float, WithinRange(0, 1)], 0.5), chosen=(slicer.vtkMRMLTableNode,)
    )(node)

    with pytest.raises(ValueError):
        fields.share = 1.5
    with pytest.raises(TypeError):
        fields.chosen = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    assert fields.share == 0.5 and fields.chosen is None


def test_an_attribute_that_does_not_exist_is_accepted_without_a_word(node: Any) -> None:
    fields = wrapper(share=(float, 0.5))(node)

    fields.shaer = 0.7

    assert fields.share == 0.5


def test_a_second_wrapper_sees_the_same_values(node: Any) -> None:
    kind = wrapper(share=(float, 0.5))
    one, other = kind(node), kind(node)

    one.share = 0.25

    assert other.share == 0.25


def test_the_first_observer_is_called_last_so_a_second_wrapper_may_be_late(node: Any) -> None:
    kind = wrapper(share=(float, 0.5))
    one = kind(node)
    seen: list[float] = []
    node.AddObserver("ModifiedEvent", lambda *_: seen.append(one.share))
    other = kind(node)

    other.share = 0.25

    assert seen == [0.5]
    assert one.share == 0.25
