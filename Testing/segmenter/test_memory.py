import numpy as np
import pytest
import SimpleITK as sitk
import torch

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.networks import JAC, UNet3D
from PancreasSegLib.segmenter.device import cpu_compute
from PancreasSegLib.segmenter.memory import (
    bytes_per_slice,
    memory_failure_in_a_sentence,
    slice_batch,
)
from Testing.sentences import assert_tells


def test_the_estimate_grows_with_the_slice_and_the_channels() -> None:
    assert bytes_per_slice(JAC(channels=8, blocks=1, scales=2), (10, 20)) == 4 * 4 * 8 * 200


def test_a_small_slice_goes_through_in_full_batches() -> None:
    assert slice_batch(JAC(channels=4, blocks=1, scales=1), (9, 32, 32), cpu_compute()) == 4


def test_a_slice_too_large_for_the_computer_is_refused_beforehand() -> None:
    with pytest.raises(OutOfMemory) as caught:
        slice_batch(JAC(channels=4, blocks=1, scales=1), (2, 10**6, 10**6), cpu_compute())
    assert_tells(
        caught.value, "1000000 x 1000000", "64000.0 GB", "are free", "close other programs"
    )


def test_a_network_of_whole_stacks_gets_the_whole_stack_or_nothing() -> None:
    network = UNet3D(channels=2, scales=2)
    assert slice_batch(network, (70, 32, 32), cpu_compute()) == 70
    with pytest.raises(OutOfMemory) as caught:
        slice_batch(network, (200, 10**5, 10**5), cpu_compute())
    assert_tells(caught.value, "200 slices of 100000 x 100000", "128000.0 GB", "close other")


def test_a_failure_of_numpy_torch_or_simpleitk_is_told_in_a_sentence() -> None:
    with pytest.raises(OutOfMemory) as caught, memory_failure_in_a_sentence():
        np.empty(10**15)
    assert_tells(caught.value, "memory is not enough", "close other programs")
    with pytest.raises(OutOfMemory), memory_failure_in_a_sentence():
        torch.empty(10**15)
    with pytest.raises(OutOfMemory), memory_failure_in_a_sentence():
        sitk.Image([100_000, 100_000, 100_000], sitk.sitkFloat32)


def test_another_failure_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="size of tensor"), memory_failure_in_a_sentence():
        torch.zeros(2) + torch.zeros(3)
