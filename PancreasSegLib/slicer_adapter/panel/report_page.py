"""The page on a result of the scene, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.atomic_file import check_folder
from PancreasSegLib.reports.page import title_of, write_html
from PancreasSegLib.reports.result_page import result_page
from PancreasSegLib.slicer_adapter.nodes.reference import result_volume
from PancreasSegLib.slicer_adapter.nodes.report import report_of
from PancreasSegLib.slicer_adapter.nodes.segments import was_edited
from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node
from PancreasSegLib.slicer_adapter.run.python_command import python_command

ENDING = ".html"


def save_report_page(segmentation_node: Any, segment_id: str, volume_node: Any, path: str) -> None:
    """Write the page on a segment of ours as it is now, in the scan `volume_node`.

    It is called as the file is: the names of nodes may come from a scan's header.
    Raises OutputError (another ending, folder missing or read-only) and InputError (no scan).
    """
    file = Path(path)
    if file.suffix.lower() != ENDING:
        raise OutputError(f"{path} cannot be written: its name must end in {ENDING}.")
    check_folder(file)
    page = result_page(
        title_of(file),
        volume_from_node(volume_node),
        result_volume(segmentation_node, segment_id),
        report_of(segmentation_node),
        python_command(),
        is_edited=was_edited(segmentation_node, segment_id),
    )
    write_html(page, file)
