"""SLIC superpixels: connected pieces, numbered through, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
import torch

from PancreasSegLib.superpixels.slic import superpixels


@pytest.fixture
def slices() -> torch.Tensor:
    """Two slices (40, 56) of noise around a bright half."""
    random = np.random.default_rng(3)
    array = random.uniform(0.34, 0.36, (2, 40, 56))
    array[:, :, 28:] += 0.4
    return torch.from_numpy(array.astype(np.float32))


def test_every_pixel_has_a_superpixel_and_none_is_left_out(slices: torch.Tensor) -> None:
    labels = superpixels(slices, size=8, compactness=10.0)

    assert labels.shape == slices.shape and labels.dtype == torch.int64
    assert labels.unique().tolist() == list(range(int(labels.max()) + 1))


def test_no_superpixel_lies_in_two_slices(slices: torch.Tensor) -> None:
    first, second = superpixels(slices, size=8, compactness=10.0)

    assert int(second.min()) == int(first.max()) + 1


def test_superpixels_are_connected_but_for_a_few(slices: torch.Tensor) -> None:
    labels = superpixels(slices[:1], size=8, compactness=10.0)[0].numpy()

    pieces = []
    for label in range(labels.max() + 1):
        piece = sitk.GetImageFromArray((labels == label).astype(np.uint8))
        pieces.append(sitk.GetArrayFromImage(sitk.ConnectedComponent(piece, True)).max())
    assert np.mean(np.array(pieces) == 1) > 0.9


def test_superpixels_keep_to_an_edge_between_grey_values(slices: torch.Tensor) -> None:
    labels = superpixels(slices[:1], size=8, compactness=5.0)[0]

    bright = torch.bincount(labels.flatten(), weights=(slices[0] > 0.55).double().flatten())
    share = bright / torch.bincount(labels.flatten())
    assert float(((share < 0.1) | (share > 0.9)).double().mean()) > 0.95


def test_the_same_slices_give_the_same_superpixels_whatever_the_threads(
    slices: torch.Tensor,
) -> None:
    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    found = []
    try:
        for count in (1, 2, 7):
            sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(count)
            found.append(superpixels(slices, size=8, compactness=10.0))
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)

    assert all(torch.equal(found[0], other) for other in found[1:])


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 30), (1, 3, 2), (2, 5, 90)])
def test_a_slice_smaller_than_a_superpixel_will_do(shape: tuple[int, int, int]) -> None:
    labels = superpixels(torch.rand(shape), size=8, compactness=10.0)

    assert labels.shape == shape
    assert labels.unique().tolist() == list(range(int(labels.max()) + 1))
