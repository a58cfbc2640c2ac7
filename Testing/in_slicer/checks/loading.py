"""Scans from the disk: by the panel's own buttons, from files and from DICOM."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk
import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.dicom_series import need_dicom, write_series
from Testing.in_slicer.files import answer_file_dialog, own_folder


def a_scan_is_loaded_chosen_and_shown() -> None:
    ui = desk.open_module()
    with own_folder() as folder:
        path = _write(folder / "Bauch Ü.nii.gz", np.zeros((6, 20, 20), np.int16))
        answer_file_dialog(path)
        desk.click(ui.loadScanButton)

    assert desk.parameters().inputVolume.GetName() == "Bauch Ü"
    assert desk.shown_volumes() == {"Bauch Ü"}


def a_colour_picture_is_refused_by_its_name_and_leaves_no_node() -> None:
    ui = desk.open_module()
    before = desk.node_names()
    with own_folder() as folder:
        path = _write(folder / "photo.nrrd", np.zeros((6, 20, 20, 3), np.uint8), colour=True)
        answer_file_dialog(path)
        desk.click(ui.loadScanButton)

    assert "photo" in ui.inputMessageLabel.text
    assert desk.node_names() == before


def a_dicom_folder_becomes_the_volume() -> None:
    _load_dicom()

    volume = desk.parameters().inputVolume
    assert volume is not None
    assert slicer.util.arrayFromVolume(volume).shape == (12, 32, 32)
    assert desk.shown_volumes() == {volume.GetName()}


def files_of_a_dicom_folder_are_in_the_database_or_saving_says_what_is_missing() -> None:
    _load_dicom()
    volume = desk.parameters().inputVolume
    uids = (volume.GetAttribute("DICOM.instanceUIDs") or "").split()
    in_database = bool(uids) and bool(slicer.dicomDatabase.fileForInstance(uids[0]))
    desk.segment(volume)

    with own_folder() as folder:
        answer_file_dialog(folder / "result.seg.nrrd")
        desk.click(desk.widget().ui.saveButton)

    told = desk.widget().ui.resultMessageLabel.text
    assert in_database or "DICOM" in told, told


def nan_outside_the_field_of_view_is_taken_for_air() -> None:
    volume, _ = desk.add_scan()
    array = slicer.util.arrayFromVolume(volume).astype(np.float32)
    array[:, :5] = np.nan
    slicer.util.updateVolumeFromArray(volume, array)

    result = desk.segment(volume)

    assert desk.voxels(result, desk.result_id(result), volume).any()
    ui = desk.widget().ui
    ui.warningLabel.linkActivated("why")
    assert "NaN" in ui.warningTextLabel.text and "air" in ui.warningTextLabel.text


def _load_dicom() -> None:
    need_dicom()
    ui = desk.open_module()
    with own_folder() as folder:
        write_series(folder)
        answer_file_dialog(folder)
        desk.click(ui.loadDicomButton)
        desk.until(lambda: desk.parameters().inputVolume is not None, "the series is loaded")


def _write(path: Path, array: np.ndarray, colour: bool = False) -> Path:
    sitk.WriteImage(sitk.GetImageFromArray(array, isVector=colour), str(path))
    return path
