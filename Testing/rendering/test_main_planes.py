import numpy as np

from PancreasSegLib.rendering.colours import PANCREAS
from PancreasSegLib.rendering.main_planes import main_planes
from PancreasSegLib.volume.volume import Volume


def outlined(picture: np.ndarray) -> int:
    return int((picture == PANCREAS).all(axis=2).sum())


def test_each_plane_goes_through_the_thickest_part_of_the_mask(
    scan: Volume, pancreas: Volume
) -> None:
    with_a_tail = pancreas.array.copy()
    k, j, i = np.argwhere(pancreas.array)[0]
    with_a_tail[: k + 1, j, i] = 1  # a thread down to the first slice moves the mask's middle

    pictures = main_planes(scan, pancreas.with_array(with_a_tail))

    labels = [label.split() for label in pictures]
    assert [label[0] for label in labels] == ["axial", "coronal", "sagittal"]
    assert [label[1] for label in labels] == ["I:", "A:", "L:"]
    centre = (-830, -10, 20)
    for (_, _, millimetres, _), wanted in zip(labels, centre, strict=True):
        assert abs(int(millimetres) - abs(wanted)) <= 6
    assert all(outlined(picture) > 100 for picture in pictures.values())


def test_without_a_mask_they_go_through_the_middle_of_the_scan(scan: Volume) -> None:
    nothing = scan.with_array(np.zeros(scan.array.shape, np.uint8))

    pictures = main_planes(scan, nothing)

    assert len(pictures) == 3
    assert not any(outlined(picture) for picture in pictures.values())


def test_voxels_without_a_number_are_black(scan: Volume, pancreas: Volume) -> None:
    array = scan.array.copy()
    array[:, :, -6:] = np.nan

    axial = next(iter(main_planes(scan.with_array(array), pancreas).values()))

    assert (axial[60:-60, -20:] == 0).all()
