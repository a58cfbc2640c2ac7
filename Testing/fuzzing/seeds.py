"""The whole files that are mutated: one small scan in each format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.volume.volume import Volume
from PancreasSegLib.volume.writing import write_volume

AFFINE = np.diag([7.0, 7.0, 9.0, 1.0])
SEEDS = {
    "NIfTI": ".nii",
    "packed NIfTI": ".nii.gz",
    "NRRD": ".nrrd",
    "plain NRRD": ".nrrd",
    "MetaImage": ".mha",
    "plain MetaImage": ".mha",
    "DICOM": "",
}
"""The kinds, and the endings of their names; plain: voxels that are not packed."""


def scan() -> Volume:
    """12 x 16 x 14 voxels of air, fat and organs, with noise."""
    hu = np.random.default_rng(0).normal(0, 20, (12, 16, 14))
    hu[:, :3] -= 1000
    hu[:, 3:6] -= 100
    hu[:, 6:] += 60
    return Volume(np.rint(hu).astype(np.int16), AFFINE, "CT")


def make_seed(kind: str, folder: Path) -> Path:
    """Writes the file, or the folder of a DICOM series."""
    if kind == "DICOM":
        return _series(folder / "series")
    path = folder / f"scan{SEEDS[kind]}"
    if kind.startswith("plain"):
        image = sitk.GetImageFromArray(scan().array)
        image.SetSpacing(np.diag(AFFINE)[:3].tolist())
        sitk.WriteImage(image, str(path), useCompression=False)
    else:
        write_volume(scan(), path)
    return path


def _series(folder: Path) -> Path:
    folder.mkdir()
    writer = sitk.ImageFileWriter()
    writer.KeepOriginalImageUIDOn()
    for k, pixels in enumerate(scan().array[:6]):
        image = sitk.GetImageFromArray(pixels[None])
        image.SetSpacing(np.diag(AFFINE)[:3].tolist())
        for tag, value in {
            "0008|0018": f"1.2.3.{k + 1}",
            "0008|0060": "CT",
            "0020|000d": "1.2.3",
            "0020|000e": "1.2.3.100",
            "0020|0032": f"0\\0\\{9 * k}",
            "0020|0037": "1\\0\\0\\0\\1\\0",
        }.items():
            image.SetMetaData(tag, value)
        writer.SetFileName(str(folder / f"{k}.dcm"))
        writer.Execute(image)
    return folder
