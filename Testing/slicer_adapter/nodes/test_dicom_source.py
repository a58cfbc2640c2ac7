"""Whether a result can be exported as DICOM, and what is to be done before."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from Testing.slicer.module_fixtures import desktop
from Testing.slicer_adapter.scans import add_scan

__all__ = ["desktop"]


@pytest.fixture
def scan(desktop: Any, slicer: Any) -> Any:
    return add_scan(slicer, np.zeros((3, 4, 5), np.int16), np.eye(4))


def in_database(monkeypatch: pytest.MonkeyPatch, slicer: Any, *known: str) -> None:
    """Slicer's database gives "" for a file that it does not know."""
    database = SimpleNamespace(
        isOpen=True, fileForInstance=lambda uid: f"/dicom/{uid}.dcm" if uid in known else ""
    )
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)


def test_a_scan_that_is_not_from_dicom_has_no_patient(scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.dicom_source import why_no_dicom_export

    assert "was not loaded from DICOM" in (why_no_dicom_export(scan) or "")


def test_files_that_were_loaded_and_never_imported_are_told_with_the_way_out(
    slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.dicom_source import why_no_dicom_export

    scan.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")
    in_database(monkeypatch, slicer, "1.2.3")

    told = why_no_dicom_export(scan) or ""

    assert "not in Slicer's database" in told and "import their folder" in told


def test_imported_files_are_found(slicer: Any, scan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from PancreasSegLib.slicer_adapter.nodes.dicom_source import why_no_dicom_export

    scan.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")
    in_database(monkeypatch, slicer, "1.2.3", "1.2.4")

    assert why_no_dicom_export(scan) is None


def test_without_the_dicom_module_there_is_no_database(slicer: Any, scan: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.dicom_source import why_no_dicom_export

    scan.SetAttribute("DICOM.instanceUIDs", "1.2.3")

    assert "not in Slicer's database" in (why_no_dicom_export(scan) or "")
