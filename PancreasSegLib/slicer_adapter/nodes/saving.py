"""Results to files, each there as a whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkCommonTransforms import vtkTransform
from vtkmodules.vtkFiltersGeneral import vtkTransformPolyDataFilter
from vtkmodules.vtkIOGeometry import vtkSTLWriter

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.slicer_adapter.nodes.report import with_its_report
from PancreasSegLib.slicer_adapter.nodes.segments import segment_on_grid
from PancreasSegLib.slicer_adapter.nodes.transforms import RAS_LPS, matrix_of_array
from PancreasSegLib.volume.writing import write_mask

SEGMENTATION, MASK, SURFACE = ".seg.nrrd", ".nii.gz", ".stl"

_FAILED = "{path} cannot be written; free some space or choose another folder."


def save_segment(segmentation_node: Any, segment_id: str, path: str | Path) -> None:
    """Save a result; the ending of the name says how.

    .seg.nrrd: the whole segmentation with names, colours and terminology, for Slicer.
    .nii.gz: the segment as a mask on the scan's grid.
    .stl: the smoothed surface of the segment, LPS mm.

    All three are in the scan's own coordinates, without its parent transforms: they fit the file
    that the scan was loaded from.

    Raises OutputError (unknown ending, folder missing or read-only), InputError (no surface to
    save, because the segment is empty).
    """
    path = Path(path)
    name = path.name.lower()
    if name.endswith(SEGMENTATION):
        _save_segmentation(segmentation_node, path)
    elif name.endswith(MASK):
        write_mask(segment_on_grid(segmentation_node, segment_id), path)
    elif name.endswith(SURFACE):
        _save_surface(segmentation_node, segment_id, path)
    else:
        raise OutputError(
            f"{path} cannot be written: its name must end in {SEGMENTATION}, {MASK} or {SURFACE}."
        )


def save_table(table_node: Any, path: str | Path) -> None:
    """Save a table as comma-separated values, UTF-8. Raises OutputError."""
    path = Path(path)
    with atomic_file(path, ".csv") as unfinished:
        unfinished.write_text(table_as_text(table_node, ","), encoding="utf-8", newline="")


def table_as_text(table_node: Any, separator: str = "\t") -> str:
    """A table as text, with its headers in the first line: by tabs, for a spreadsheet."""
    table = table_node.GetTable()
    columns = range(table.GetNumberOfColumns())
    rows = [[table.GetColumn(column).GetName() for column in columns]]
    for row in range(table.GetNumberOfRows()):
        rows.append([table.GetValue(row, column).ToString() for column in columns])
    return "".join(separator.join(row) + "\n" for row in rows)


def _save_segmentation(segmentation_node: Any, path: Path) -> None:
    # Not the node's own storage node: where the user saved the scene must stay as it is.
    storage = slicer.vtkMRMLSegmentationStorageNode()
    with atomic_file(path, SEGMENTATION) as unfinished:
        storage.SetFileName(str(unfinished))
        if (
            not storage.WriteData(with_its_report(segmentation_node))
            or unfinished.stat().st_size == 0
        ):
            raise OutputError(_FAILED.format(path=path))


def _save_surface(segmentation_node: Any, segment_id: str, path: Path) -> None:
    surface = vtkPolyData()
    segmentation_node.CreateClosedSurfaceRepresentation()
    segmentation_node.GetClosedSurfaceRepresentation(segment_id, surface)
    if surface.GetNumberOfPoints() == 0:
        raise InputError("The segment is empty, so there is no surface to save.")
    to_lps = vtkTransform()
    to_lps.SetMatrix(matrix_of_array(RAS_LPS))
    turned = vtkTransformPolyDataFilter()
    turned.SetTransform(to_lps)
    turned.SetInputData(surface)
    writer = vtkSTLWriter()
    writer.SetInputConnection(turned.GetOutputPort())
    writer.SetFileTypeToBinary()
    writer.SetHeader("PancreasSeg, LPS coordinates (SPACE=LPS)")
    with atomic_file(path, SURFACE) as unfinished:
        writer.SetFileName(str(unfinished))
        if not writer.Write() or unfinished.stat().st_size == 0:
            raise OutputError(_FAILED.format(path=path))
