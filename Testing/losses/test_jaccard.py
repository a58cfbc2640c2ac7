"""Jaccard loss: Cai et al. 2017, eq. (2), and its gradient, eq. (3) with its sign corrected."""

import pytest
import torch
from torch import Tensor

from PancreasSegLib.losses.jaccard import jaccard_loss, jaccard_loss_of_probability

# Two slices of 1 x 3 pixels. A = 0.9 + 0.4 + 0.5 = 1.8; B = 3 + (0.2 + 0.1 + 0.3) = 3.6.
PROBABILITY = [[[0.9, 0.2, 0.4]], [[0.1, 0.5, 0.3]]]
REFERENCE = torch.tensor([[[1, 0, 1]], [[0, 1, 0]]], dtype=torch.uint8)


@pytest.fixture
def probability() -> Tensor:
    return torch.tensor(PROBABILITY, dtype=torch.float64, requires_grad=True)


def test_it_is_one_minus_a_over_b(probability: Tensor) -> None:
    loss = jaccard_loss_of_probability(probability, REFERENCE)

    assert loss.shape == ()
    assert loss.item() == pytest.approx(1 - 1.8 / 3.6)


def test_its_gradient_is_minus_1_over_b_inside_and_plus_a_over_b_squared_outside(
    probability: Tensor,
) -> None:
    loss = jaccard_loss_of_probability(probability, REFERENCE)
    (gradient,) = torch.autograd.grad(loss, probability)

    inside, outside = -1 / 3.6, 1.8 / 3.6**2
    expected = [[[inside, outside, inside]], [[outside, inside, outside]]]
    torch.testing.assert_close(gradient, torch.tensor(expected, dtype=torch.float64))


def test_its_gradient_is_that_of_finite_differences(probability: Tensor) -> None:
    logits = torch.logit(probability.detach()).requires_grad_()

    assert torch.autograd.gradcheck(
        lambda p: jaccard_loss_of_probability(p, REFERENCE), probability
    )
    assert torch.autograd.gradcheck(lambda x: jaccard_loss(x, REFERENCE), logits)


def test_of_logits_it_is_the_loss_of_their_sigmoid(probability: Tensor) -> None:
    assert jaccard_loss(torch.logit(probability), REFERENCE).item() == pytest.approx(0.5)


def test_it_is_reduced_over_the_whole_batch_not_slice_by_slice(probability: Tensor) -> None:
    """A slice without pancreas joins B with its false positives, and has no loss of its own."""
    with_empty_slice = torch.cat([probability, torch.full((1, 1, 3), 0.2, dtype=torch.float64)])
    reference = torch.cat([REFERENCE, torch.zeros(1, 1, 3, dtype=torch.uint8)])

    loss = jaccard_loss_of_probability(with_empty_slice, reference)

    assert loss.item() == pytest.approx(1 - 1.8 / (3.6 + 0.6))


@pytest.mark.parametrize("value", [0.0, 0.3])
def test_on_a_batch_without_pancreas_it_is_one_with_no_gradient(value: float) -> None:
    probability = torch.full((2, 1, 4, 4), value, requires_grad=True)

    loss = jaccard_loss_of_probability(probability, torch.zeros(2, 1, 4, 4))
    (gradient,) = torch.autograd.grad(loss, probability)

    assert loss.item() == 1.0
    assert torch.equal(gradient, torch.zeros(2, 1, 4, 4))


def test_perfect_and_disjoint_results_are_its_limits() -> None:
    reference = REFERENCE.float()

    assert jaccard_loss_of_probability(reference, REFERENCE).item() == 0.0
    assert jaccard_loss_of_probability(1 - reference, REFERENCE).item() == 1.0


def test_half_precision_logits_are_summed_in_single_precision() -> None:
    """The background's sum of p is 65,536, beyond what float16 can hold."""
    reference = torch.zeros(1, 1, 512, 512)
    reference[..., :256] = 1

    loss = jaccard_loss(torch.zeros(1, 1, 512, 512, dtype=torch.float16), reference)

    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(1 - 0.5 / 1.5)


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 1, 3\) and the reference \(1, 1, 3\)"):
        jaccard_loss(torch.zeros(2, 1, 3), REFERENCE[:1])
