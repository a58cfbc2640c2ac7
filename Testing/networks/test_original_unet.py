"""OriginalUNet: Ronneberger's widths, and one map."""

import pytest
import torch

from PancreasSegLib.networks.original_unet import OriginalUNet


def test_the_default_is_as_large_as_ronnebergers() -> None:
    assert sum(p.numel() for p in OriginalUNet().parameters()) == pytest.approx(31.0e6, rel=0.002)


@pytest.mark.parametrize("size", [(16, 16), (33, 50)])
def test_slices_of_any_size_get_one_map_of_their_size(size: tuple[int, int]) -> None:
    network = OriginalUNet(channels=2, scales=4).eval()

    with torch.no_grad():
        assert network(torch.rand(2, 1, *size)).shape == (2, 1, *size)
        assert network.maps(torch.rand(1, 3, *size)).shape == (1, 3, 1, *size)


def test_odd_rows_and_columns_do_not_shift_the_map() -> None:
    network = OriginalUNet(channels=2, scales=3).eval()
    whole = torch.randn(1, 1, 96, 96)

    with torch.no_grad():
        of_whole, of_cut = network(whole), network(whole[..., :93, :91])

    torch.testing.assert_close(of_cut[..., :50, :50], of_whole[..., :50, :50])
