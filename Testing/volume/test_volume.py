import numpy as np
import pytest

from PancreasSegLib.volume import Volume


def test_other_values_lie_on_the_same_voxels(sheared_scan: Volume) -> None:
    mask = sheared_scan.with_array((sheared_scan.array > 0).astype(np.uint8))

    assert mask.array.dtype == np.uint8
    assert mask.grid.shape == (4, 5, 6)
    np.testing.assert_array_equal(mask.affine, sheared_scan.affine)


def test_values_of_another_shape_are_refused(sheared_scan: Volume) -> None:
    with pytest.raises(ValueError, match=r"\(4, 5, 6\)"):
        sheared_scan.with_array(np.zeros((4, 5, 5)))


def test_an_array_with_two_axes_is_no_volume() -> None:
    with pytest.raises(ValueError, match="three axes"):
        Volume(np.zeros((4, 5)), np.eye(4))
