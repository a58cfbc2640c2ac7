import numpy as np

from PancreasSegLib.volume import Box


def test_the_box_of_a_mask_holds_its_voxels_and_no_more() -> None:
    mask = np.zeros((4, 5, 6), np.uint8)
    mask[1, 2, 3] = 1
    mask[2, 4, 3] = 1

    assert Box.of(mask) == Box((1, 2, 3), (3, 5, 4))


def test_an_empty_mask_has_no_box() -> None:
    assert Box.of(np.zeros((2, 3, 4), np.uint8)) is None


def test_a_box_cuts_its_shape_out_of_an_array() -> None:
    box = Box((1, 2, 3), (3, 5, 4))

    assert box.shape == (2, 3, 1)
    assert np.zeros((4, 5, 6))[box.slices].shape == box.shape


def test_a_box_grows_up_to_the_border_of_the_array() -> None:
    assert Box((1, 2, 3), (3, 5, 4)).grown((2, 1, 1), (4, 9, 6)) == Box((0, 1, 2), (4, 6, 5))
