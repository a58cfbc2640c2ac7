"""Where a scan came from: an export as DICOM needs its source files in Slicer's database."""

from __future__ import annotations

from typing import Any

import slicer
from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.nodes.volume_node import DICOM_INSTANCES, is_from_dicom


def why_no_dicom_export(volume_node: Any) -> str | None:
    """A sentence if a result on the scan cannot be exported as DICOM SEG as it is; else None."""
    if volume_node is None or not is_from_dicom(volume_node):
        return _(
            "The scan was not loaded from DICOM: a DICOM export of the result lacks the patient "
            "and the study."
        )
    if not _is_in_database(volume_node):
        return _(
            "The scan's DICOM files are not in Slicer's database: before a DICOM export of the "
            "result, import their folder in the module DICOM."
        )
    return None


def _is_in_database(volume_node: Any) -> bool:
    database = getattr(slicer, "dicomDatabase", None)  # there is none without the DICOM module
    if database is None or not database.isOpen:
        return False
    instances = volume_node.GetAttribute(DICOM_INSTANCES).split()
    return all(database.fileForInstance(instance) for instance in instances)
