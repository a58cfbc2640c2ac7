"""Back to the input's grid."""

import numpy as np

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.volume.resampling import resample
from PancreasSegLib.volume.volume import Volume

NOWHERE = Box((0, 0, 0), (0, 0, 0))


def onto_input_grid(probability: Volume, grid: Grid) -> tuple[np.ndarray, Box]:
    """The probability at the voxels of the scan's own `grid`, linear, float32.

    Only the box of the scan's voxels around the probability's own grid is computed; it is given
    beside the array, and the probability is 0 outside it.
    """
    box = grid.box_around(PatientBox.of_grid(probability.grid).corners)
    if box is None:
        return np.zeros(NOWHERE.shape, dtype=np.float32), NOWHERE
    return resample(probability, grid.crop(box), outside=0.0).array, box


def placed(part: np.ndarray, box: Box, grid: Grid) -> Volume:
    """`part` at `box` in an array of zeros on the whole `grid`, in the type of `part`."""
    array = np.zeros(grid.shape, dtype=part.dtype)
    array[box.slices] = part
    return Volume(array, grid.affine)
