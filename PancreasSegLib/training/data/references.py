"""The reference of a case, where it belongs in the scan."""

from __future__ import annotations

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.cases import Case
from PancreasSegLib.volume import Volume, read_mask


def read_reference(case: Case, scan: Volume) -> Volume:
    """The mask of `case`, 0 and 1; that of flipped rows on the grid of its `scan`.

    Raises `InputError` as `read_mask`, and where such a mask has other voxels than the scan.
    """
    mask = read_mask(case.reference, case.label)
    if not case.rows_flipped:
        return mask
    if mask.array.shape != scan.array.shape:
        sizes = [" x ".join(map(str, array.shape[::-1])) for array in (mask.array, scan.array)]
        raise InputError(
            f"{case.reference} has {sizes[0]} voxels and {case.image} {sizes[1]}; get both again."
        )
    return scan.with_array(mask.array[:, ::-1])


def empty_reference(name: str) -> InputError:
    """What is raised for a scan that can neither be trained on nor measured."""
    return InputError(f"The reference mask of {name} is empty; leave the case out.")
