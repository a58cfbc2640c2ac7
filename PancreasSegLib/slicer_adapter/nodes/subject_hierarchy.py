"""Where nodes stand in the tree of the Data module."""

from __future__ import annotations

from typing import Any

import slicer


def place_beside(node: Any, neighbour: Any) -> None:
    """Move `node` under the parent of `neighbour`: the same folder, or the same DICOM study."""
    tree = _tree(node)
    tree.SetItemParent(_item(tree, node), tree.GetItemParent(_item(tree, neighbour)))


def dicom_modality(node: Any) -> str | None:
    """ "CT", "MR", ... of a volume that came from DICOM, else None."""
    tree = _tree(node)
    item = tree.GetItemByDataNode(node)
    if item == tree.GetInvalidItemID():
        return None
    name = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    return tree.GetItemAttribute(item, name) or None


def _tree(node: Any) -> Any:
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(node.GetScene())


def _item(tree: Any, node: Any) -> int:
    """The node's item; the application makes them by itself, a scene without it does not."""
    item = tree.GetItemByDataNode(node)
    if item != tree.GetInvalidItemID():
        return int(item)
    return int(tree.CreateItem(tree.GetSceneItemID(), node))
