"""Bounding boxes as pictures of 64 x 64."""

from __future__ import annotations

import torch

from PancreasSegLib.superpixels.boxes import SIDE, enlarged, pictures, regular_points


def test_a_box_of_the_pictures_size_is_shown_pixel_by_pixel() -> None:
    slices = torch.rand(3, 80, 90)
    box = torch.tensor([[5.0, 7.0, 5.0 + SIDE - 1, 7.0 + SIDE - 1]])

    shown = pictures(slices, torch.tensor([2]), box, regular_points())

    assert shown.shape == (1, 1, SIDE, SIDE)
    assert torch.allclose(shown[0, 0], slices[2, 5:69, 7:71], atol=1e-4)


def test_a_box_twice_as_wide_is_shown_at_half_the_resolution_across_only() -> None:
    slices = torch.zeros(1, 64, 128)
    slices[:, :, 64:] = 1.0

    shown = pictures(
        slices, torch.tensor([0]), torch.tensor([[0.0, 0.0, 63.0, 127.0]]), regular_points()
    )

    assert shown[0, 0, :, :32].abs().max() == 0
    assert shown[0, 0, :, 32:].min() == 1


def test_beyond_the_slice_there_is_nothing() -> None:
    shown = pictures(
        torch.ones(1, 32, 32),
        torch.tensor([0]),
        torch.tensor([[-16.0, -16.0, 47.0, 47.0]]),
        regular_points(),
    )

    assert shown[0, 0, 20:44, 20:44].min() == 1
    assert shown[0, 0, :15].max() == 0 and shown[0, 0, :, -15:].max() == 0


def test_each_box_may_have_points_of_its_own() -> None:
    slices = torch.rand(1, 70, 70)
    boxes = torch.tensor([[0.0, 0.0, 63.0, 63.0]]).repeat(2, 1)
    points = torch.stack([regular_points(), regular_points().flip(1)])

    plain, mirrored = pictures(slices, torch.tensor([0, 0]), boxes, points)

    assert torch.allclose(plain.flip(2), mirrored, atol=1e-5)


def test_a_box_is_enlarged_about_its_middle() -> None:
    boxes = torch.tensor([[10.0, 20.0, 13.0, 21.0], [5.0, 5.0, 5.0, 5.0]])

    assert enlarged(boxes, 1.0).tolist() == boxes.tolist()
    # 4 x 2 pixels become 8 x 4; one pixel, measured to its edges, becomes two.
    assert enlarged(boxes, 2.0).tolist() == [[8.0, 19.0, 15.0, 22.0], [4.5, 4.5, 5.5, 5.5]]
    assert enlarged(boxes, torch.tensor([1.0, 3.0]))[1].tolist() == [4.0, 4.0, 6.0, 6.0]
