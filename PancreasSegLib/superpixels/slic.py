"""SLIC superpixels of axial slices (Achanta et al. 2012), by SimpleITK."""

import numpy as np
import SimpleITK as sitk
import torch
from torch import Tensor

ITERATIONS = 5
GREY_LEVELS = 255.0
"""What the slices' 0 to 1 become before SLIC: its compactness weighs pixels against these."""


def superpixels(slices: Tensor, size: int, compactness: float) -> Tensor:
    """Slices (S, H, W) in [0, 1] -> labels (S, H, W) int64, on the CPU.

    Labels are numbered through from 0, every slice going on where the one before ended. `size` is
    the edge, in pixels, of the squares that superpixels start as; a larger `compactness` keeps them
    closer to those. Each is one connected piece, but for one or two in a hundred, which ITK's own
    enforcement leaves in two.
    """
    labels, first = [], 0
    for array in slices.detach().cpu().float().numpy() * GREY_LEVELS:
        numbers = _renumbered(_slic(array, size, compactness))
        labels.append(torch.from_numpy(numbers + first))
        first += int(numbers.max()) + 1
    return torch.stack(labels)


def _slic(array: np.ndarray, size: int, compactness: float) -> np.ndarray:
    slic = sitk.SLICImageFilter()
    # One thread: SLIC adds its centres up thread by thread, and the last bit would vary.
    slic.SetNumberOfThreads(1)
    slic.SetNumberOfWorkUnits(1)
    slic.SetSuperGridSize([min(size, length) for length in reversed(array.shape)])
    slic.SetSpatialProximityWeight(compactness)
    slic.SetMaximumNumberOfIterations(ITERATIONS)
    slic.EnforceConnectivityOn()
    slic.InitializationPerturbationOn()
    image = sitk.GetImageFromArray(np.ascontiguousarray(array))
    return np.asarray(sitk.GetArrayFromImage(slic.Execute(image)))


def _renumbered(labels: np.ndarray) -> np.ndarray:
    """The same pieces with the numbers 0, 1, 2 and so on, none left out."""
    present = np.bincount(labels.ravel()) > 0
    return np.asarray((np.cumsum(present) - 1)[labels])
