"""From one grid to another.

SimpleITK does the arithmetic, in voxel indices: what it is given is an image without geometry and
the one affine matrix from target index to source index. So any affine works, also a sheared one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.orientation import reorient
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.volume import Volume

_STEP_TOLERANCE = 1e-3  # of a voxel: headers store float32
_INDEX_DECIMALS = 9  # so that the 48 ways to store one scan give the same numbers


def patient_grid(grid: Grid, spacing_mm: Sequence[float]) -> Grid:
    """The grid that is parallel to the patient's axes and covers all voxel centres of `grid`.

    Its i runs to the Left, j to Posterior, k to Superior; the first voxel centre lies at the low
    corner of the bounding box. A scan that is stored so already, with the same spacing, keeps its
    own voxel centres.

    Args:
        grid: any grid.
        spacing_mm: (x, y, z) millimetres.
    """
    spacing = np.asarray(spacing_mm, dtype=np.float64)
    corners = grid.corners()
    low, high = corners.min(axis=0), corners.max(axis=0)
    i, j, k = (np.ceil((high - low) / spacing - _STEP_TOLERANCE).astype(int) + 1).tolist()
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = low
    return Grid((k, j, i), affine)


def resample(volume: Volume, grid: Grid, outside: float) -> Volume:
    """The volume's values at the voxels of `grid`: float32, linear interpolation.

    Where the target is coarser than the source by a factor of two or more along an axis, the
    source is first averaged in bins of that many voxels. The result does not depend on the axis
    order in which the volume is stored.

    Args:
        volume: any numeric type, any affine.
        grid: any grid.
        outside: value of voxels that lie outside the volume.
    """
    source = reorient(volume, grid.affine)
    image = sitk.GetImageFromArray(np.ascontiguousarray(source.array, dtype=np.float32))
    image, source_grid = _averaged_in_bins(image, source.grid, grid.spacing)
    array = _values_at(image, source_grid, grid, sitk.sitkLinear, outside)
    return Volume(array, grid.affine, volume.modality)


def part_for(volume: Volume, grid: Grid) -> Volume:
    """What of the volume counts for its values at the voxels of `grid`: a view, in its axis order.

    It is cut between the bins that `resample` averages, so that it gives what the whole gives.
    """
    source = reorient(volume, grid.affine)
    bins = _bins(source.grid, grid.spacing)[::-1]
    box = source.grid.box_around(grid.corners())
    if box is None:  # nothing of `grid` lies in the volume: any part will do
        box = Box((0, 0, 0), (1, 1, 1))
    start = np.maximum(np.subtract(box.start, 2 * bins) // bins * bins, 0)
    stop = np.minimum(-(-np.add(box.stop, 2 * bins) // bins) * bins, source.array.shape)
    part = Box(tuple(start.tolist()), tuple(stop.tolist()))
    return Volume(source.array[part.slices], source.grid.crop(part).affine, volume.modality)


def resample_mask(volume: Volume, grid: Grid) -> Volume:
    """The mask on another grid: uint8, nearest voxel, 0 outside. For references, not for results.

    Only the box around what is not 0 is brought over: for a pancreas a hundredth of a CT.

    Args:
        volume: 0 and 1 (or small labels up to 255).
        grid: any grid.
    """
    array = np.zeros(grid.shape, dtype=np.uint8)
    held = Box.of(volume.array)
    reached = None if held is None else _box_of(grid, volume.grid.crop(held))
    if held is not None and reached is not None:
        part = Volume(volume.array[held.slices], volume.grid.crop(held).affine)
        source = reorient(part, grid.affine)
        image = sitk.GetImageFromArray(np.ascontiguousarray(source.array, dtype=np.uint8))
        array[reached.slices] = _values_at(
            image, source.grid, grid.crop(reached), sitk.sitkNearestNeighbor, 0.0
        )
    return Volume(array, grid.affine, volume.modality)


def _box_of(grid: Grid, part: Grid) -> Box | None:
    """The voxels of `grid` whose centres may lie in voxels of `part`; None if there are none."""
    return grid.box_around(PatientBox.of_grid(part).corners)


def _bins(grid: Grid, target_spacing: np.ndarray) -> np.ndarray:
    """How many voxels are averaged along i, j and k."""
    factors = np.floor(target_spacing / grid.spacing + _STEP_TOLERANCE).astype(int)
    return np.clip(factors, 1, grid.shape[::-1])


def _averaged_in_bins(
    image: sitk.Image, grid: Grid, target_spacing: np.ndarray
) -> tuple[sitk.Image, Grid]:
    factors = _bins(grid, target_spacing)
    if (factors == 1).all():
        return image, grid
    # BinShrink drops an incomplete last bin: complete it with copies of the border.
    missing = (-np.array(image.GetSize()) % factors).tolist()
    if any(missing):
        image = sitk.ZeroFluxNeumannPad(image, [0, 0, 0], missing)
    image = sitk.BinShrink(image, factors.tolist())
    affine = grid.affine @ np.diag([*factors, 1.0])
    affine[:3, 3] = grid.to_world(np.array([(factors - 1) / 2]))[0]
    i, j, k = image.GetSize()
    return image, Grid((k, j, i), affine)


def _values_at(
    image: sitk.Image, source: Grid, target: Grid, interpolator: int, outside: float
) -> np.ndarray:
    to_source = np.linalg.solve(source.affine, target.affine).round(_INDEX_DECIMALS)
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(to_source[:3, :3].ravel().tolist())
    transform.SetTranslation(to_source[:3, 3].tolist())
    identity = np.eye(3).ravel().tolist()
    image.SetSpacing([1.0] * 3)
    image.SetOrigin([0.0] * 3)
    image.SetDirection(identity)
    result = sitk.Resample(
        image,
        target.shape[::-1],
        transform,
        interpolator,
        [0.0] * 3,
        [1.0] * 3,
        identity,
        outside,
        image.GetPixelID(),
    )
    return np.asarray(sitk.GetArrayFromImage(result))
