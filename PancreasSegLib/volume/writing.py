"""Writing a mask or a map of values, whatever the format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.files.atomic_file import atomic_file, check_folder
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.image_file import image_of
from PancreasSegLib.volume.itk_names import ITK_FAILURES, itk_new_file
from PancreasSegLib.volume.meta_image import write_meta_image
from PancreasSegLib.volume.nifti import geometry_header, is_nifti, write_nifti
from PancreasSegLib.volume.volume import Volume

OUTPUT_SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".mha")

_UNKNOWN_FORMAT = "{path} cannot be written: its name must end in .nii.gz, .nii, .nrrd or .mha."
_IS_A_FOLDER = "{path} cannot be written: it is a folder; give the name of a file."
_SHEARED = (
    "The scan's slices are sheared (tilted gantry), and ITK, and so 3D Slicer, cannot read {path}, "
    "a NIfTI file on the same grid: for such programs write a .nrrd instead."
)
_RIGHT_ANGLE = 1e-4  # in the product of two unit axes, as in ITK's reader of NIfTI
_FAILED = "{path} cannot be written; free some space or choose another folder."


def write_mask(mask: Volume, path: str | Path, like: str | Path | None = None) -> None:
    """Writes a mask, compressed (but .nii, which cannot be), as a whole or not at all.

    Args:
        mask: uint8.
        path: ends in .nii.gz, .nii, .nrrd or .mha.
        like: the scan that the mask belongs to. If both are NIfTI, the mask carries that file's
            own geometry fields byte for byte.

    Raises:
        OutputError: unknown ending, folder missing or read-only, `like` on another grid.
        ValueError: the mask is not uint8.
    """
    if mask.array.dtype != np.uint8:
        raise ValueError(f"A mask is uint8, this one is {mask.array.dtype}.")
    write_volume(mask, path, like)


def write_volume(volume: Volume, path: str | Path, like: str | Path | None = None) -> None:
    """Writes values as they are (float32 for any floating type); see `write_mask`."""
    path = Path(path)
    check_output_path(path)
    own = volume.array.dtype
    # Arrays of nibabel, for one, may have another machine's order of bytes.
    written = np.dtype(np.float32) if own.kind == "f" else own.newbyteorder("=")
    volume = volume.with_array(volume.array.astype(written, copy=False))
    if is_nifti(path):
        geometry = None
        if like is not None and is_nifti(Path(like)):
            geometry = geometry_header(Path(like), volume.grid)
        with atomic_file(path, _suffix(path)) as unfinished:
            write_nifti(volume, unfinished, geometry)
        return
    if path.name.lower().endswith(".mha"):
        with atomic_file(path, ".mha") as unfinished:
            write_meta_image(volume, unfinished)
        return
    with atomic_file(path, _suffix(path)) as unfinished, itk_new_file(unfinished) as name:
        try:
            sitk.WriteImage(image_of(volume), name, useCompression=True)
        except ITK_FAILURES as error:
            raise OutputError(_FAILED.format(path=path)) from error


def check_output_path(path: str | Path) -> None:
    """OutputError if a mask could not be written to `path`: ask before the long work, not after."""
    path = Path(path)
    if not path.name.lower().endswith(OUTPUT_SUFFIXES):
        raise OutputError(_UNKNOWN_FORMAT.format(path=path))
    if path.is_dir():
        raise OutputError(_IS_A_FOLDER.format(path=path))
    check_folder(path)


def is_still_there(scan: str | Path, grid: Grid) -> bool:
    """False if a NIfTI scan was removed or changed since it was read: then it is no `like`."""
    if not is_nifti(Path(scan)):
        return True
    try:
        geometry_header(Path(scan), grid)
    except (InputError, OutputError):
        return False
    return True


def format_warnings(grid: Grid, path: str | Path) -> list[str]:
    """A warning where a file on `grid` in the format of `path` cannot be read by ITK programs."""
    axes = grid.direction
    is_sheared = np.abs(axes.T @ axes - np.eye(3)).max() > _RIGHT_ANGLE
    return [_SHEARED.format(path=path)] if is_sheared and is_nifti(Path(path)) else []


def _suffix(path: Path) -> str:
    return next(suffix for suffix in OUTPUT_SUFFIXES if path.name.lower().endswith(suffix))
