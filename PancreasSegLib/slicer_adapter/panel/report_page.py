"""The page on a result of the scene, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import check_folder
from PancreasSegLib.reports.page import title_of, write_html
from PancreasSegLib.reports.result_page import result_page
from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
from PancreasSegLib.slicer_adapter.nodes.report import report_of
from PancreasSegLib.slicer_adapter.nodes.segments import was_edited
from PancreasSegLib.slicer_adapter.nodes.sequence_item import shown_item
from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node
from PancreasSegLib.slicer_adapter.run.python_command import python_command

ENDING = ".html"


def save_report_page(segmentation_node: Any, segment_id: str, volume_node: Any, path: str) -> None:
    """Write the page on a segment of ours as it is now, in the scan `volume_node`.

    It is called as the file is: the names of nodes may come from a scan's header.
    Raises OutputError (another ending, folder missing or read-only) and InputError (no scan, or
    another item of its sequence than the one that was segmented).
    """
    file = Path(path)
    if file.suffix.lower() != ENDING:
        raise OutputError(f"{path} cannot be written: its name must end in {ENDING}.")
    check_folder(file)
    scan = volume_from_node(volume_node)
    report = report_of(segmentation_node)
    _refuse_another_item(volume_node, report)
    mask = result_volume(segmentation_node, segment_id)
    is_edited = was_edited(segmentation_node, segment_id)
    page = result_page(title_of(file), scan, mask, report, python_command(), is_edited)
    write_html(page, file)


def _refuse_another_item(volume_node: Any, report: dict[str, Any] | None) -> None:
    """The volume node of a sequence holds the shown item alone, and the pictures are of that."""
    segmented = (report or {}).get("sequence_item")
    if segmented is None:
        return
    shown = shown_item(volume_node)
    if shown is None:
        raise InputError(
            _(
                "The result is of item {number} of a sequence that is no longer in the scene, so "
                "it is not known what '{volume}' shows; segment it again for a report."
            ).format(number=segmented["number"], volume=volume_node.GetName())
        )
    if shown["number"] != segmented["number"]:
        raise InputError(
            _(
                "The result is of item {number} of the sequence, and '{volume}' shows item "
                "{shown}; show item {number} again to save its report."
            ).format(
                number=segmented["number"], volume=volume_node.GetName(), shown=shown["number"]
            )
        )
