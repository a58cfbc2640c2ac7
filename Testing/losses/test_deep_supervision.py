"""Deep supervision: the same loss on the fused and on every side output."""

import pytest
import torch

from PancreasSegLib.losses import cross_entropy_loss, jaccard_loss
from PancreasSegLib.losses.deep_supervision import deeply_supervised


def test_it_is_the_mean_of_the_losses_of_all_maps() -> None:
    maps = torch.randn(2, 3, 4, 5, generator=torch.manual_seed(0))
    reference = (torch.rand(2, 1, 4, 5, generator=torch.manual_seed(1)) > 0.5).float()

    loss = deeply_supervised(jaccard_loss, maps, reference)

    of_each = [jaccard_loss(maps[:, m], reference[:, 0]).item() for m in range(3)]
    assert loss.shape == ()
    assert loss.item() == pytest.approx(sum(of_each) / 3)


def test_every_coarser_map_can_count_half_of_the_finer() -> None:
    # fused, finest, coarser, coarsest
    maps = torch.tensor([[1.0, 2.0, 3.0, 4.0]])[:, :, None, None]

    loss = deeply_supervised(lambda map_, _: map_.mean(), maps, torch.ones(1, 1, 1, 1), 0.5)

    assert loss.item() == pytest.approx((1 + 2 + 3 / 2 + 4 / 4) / (1 + 1 + 1 / 2 + 1 / 4))


def test_every_map_gets_a_gradient() -> None:
    maps = torch.zeros(1, 6, 2, 2, requires_grad=True)

    deeply_supervised(cross_entropy_loss, maps, torch.ones(1, 1, 2, 2)).backward()

    # d/dx of -log sigmoid(x) at 0 is -1/2; mean over 4 pixels and 6 maps.
    torch.testing.assert_close(maps.grad, torch.full((1, 6, 2, 2), -0.5 / 24))
