from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.networks import JAC, RNN, CBRBlock, Network, UNet3D
from PancreasSegLib.segmenter.device import Compute, choose_compute
from PancreasSegLib.segmenter.stack_runner import StackRunner
from Testing.sentences import assert_tells

FLOAT32 = Compute(torch.device("cpu"), torch.float32)


def stack(slices: int) -> np.ndarray:
    return np.random.default_rng(4).random((slices, 20, 17), dtype=np.float32)


@torch.inference_mode()
def at_once(network: Network, slices: np.ndarray) -> np.ndarray:
    return torch.sigmoid(network.refine(network.maps(torch.from_numpy(slices)[None])))[0].numpy()


def test_slices_in_batches_give_what_they_give_at_once(random_rnn: RNN) -> None:
    told: list[tuple[int, int]] = []
    answer = StackRunner(FLOAT32).probability(
        random_rnn.jac, stack(10), lambda done, total: told.append((done, total))
    )
    assert answer.dtype == np.float32
    assert np.allclose(answer, at_once(random_rnn.jac, stack(10)), atol=1e-5)
    assert told == [(4, 10), (8, 10), (10, 10)]


@pytest.mark.parametrize("slices", [1, 16, 37])
@pytest.mark.parametrize("window", [None, 1, 3])
def test_the_recurrence_in_parts_gives_what_it_gives_at_once(
    random_rnn: RNN, window: int | None, slices: int
) -> None:
    random_rnn.window = window
    answer = StackRunner(FLOAT32).probability(random_rnn, stack(slices))
    assert np.allclose(answer, at_once(random_rnn, stack(slices)), atol=1e-5)


class OnlySmallBatches(JAC):
    """Stands for a graphics card that has no memory for more than two slices."""

    def forward(self, x: Tensor) -> Tensor:
        if len(x) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return super().forward(x)


class NeighbourMean(Network):
    """Stands for a network of patches: a slice's logit is the mean of it and its neighbours."""

    context = 2

    def maps(self, stack: Tensor) -> Tensor:
        padded = functional.pad(stack, (0, 0, 0, 0, self.context, self.context))
        return padded.unfold(1, 2 * self.context + 1, 1).mean(dim=-1).unsqueeze(2)

    @property
    def title(self) -> str:
        return "mean"

    def configuration(self) -> dict[str, Any]:
        return {}


def test_a_network_that_sees_neighbouring_slices_is_given_them_in_every_part() -> None:
    answer = StackRunner(FLOAT32).probability(NeighbourMean(), stack(10))
    assert np.allclose(answer, at_once(NeighbourMean(), stack(10)), atol=1e-6)


def test_a_network_of_whole_stacks_is_given_the_whole_stack() -> None:
    torch.manual_seed(0)
    network = UNet3D(channels=2, blocks=1, scales=3).eval()
    runner = StackRunner(FLOAT32)
    answer = runner.probability(network, stack(11))
    assert runner.slices_at_once == 11
    assert np.allclose(answer, at_once(network, stack(11)), atol=1e-5)


def test_fewer_slices_are_taken_where_memory_runs_out(random_rnn: RNN) -> None:
    runner = StackRunner(FLOAT32)
    small = OnlySmallBatches(channels=4, blocks=2, scales=3).eval()
    small.load_state_dict(random_rnn.jac.state_dict())
    answer = runner.probability(small, stack(7))
    assert runner.slices_at_once == 2
    assert np.allclose(answer, at_once(random_rnn.jac, stack(7)), atol=1e-5)


def test_another_error_is_not_taken_for_a_lack_of_memory(random_rnn: RNN) -> None:
    first = next(block for block in random_rnn.modules() if isinstance(block, CBRBlock))
    first[0] = nn.Conv2d(3, 4, 1)
    with pytest.raises(RuntimeError, match="channels"):
        StackRunner(FLOAT32).probability(random_rnn, stack(2))


@pytest.mark.cuda
def test_the_cpu_goes_on_where_the_graphics_card_has_no_memory(random_rnn: RNN) -> None:
    runner = StackRunner(choose_compute("cuda"))
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e-9)
    try:
        answer = runner.probability(random_rnn, stack(5))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert runner.compute.device == torch.device("cpu")
    (note,) = runner.notes
    assert_tells(note, "memory of cuda:0", "CPU")
    assert np.allclose(answer, at_once(random_rnn.cpu(), stack(5)), atol=0.02)
