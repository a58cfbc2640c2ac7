"""Cross-entropy and its class-balanced form."""

from collections.abc import Callable
from math import log

import pytest
import torch
from torch import Tensor

from PancreasSegLib.losses.cross_entropy import balanced_cross_entropy_loss, cross_entropy_loss

Loss = Callable[[Tensor, Tensor], Tensor]

# One foreground pixel with p = 0.8, three background ones with p = 0.5, 0.2 and 0.1.
REFERENCE = torch.tensor([[1, 0, 0, 0]], dtype=torch.uint8)


@pytest.fixture
def logits() -> Tensor:
    probability = torch.tensor([[0.8, 0.5, 0.2, 0.1]], dtype=torch.float64)
    return torch.logit(probability).requires_grad_()


def test_cross_entropy_is_the_mean_of_minus_log_likelihoods(logits: Tensor) -> None:
    expected = -(log(0.8) + log(0.5) + log(0.8) + log(0.9)) / 4

    assert cross_entropy_loss(logits, REFERENCE).item() == pytest.approx(expected)


def test_balanced_cross_entropy_weighs_each_class_by_the_others_share(logits: Tensor) -> None:
    expected = -(0.75 * log(0.8) + 0.25 * (log(0.5) + log(0.8) + log(0.9))) / 4

    assert balanced_cross_entropy_loss(logits, REFERENCE).item() == pytest.approx(expected)


def test_at_even_odds_both_classes_pull_equally_in_balanced_cross_entropy() -> None:
    logits = torch.zeros(1, 4, requires_grad=True)

    loss = balanced_cross_entropy_loss(logits, REFERENCE)
    (gradient,) = torch.autograd.grad(loss, logits)

    assert gradient[0, 0].item() == pytest.approx(-0.75 * 0.5 / 4)
    assert gradient[0, 1:].tolist() == pytest.approx([0.25 * 0.5 / 4] * 3)


@pytest.mark.parametrize("loss", [cross_entropy_loss, balanced_cross_entropy_loss])
def test_gradients_are_those_of_finite_differences(loss: Loss, logits: Tensor) -> None:
    assert torch.autograd.gradcheck(lambda x: loss(x, REFERENCE), logits)


@pytest.mark.parametrize("present", [0, 1])
def test_balanced_cross_entropy_is_zero_where_a_class_is_missing(
    present: int, logits: Tensor
) -> None:
    loss = balanced_cross_entropy_loss(logits, torch.full((1, 4), present))
    (gradient,) = torch.autograd.grad(loss, logits)

    assert loss.item() == 0.0
    assert torch.equal(gradient, torch.zeros(1, 4, dtype=torch.float64))


@pytest.mark.parametrize("loss", [cross_entropy_loss, balanced_cross_entropy_loss])
def test_a_certain_but_wrong_pixel_keeps_the_loss_finite(loss: Loss) -> None:
    logits = torch.tensor([[-200.0, 0.0, 0.0, 0.0]], requires_grad=True)

    value = loss(logits, REFERENCE)
    (gradient,) = torch.autograd.grad(value, logits)

    assert value.isfinite()
    assert gradient.isfinite().all()
    assert gradient[0, 0] < 0


@pytest.mark.parametrize("loss", [cross_entropy_loss, balanced_cross_entropy_loss])
def test_shapes_that_would_broadcast_are_refused(loss: Loss) -> None:
    with pytest.raises(ValueError, match=r"\(2, 4\) and the reference \(1, 4\)"):
        loss(torch.zeros(2, 4), REFERENCE)
