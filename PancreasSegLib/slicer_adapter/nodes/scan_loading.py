"""A scan from the disk into the scene, by Slicer's own readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer
import slicer.util
from slicer.i18n import tr as _

from PancreasSegLib.errors import InputError
from PancreasSegLib.slicer_adapter.nodes.volume_node import SCAN_CLASS, own_grid


def load_scan(path: str | Path) -> Any:
    """The volume node of a file. Raises InputError, and leaves no node, if it holds no scan."""
    try:
        node = slicer.util.loadVolume(str(path))
    except RuntimeError as error:
        raise InputError(
            _(
                "{path} cannot be loaded as a volume; choose a NIfTI, NRRD or MetaImage file."
            ).format(path=path)
        ) from error
    try:
        own_grid(node)
    except InputError:
        slicer.mrmlScene.RemoveNode(node)
        raise
    return node


def load_dicom_folder(folder: str | Path) -> Any:
    """The largest scan of a DICOM folder; all that Slicer finds in it is loaded.

    Raises InputError if this Slicer has no DICOM module, or finds no scan there.
    """
    try:
        from DICOMLib import DICOMUtils  # type: ignore[import-not-found]
    except ImportError as error:
        raise InputError(
            _("This Slicer has no DICOM module; load the scan from a file instead.")
        ) from error
    loaded: list[str] = []
    with DICOMUtils.TemporaryDICOMDatabase() as database:
        DICOMUtils.importDicom(str(folder), database)
        for patient in database.patients():
            loaded += DICOMUtils.loadPatientByUID(patient)
    nodes = [slicer.mrmlScene.GetNodeByID(node_id) for node_id in loaded]
    scans = [node for node in nodes if node is not None and node.GetClassName() == SCAN_CLASS]
    if not scans:
        raise InputError(_("No scan was found in the DICOM folder {path}.").format(path=folder))
    return max(scans, key=lambda node: node.GetImageData().GetNumberOfPoints())
