"""What a training step minimises."""

from __future__ import annotations

import pytest
import torch

from PancreasSegLib.losses import class_loss, cross_entropy_loss, jaccard_loss
from PancreasSegLib.networks import RNN, UNet3D
from PancreasSegLib.training.fit.objective import LOSSES, class_objective, objective
from Testing.training.toy import tiny_jac


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    """Two crops of three slices."""
    generator = torch.Generator().manual_seed(2)
    image = torch.rand((2, 3, 8, 8), generator=generator)
    return image, (image > 0.7).float()


@pytest.mark.parametrize("name", ["jaccard", "cross_entropy"])
def test_jac_is_supervised_at_its_fused_and_at_every_side_output(
    name: str, batch: tuple[torch.Tensor, torch.Tensor]
) -> None:
    image, reference = batch
    jac = tiny_jac().eval()

    fused, fine, coarse = jac(image.reshape(6, 1, 8, 8)).unbind(dim=1)

    slices = reference.reshape(6, 8, 8)
    expected = sum(LOSSES[name](logits, slices) for logits in (fused, fine, coarse)) / 3
    torch.testing.assert_close(objective(jac, LOSSES[name], image, reference), expected)


def test_a_coarser_side_output_can_count_less(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    image, reference = batch
    jac = tiny_jac().eval()

    fused, fine, coarse = jac(image.reshape(6, 1, 8, 8)).unbind(dim=1)

    slices = reference.reshape(6, 8, 8)
    of_fused, of_fine, of_coarse = (jaccard_loss(m, slices) for m in (fused, fine, coarse))
    expected = (of_fused + of_fine + 0.5 * of_coarse) / 2.5
    torch.testing.assert_close(objective(jac, jaccard_loss, image, reference, 0.5), expected)


def test_rnn_adds_the_loss_of_its_refined_output_to_that_of_its_jac(
    batch: tuple[torch.Tensor, torch.Tensor],
) -> None:
    image, reference = batch
    rnn = RNN(tiny_jac(), hidden=2).eval()
    torch.nn.init.constant_(rnn.corrections["superior"].weight, 3.0)

    refined = rnn(image)

    expected = jaccard_loss(refined, reference) + objective(rnn.jac, jaccard_loss, image, reference)
    torch.testing.assert_close(objective(rnn, jaccard_loss, image, reference), expected)
    assert not torch.allclose(refined, rnn.jac(image.reshape(6, 1, 8, 8))[:, 0].reshape(2, 3, 8, 8))


def test_rnn_passes_the_weight_of_coarser_side_outputs_to_its_jac(
    batch: tuple[torch.Tensor, torch.Tensor],
) -> None:
    image, reference = batch
    rnn = RNN(tiny_jac(), hidden=2).eval()

    refined = jaccard_loss(rnn(image), reference)

    expected = refined + objective(rnn.jac, jaccard_loss, image, reference, 0.25)
    torch.testing.assert_close(objective(rnn, jaccard_loss, image, reference, 0.25), expected)


def test_the_gradient_reaches_the_jac_and_the_recurrence(
    batch: tuple[torch.Tensor, torch.Tensor],
) -> None:
    rnn = RNN(tiny_jac(), hidden=2)

    objective(rnn, cross_entropy_loss, *batch).backward()

    assert float(rnn.corrections["superior"].weight.grad.abs().sum()) > 0
    assert float(rnn.corrections["inferior"].weight.grad.abs().sum()) > 0
    assert float(rnn.jac.fusion.weight.grad.abs().sum()) > 0


def test_each_side_output_of_a_3d_network_is_compared_at_its_own_resolution() -> None:
    torch.manual_seed(3)
    network = UNet3D(channels=2, blocks=1, scales=3, classes=4)
    image, classes = torch.rand(2, 9, 6, 8), torch.randint(0, 4, (2, 9, 6, 8))

    fine, half, quarter = network.class_maps(image)

    losses = [
        class_loss(fine[:, :, :9, :6, :8], classes),
        class_loss(half[:, :, :5, :3, :4], classes[:, ::2, ::2, ::2]),
        class_loss(quarter[:, :, :3, :2, :2], classes[:, ::4, ::4, ::4]),
    ]
    expected = (losses[0] + 0.5 * losses[1] + 0.25 * losses[2]) / 1.75
    torch.testing.assert_close(class_objective(network, image, classes, 0.5), expected)
