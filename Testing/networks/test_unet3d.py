"""UNet3D: its size, its maps, where they lie in the region, and what it tells of other organs."""

import pytest
import torch

from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.unet3d import PANCREAS, UNet3D


def test_the_default_has_its_number_of_parameters() -> None:
    # Two convolutions each: down 1-16-32-64-128-128 wide, up 128-64-32-16, each beside its equal.
    down = [(1, 16), (16, 32), (32, 64), (64, 128), (128, 128)]
    up = [(128, 128), (128, 64), (64, 32), (32, 16)]
    encoder = sum(27 * (a * b + b * b) + 4 * b for a, b in down)
    enlarging = sum(8 * a * b + b for a, b in up)
    decoder = sum(27 * (2 * b * b + b * b) + 4 * b for _, b in up)
    sides = sum(2 * width + 2 for width in (16, 32, 64))

    count = sum(parameter.numel() for parameter in UNet3D().parameters())

    assert count == encoder + enlarging + decoder + sides == 3_745_542


@pytest.mark.parametrize("size", [(16, 16, 16), (1, 17, 5), (9, 12, 20)])
def test_a_region_of_any_size_gets_four_maps_of_its_size(size: tuple[int, int, int]) -> None:
    with torch.no_grad():
        maps = UNet3D(channels=2).maps(torch.rand(2, *size))

    assert maps.shape == (2, size[0], 4, *size[1:])
    assert maps.isfinite().all()


def test_a_single_stack_is_normalised_as_one_of_several() -> None:
    network = UNet3D(channels=2, blocks=1, scales=2)
    stack = torch.rand(1, 8, 8, 8)

    alone = network.maps(stack)
    with torch.no_grad():
        among_others = network.maps(torch.cat([stack, torch.rand(1, 8, 8, 8)]))[:1]
    alone.sum().backward()

    torch.testing.assert_close(alone.detach(), among_others)
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_the_answer_is_the_softmaxs_share_of_the_pancreas() -> None:
    network = UNet3D(channels=2, blocks=1, scales=2, classes=5)
    stack = torch.rand(1, 4, 6, 8)

    with torch.no_grad():
        finest = network.class_maps(stack)[0]
        answer = torch.sigmoid(network.maps(stack)[:, :, 0])

    torch.testing.assert_close(answer, finest.softmax(dim=1)[:, PANCREAS])


def test_the_segmenter_keeps_the_answer_and_all_classes_of_the_finest_scale() -> None:
    network = UNet3D(channels=2, blocks=1, scales=2, classes=5)
    stack = torch.rand(1, 4, 6, 7)

    with torch.no_grad():
        kept = network.kept(stack)
        answer, finest = network.maps(stack)[:, :, 0], network.class_maps(stack)[0]

    assert kept.shape == (1, 4, 1 + 5, 6, 7)
    torch.testing.assert_close(kept[:, :, 0], answer)
    torch.testing.assert_close(kept[:, :, 1:].transpose(1, 2), finest[..., :4, :6, :7])


def test_side_outputs_of_all_classes_are_at_full_half_and_quarter_resolution() -> None:
    classes = UNet3D(channels=2, blocks=1, scales=4, classes=9).class_maps(torch.rand(1, 16, 8, 24))

    assert [tuple(side.shape) for side in classes] == [
        (1, 9, 16, 8, 24),
        (1, 9, 8, 4, 12),
        (1, 9, 4, 2, 6),
    ]


def test_a_bright_spot_stays_where_it_is_at_every_scale() -> None:
    """With averaging kernels only, each map is centred on the spot itself."""
    network = UNet3D(channels=1, blocks=1, scales=3).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.Conv3d | torch.nn.ConvTranspose3d):
            torch.nn.init.constant_(module.weight, 1 / module.weight.numel())
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
    for side in network.to_side_outputs:
        assert isinstance(side, torch.nn.Conv3d)
        torch.nn.init.zeros_(side.weight[:PANCREAS])
    stack = torch.zeros(1, 32, 32, 32)
    # Between the voxels that are put together on the way down, so that no scale prefers one side.
    stack[0, 15:17, 11:13, 19:21] = 1.0

    with torch.no_grad():
        maps = network.maps(stack)[0].transpose(0, 1)

    for seen in maps[:2]:
        weight = (seen - seen.min()) ** 4
        along = [(weight.sum(dim=[a for a in range(3) if a != axis])) for axis in range(3)]
        centre = [float((w * torch.arange(32)).sum() / w.sum()) for w in along]
        assert centre == pytest.approx([15.5, 11.5, 19.5], abs=0.35)


def test_a_recurrence_over_it_starts_as_its_answer_and_needs_the_whole_stack() -> None:
    network = UNet3D(channels=2, blocks=1, scales=3).eval()
    rnn = RNN(network, hidden=2).eval()
    stack = torch.rand(1, 6, 8, 8)

    with torch.no_grad():
        torch.testing.assert_close(rnn(stack), network.maps(stack)[:, :, 0])

    assert rnn.context is None
    assert rnn.title == "RNN over UNet3D-2"


def test_every_scale_learns_from_the_answer_alone() -> None:
    torch.manual_seed(0)
    network = UNet3D(channels=2, blocks=1, scales=3)

    loss = network.maps(torch.rand(1, 8, 8, 8))[:, :, 0].square().sum()

    ways = [*network.encoder.parameters(), *network.decoder.parameters()]
    assert all(gradient.any() for gradient in torch.autograd.grad(loss, ways))
