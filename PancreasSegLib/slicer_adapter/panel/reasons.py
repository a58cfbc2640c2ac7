"""Why a button of the panel is disabled: each rule gives a sentence, or None if it may be used."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.models.catalogue import find_model
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import (
    SCAN_ATTRIBUTE,
    noted_scan,
    refuse_unfit_output,
    scan_of,
)
from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT
from PancreasSegLib.slicer_adapter.nodes.volume_node import own_grid
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState


def why_not_scan(volume_node: Any) -> str | None:
    """Can this node be segmented at all?"""
    try:
        own_grid(volume_node)
    except PancreasSegError as error:
        return str(error)
    return None


def why_not_segment(
    engine: EngineState, volume_node: Any, model: str, segmentation_node: Any
) -> str | None:
    """Can a segmentation be started?"""
    if not engine.is_ready:
        return engine.sentence
    reason = why_not_scan(volume_node)
    if reason is not None:
        return reason
    try:
        if segmentation_node is not None:
            refuse_unfit_output(segmentation_node, volume_node)
        find_model(model)
    except PancreasSegError as error:
        return str(error)
    if segmentation_node is not None and _is_noted_for_another(segmentation_node, volume_node):
        return _(
            "The segmentation '{name}' holds a result of another volume than '{volume}', perhaps "
            "of a removed one; choose a new segmentation."
        ).format(name=segmentation_node.GetName(), volume=volume_node.GetName())
    return None


def why_not_result(segmentation_node: Any, volume_node: Any = None) -> str | None:
    """Is there a result of ours to show, save or compare; of this volume, if one is given?"""
    if segmentation_node is None:
        return _("There is no result yet; segment a volume, or choose a segmentation as output.")
    if find_segment(segmentation_node, RESULT) is None:
        return _("The segmentation '{name}' holds no result of PancreasSeg yet.").format(
            name=segmentation_node.GetName()
        )
    if volume_node is None:
        return None
    scan = scan_of(segmentation_node)
    if scan is not None and scan is not volume_node:
        return _(
            "The segmentation '{name}' is a result of the volume '{scan}'; choose that one to see "
            "it."
        ).format(name=segmentation_node.GetName(), scan=scan.GetName())
    if _is_noted_for_another(segmentation_node, volume_node):
        return _(
            "The segmentation '{name}' is a result of another volume than '{volume}', perhaps of "
            "a removed one; choose no volume to see it."
        ).format(name=segmentation_node.GetName(), volume=volume_node.GetName())
    if scan is None and _lies_elsewhere(segmentation_node, volume_node):
        return _(
            "The segmentation '{name}' is a copy of a result and does not lie under the transform "
            "of '{volume}'; put it there, in the module Transforms."
        ).format(name=segmentation_node.GetName(), volume=volume_node.GetName())
    return None


def why_not_report(segmentation_node: Any, volume_node: Any) -> str | None:
    """Can a page on the result be saved? It has pictures of the scan."""
    reason = why_not_result(segmentation_node, volume_node)
    if reason is None and volume_node is None:
        return _("No volume is selected; choose that of the result: the report has pictures of it.")
    return reason


def why_not_compare(segmentation_node: Any, reference_node: Any) -> str | None:
    """Can the result be compared?"""
    if reference_node is None:
        return why_not_result(segmentation_node) or _(
            "No reference is selected; choose a segmentation or a label volume."
        )
    return why_not_result(segmentation_node)


def _is_noted_for_another(segmentation_node: Any, volume_node: Any) -> bool:
    """Is there a result without a reference to its scan, which by our note is not this one?

    The reference goes with a scan that is removed; a clone of a result never has one.
    """
    if scan_of(segmentation_node) is not None or find_segment(segmentation_node, RESULT) is None:
        return False
    is_noted = segmentation_node.GetAttribute(SCAN_ATTRIBUTE) is not None
    return is_noted and noted_scan(segmentation_node) is not volume_node


def _lies_elsewhere(segmentation_node: Any, volume_node: Any) -> bool:
    """Has a clone lost the scan's transform? Slicer clones a node without what it lies under."""
    is_noted = segmentation_node.GetAttribute(SCAN_ATTRIBUTE) is not None
    parents = segmentation_node.GetParentTransformNode(), volume_node.GetParentTransformNode()
    return is_noted and parents[0] is not parents[1]
