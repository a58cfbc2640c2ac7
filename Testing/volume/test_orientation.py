import numpy as np
import pytest

from PancreasSegLib.volume import Volume, axis_codes, reorient


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], "LPS"),
        ([[-1, 0, 0], [0, -1, 0], [0, 0, 1]], "RAS"),
        ([[0, 0, 1], [1, 0, 0], [0, -1, 0]], "PIL"),
    ],
)
def test_axis_codes_say_where_i_j_and_k_run(columns: list[list[int]], codes: str) -> None:
    affine = np.eye(4)
    affine[:3, :3] = columns

    assert axis_codes(affine) == codes


def test_an_oblique_affine_gets_its_nearest_codes(oblique_affine: np.ndarray) -> None:
    assert axis_codes(oblique_affine) == "LPS"


def test_reorienting_moves_no_voxel(left_handed_affine: np.ndarray) -> None:
    scan = Volume(np.arange(24).reshape(2, 3, 4), left_handed_affine)
    turned = reorient(scan, np.eye(4))

    assert axis_codes(turned.affine) == "LPS"
    assert turned.array.shape == (4, 3, 2)  # k, j, i was Left, Posterior, Superior
    for k, j, i in np.ndindex(2, 3, 4):
        world = scan.grid.to_world(np.array([[i, j, k]]))
        new_i, new_j, new_k = np.rint(turned.grid.to_index(world)[0]).astype(int)
        assert turned.array[new_k, new_j, new_i] == scan.array[k, j, i]


def test_reorienting_to_its_own_affine_changes_nothing(sheared_scan: Volume) -> None:
    same = reorient(sheared_scan, sheared_scan.affine)

    np.testing.assert_array_equal(same.array, sheared_scan.array)
    np.testing.assert_array_equal(same.affine, sheared_scan.affine)
