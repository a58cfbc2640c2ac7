"""The loss of several classes."""

import math

import pytest
import torch
from torch.nn import functional

from PancreasSegLib.losses import class_loss

CLASSES = torch.tensor([[[[0, 1], [2, 2]]]])
"""One stack of one slice: none, pancreas, and two voxels of another organ."""


def logits_of(probability: float) -> torch.Tensor:
    """Logits of three classes in which every voxel has this probability to be what it is."""
    right = functional.one_hot(CLASSES, 3).movedim(-1, 1).bool()
    return torch.where(right, probability, (1 - probability) / 2).log()


def test_certain_and_right_costs_nothing() -> None:
    assert float(class_loss(logits_of(1 - 1e-7), CLASSES)) == pytest.approx(0, abs=1e-5)


def test_both_parts_are_as_computed_by_hand() -> None:
    # Cross-entropy: every voxel -ln 0.5, whatever its weight.
    # Dice, pancreas: common 0.5; both 1 + 0.5 + 3 * 0.25. Organ: common 1; both 2 + 1 + 2 * 0.25.
    pancreas, organ = 1 - 2 * 0.5 / 2.25, 1 - 2 * 1 / 3.5
    expected = math.log(2) + (4 * pancreas + organ) / 5

    assert float(class_loss(logits_of(0.5), CLASSES)) == pytest.approx(expected, abs=1e-6)


def test_a_class_that_the_batch_does_not_show_has_no_dice_loss() -> None:
    nothing = torch.zeros(1, 1, 2, 2, dtype=torch.uint8)
    logits = torch.zeros(1, 3, 1, 2, 2, requires_grad=True)

    loss = class_loss(logits, nothing)
    loss.backward()

    assert float(loss.detach()) == pytest.approx(math.log(3), abs=1e-6)
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_a_wrong_pancreas_voxel_costs_more_than_a_wrong_one_of_another_organ() -> None:
    losses = []
    for place in ((0, 1), (1, 0)):
        logits = logits_of(0.9)
        logits[0, :, 0, place[0], place[1]] = torch.tensor([0.9, 0.05, 0.05]).log()
        losses.append(float(class_loss(logits, CLASSES)))

    assert losses[0] > losses[1]


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, 3, 1, 2, 2\).*\(1, 2, 2\)"):
        class_loss(torch.zeros(1, 3, 1, 2, 2), CLASSES[0])
