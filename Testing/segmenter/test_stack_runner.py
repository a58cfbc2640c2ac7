from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.networks import JAC, RNN, CBRBlock, Network, UNet3D
from PancreasSegLib.segmenter import memory
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


class SmallGraphicsCard(StackRunner):
    """Raises what CUDA raises, where more bytes a value and slices than `room` come together.

    What fits is computed on the CPU, so that no device is needed.
    """

    def __init__(self, precision: torch.dtype, room: int) -> None:
        super().__init__(Compute(torch.device("cuda:0"), precision))
        self.room = room
        self.tried: list[tuple[str, int]] = []

    def _fit(self, compute: Compute, slices: int) -> None:
        self.tried.append((compute.precision_name if self._on_card(compute) else "cpu", slices))
        if self._on_card(compute) and slices * compute.precision.itemsize > self.room:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    @staticmethod
    def _on_card(compute: Compute) -> bool:
        return compute.device.type == "cuda"

    def _maps_in_batches(self, network: Network, stack: np.ndarray, batch: int, *_: Any) -> Tensor:
        self._fit(self.compute, batch)
        return StackRunner(FLOAT32)._maps_in_batches(network, stack, batch, None)

    def _refined_in_parts(
        self, network: Network, maps: Tensor, compute: Compute, *_: Any
    ) -> np.ndarray:
        self._fit(compute, len(maps))
        return StackRunner(FLOAT32)._refined_in_parts(network, maps, FLOAT32, None)


@pytest.fixture(autouse=True)
def unknown_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is known, the first batch is smaller."""
    monkeypatch.setattr(memory, "_free_bytes", lambda device: None)


@pytest.mark.parametrize(
    ("precision", "room", "tried", "rung"),
    [
        ("float16", 64, [("float16", 32)], "as planned"),
        ("float16", 16, [("float16", 32), ("float16", 16), ("float16", 8)], "fewer slices at once"),
        ("float32", 2, [("float32", 2**n) for n in range(5, -1, -1)], "half precision"),
        ("float16", 1, [("float16", 2**n) for n in range(5, -1, -1)], "CPU"),
    ],
)
def test_maps_go_down_the_memory_ladder_rung_by_rung(
    precision: str, room: int, tried: list[tuple[str, int]], rung: str, random_rnn: RNN
) -> None:
    runner = SmallGraphicsCard(getattr(torch, precision), room)

    maps = runner.maps(random_rnn.jac, stack(5))

    assert runner.tried[: len(tried)] == tried
    assert runner.rung == rung
    on_cpu = rung == "CPU"
    assert runner.tried[-1][0] == ("cpu" if on_cpu else "float16")
    assert runner.compute.device.type == ("cpu" if on_cpu else "cuda")
    assert len(runner.notes) == on_cpu
    for note in runner.notes:
        assert_tells(note, "memory of cuda:0", "CPU")
    wanted = StackRunner(FLOAT32).maps(random_rnn.jac, stack(5))
    assert np.allclose(maps, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("room", "tried", "rung"),
    [
        (20, ["float32"], "as planned"),
        (10, ["float32", "float16"], "half precision"),
        (9, ["float32", "float16", "cpu"], "CPU"),
    ],
)
def test_the_recurrence_goes_down_it_as_well(
    room: int, tried: list[str], rung: str, random_rnn: RNN
) -> None:
    runner = SmallGraphicsCard(torch.float16, room)
    maps = StackRunner(FLOAT32).maps(random_rnn, stack(5))

    refined = runner.refined(random_rnn, maps)

    assert [name for name, _ in runner.tried] == tried
    assert runner.rung == rung
    assert np.allclose(refined, StackRunner(FLOAT32).refined(random_rnn, maps), atol=1e-5)


def test_below_the_cpu_there_is_nothing_but_a_sentence(random_rnn: RNN) -> None:
    class TooSmall(JAC):
        def forward(self, x: Tensor) -> Tensor:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(OutOfMemory) as told:
        StackRunner(FLOAT32).probability(TooSmall(channels=1, blocks=1, scales=1), stack(2))
    assert_tells(told.value, "memory is not enough", "region of interest")


def test_another_error_of_the_card_leads_nowhere_down(random_rnn: RNN) -> None:
    class Broken(SmallGraphicsCard):
        def _fit(self, compute: Compute, slices: int) -> None:
            raise RuntimeError("CUDA error: out of memory is not what this is")

    runner = Broken(torch.float16, 1)
    with pytest.raises(RuntimeError, match="CUDA error"):
        runner.maps(random_rnn.jac, stack(2))
    assert runner.rung == "as planned"


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
