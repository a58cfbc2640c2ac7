"""Why a button of the panel is disabled: each rule gives a sentence, or None if it may be used."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import PancreasSegError
from PancreasSegLib.models.catalogue import find_model
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import refuse_unfit_output, scan_of
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
    return None


def why_not_result(segmentation_node: Any, volume_node: Any = None) -> str | None:
    """Is there a result of ours to show, save or compare; of this volume, if one is given?"""
    if segmentation_node is None:
        return _("There is no result yet; segment a volume, or choose a segmentation as output.")
    if find_segment(segmentation_node, RESULT) is None:
        return _("The segmentation '{name}' holds no result of PancreasSeg yet.").format(
            name=segmentation_node.GetName()
        )
    scan = scan_of(segmentation_node)
    if None not in (scan, volume_node) and scan is not volume_node:
        return _(
            "The segmentation '{name}' is a result of the volume '{scan}'; choose that one to see "
            "it."
        ).format(name=segmentation_node.GetName(), scan=scan.GetName())
    return None


def why_not_compare(segmentation_node: Any, reference_node: Any) -> str | None:
    """Can the result be compared?"""
    if reference_node is None:
        return why_not_result(segmentation_node) or _(
            "No reference is selected; choose a segmentation or a label volume."
        )
    return why_not_result(segmentation_node)
