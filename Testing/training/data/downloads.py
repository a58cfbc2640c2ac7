"""Small data sets that lie on disk exactly as public ones do after their download."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.volume import Volume, write_mask, write_volume

AFFINE = np.array([[3.0, 0, 0, -60], [0, 3.0, 0, -40], [0, 0, 5, -700], [0, 0, 0, 1]], float)
SHAPE = (12, 32, 36)


def scan(seed: int) -> tuple[Volume, Volume]:
    """Fat with one block of soft tissue, which is the pancreas; away from every middle."""
    mask = np.zeros(SHAPE, np.uint8)
    mask[2:5, 4:14, 3 : 22 + seed % 3] = 1
    noise = np.random.default_rng(seed).normal(0, 10, SHAPE)
    grey = np.where(mask, 90, -110) + noise
    return Volume(grey.astype(np.int16), AFFINE, "CT"), Volume(mask, AFFINE)


def nih_pancreas_ct(folder: Path, numbers: tuple[int, ...]) -> None:
    """DICOM series below each other's UIDs; NIfTI labels with rows from bottom to top."""
    labels = folder / "TCIA_pancreas_labels-02-05-2017"
    labels.mkdir(parents=True)
    for number in numbers:
        image, mask = scan(number)
        series = folder / "Pancreas-CT" / f"PANCREAS_{number:04d}" / "11-24-2015" / "Pancreas-1"
        series.mkdir(parents=True)
        _write_dicom(image, series, number)
        nothing_said = Volume(mask.array[:, ::-1], np.eye(4))
        write_mask(nothing_said, labels / f"label{number:04d}.nii.gz")


def msd(folder: Path, numbers: tuple[int, ...]) -> None:
    """As Task07_Pancreas: pancreas and its tumours."""
    labels = {"0": "background", "1": "pancreas", "2": "cancer"}
    _listed(folder, "Pancreas", labels, [f"pancreas_{number:03d}" for number in numbers])


def amos(folder: Path, numbers: tuple[int, ...]) -> None:
    """Fifteen organs in each reference, of which two are written; MRI from 501 on."""
    labels = {"0": "background", "6": "liver", "10": "pancreas"}
    _listed(folder, "MICCAI2022_AMOS", labels, [f"amos_{number:04d}" for number in numbers])


def btcv(folder: Path, numbers: tuple[int, ...]) -> None:
    """As Abdomen/RawData/Training."""
    for number in numbers:
        image, mask = scan(number)
        organs = mask.array * 11
        organs[8:, 20:] = 6
        for part, volume in (("img", image), ("label", Volume(organs, AFFINE))):
            place = folder / "Abdomen" / "RawData" / "Training" / part
            place.mkdir(parents=True, exist_ok=True)
            write_volume(volume, place / f"{part}{number:04d}.nii.gz")


def total_segmentator(folder: Path, numbers: tuple[int, ...]) -> None:
    """A folder a scan, a file an organ."""
    for number in numbers:
        image, mask = scan(number)
        organs = folder / f"s{number:04d}" / "segmentations"
        organs.mkdir(parents=True)
        write_volume(image, organs.parent / "ct.nii.gz")
        write_mask(mask, organs / "pancreas.nii.gz")
        write_mask(Volume(1 - mask.array, AFFINE), organs / "liver.nii.gz")


def _listed(folder: Path, name: str, labels: dict[str, str], cases: list[str]) -> None:
    (value,) = (value for value, organ in labels.items() if organ == "pancreas")
    for part in ("imagesTr", "labelsTr"):
        (folder / part).mkdir(parents=True)
    for number, case in enumerate(cases):
        image, mask = scan(number)
        organs = mask.array * np.uint8(int(value))
        organs[8:, 20:] = max(map(int, labels.keys() - {value}))
        write_volume(image, folder / "imagesTr" / f"{case}.nii.gz")
        write_volume(Volume(organs, AFFINE), folder / "labelsTr" / f"{case}.nii.gz")
    pairs = [
        {"image": f"./imagesTr/{case}.nii.gz", "label": f"./labelsTr/{case}.nii.gz"}
        for case in cases
    ]
    content = {"name": name, "labels": labels, "training": pairs}
    (folder / "dataset.json").write_text(json.dumps(content), encoding="utf-8")


def _write_dicom(volume: Volume, folder: Path, number: int) -> None:
    """One file a slice, the last one first: names say nothing of the order."""
    spacing = (AFFINE[0, 0], AFFINE[1, 1], AFFINE[2, 2])
    for k in range(len(volume.array)):
        image = sitk.GetImageFromArray(volume.array[k : k + 1])
        image.SetSpacing(spacing)
        position = AFFINE[:3, 3] + [0, 0, k * AFFINE[2, 2]]
        tags = {
            "0008|0016": "1.2.840.10008.5.1.4.1.1.2",
            "0008|0060": "CT",
            "0020|000d": f"1.2.826.0.1.3680043.9.7433.1.{number}",
            "0020|000e": f"1.2.826.0.1.3680043.9.7433.2.{number}",
            "0020|0013": str(k + 1),
            "0020|0032": "\\".join(f"{value:g}" for value in position),
            "0020|0037": "1\\0\\0\\0\\1\\0",
            "0028|1052": "0",
            "0028|1053": "1",
        }
        for tag, value in tags.items():
            image.SetMetaData(tag, value)
        writer = sitk.ImageFileWriter()
        writer.KeepOriginalImageUIDOn()
        writer.SetFileName(str(folder / f"{len(volume.array) - k:06d}.dcm"))
        writer.Execute(image)
