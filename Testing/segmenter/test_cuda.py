"""On a real CUDA device: the CPU's mask, and fewer slices at once where memory really runs out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from PancreasSegLib.default_model import DEFAULT_MODEL
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.networks import JAC
from PancreasSegLib.phantom.synthetic_ct import synthetic_ct
from PancreasSegLib.segmenter.device import Compute
from PancreasSegLib.segmenter.memory import MOST_SLICES
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.segmenter.stack_runner import StackRunner

pytestmark = pytest.mark.cuda

LEAST_DICE = 0.98
"""Of both masks. In half precision voxels at the border may fall to the other side: on a CPU, the
masks in bfloat16 and float32 have a DSC of 0.993 over 14 scans."""


@pytest.mark.parametrize("model", [DEFAULT_MODEL, "rnn64-ct"])
def test_a_bundled_model_makes_the_same_mask_as_on_the_cpu(model: str) -> None:
    scan = synthetic_ct(spacing_mm=(1.5, 1.5, 3.0)).image

    on_cuda = Segmenter(model, "cuda").segment(scan)
    on_cpu = Segmenter(model, "cpu").segment(scan)

    assert on_cuda.report.device == "cuda:0"
    assert on_cpu.found
    assert dice(on_cuda.mask.array, on_cpu.mask.array) >= LEAST_DICE
    assert on_cuda.mask.grid.is_same_as(on_cpu.mask.grid)


@pytest.fixture
def limited_memory() -> Iterator[None]:
    """What a test takes of the device's memory ends with it."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def test_fewer_slices_are_taken_where_the_devices_memory_really_runs_out(
    limited_memory: None,
) -> None:
    network = JAC(channels=16).eval()
    slices = np.random.default_rng(4).random((MOST_SLICES["cuda"], 256, 256), np.float32)
    compute = Compute(torch.device("cuda:0"), torch.float32)
    plenty = StackRunner(compute)
    wanted = plenty.probability(network, slices)
    needed = torch.cuda.max_memory_allocated()
    torch.cuda.empty_cache()
    whole = torch.cuda.get_device_properties(0).total_memory

    torch.cuda.set_per_process_memory_fraction(0.4 * needed / whole)
    short = StackRunner(compute)
    answer = short.probability(network, slices)

    assert plenty.slices_at_once == MOST_SLICES["cuda"]
    assert 1 <= short.slices_at_once < MOST_SLICES["cuda"]
    assert short.compute == compute and short.notes == []
    assert np.allclose(answer, wanted, atol=1e-3)
