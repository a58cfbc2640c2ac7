"""Connected components of a mask: voxels that share a face hang together."""

import numpy as np
import SimpleITK as sitk


def labelled_components(mask: np.ndarray) -> np.ndarray:
    """Components of `mask` (k, j, i) numbered from 1; 0 elsewhere."""
    if mask.size == 0:  # ITK ends the process on an image without voxels
        return np.zeros(mask.shape, dtype=np.uint32)
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    return np.asarray(sitk.GetArrayFromImage(sitk.ConnectedComponent(image, False)))


def heaviest_component(mask: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The component of `mask` (k, j, i) with the largest sum of `weight`, as a boolean mask.

    Empty where the mask is empty.
    """
    labels = labelled_components(mask)
    sums = np.bincount(labels.ravel(), weights=weight.ravel(), minlength=1)
    sums[0] = 0
    return (labels == sums.argmax()) & (labels > 0)


def largest_component(mask: np.ndarray) -> np.ndarray:
    """The component of `mask` (k, j, i) with the most voxels, as a boolean mask."""
    return heaviest_component(mask, mask)
