"""Connected components of a mask: voxels that share a face hang together."""

import numpy as np
import SimpleITK as sitk


def labelled_components(mask: np.ndarray) -> np.ndarray:
    """Components of `mask` (k, j, i) numbered from 1; 0 elsewhere."""
    if mask.size == 0:  # ITK ends the process on an image without voxels
        return np.zeros(mask.shape, dtype=np.uint32)
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    return np.asarray(sitk.GetArrayFromImage(sitk.ConnectedComponent(image, False)))


def large_components(mask: np.ndarray, share: float) -> np.ndarray:
    """The components of `mask` (k, j, i) that are at least `share` of the largest, boolean.

    With a share of 1 only the largest is left (and its equals), with 0 all are.
    """
    labels = labelled_components(mask)
    voxels = np.bincount(labels.ravel(), minlength=1)
    voxels[0] = 0
    large = (voxels >= share * voxels.max()) & (voxels > 0)
    return np.asarray(large[labels])
