from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import OutputError
from PancreasSegLib.rendering.colours import PANCREAS, REFERENCE_OUTLINE, RESULT_OUTLINE, RGB
from PancreasSegLib.rendering.overlay import slice_overlay
from PancreasSegLib.volume.volume import Volume


def read(path: Path) -> np.ndarray:
    return np.asarray(sitk.GetArrayFromImage(sitk.ReadImage(str(path))))


def is_colour(picture: np.ndarray, colour: RGB) -> np.ndarray:
    return np.asarray((picture == colour).all(axis=2))


def first_panel(picture: np.ndarray) -> np.ndarray:
    """The axial panel at the top left: a quarter of the width, half of what is no caption."""
    return picture[: (picture.shape[0] - 62) // 2, : picture.shape[1] // 4]


def test_the_picture_shows_the_patients_right_at_the_left_and_anterior_at_the_top(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    slice_overlay(scan, pancreas, tmp_path / "slices.png")
    panel = first_panel(read(tmp_path / "slices.png")).astype(int)
    rows, columns = np.nonzero(panel.sum(axis=2) > 0)
    shown = panel[rows.min() + 30 : rows.max() - 5, columns.min() + 30 : columns.max() - 5]
    height, width = shown.shape[:2]
    bright = np.abs(shown[..., 0] - 255) < 2
    assert bright[: height // 5, : width // 5].mean() > 0.8  # right and front of the patient
    assert bright[:, width // 2 :].mean() < 0.01
    assert bright[height // 2 :].mean() < 0.01


def test_a_mask_alone_is_filled_and_outlined_in_the_pancreas_colour(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    slice_overlay(scan, pancreas, tmp_path / "slices.png")
    panel = first_panel(read(tmp_path / "slices.png"))
    outline = is_colour(panel, PANCREAS)
    rows, columns = np.nonzero(outline)
    filled = panel[int(rows.mean()), int(columns.mean())].astype(int)
    grey = round(255 * (40 + 100) / 340)
    expected = [0.65 * grey + 0.35 * channel for channel in PANCREAS]
    assert filled.tolist() == pytest.approx(expected, abs=1)


def test_pixels_are_square_where_voxels_are_not(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    slice_overlay(scan, pancreas, tmp_path / "slices.png")
    picture = read(tmp_path / "slices.png")
    height, width = picture.shape[0] - 62, picture.shape[1]
    for column in (2, 3):  # the coronal and the sagittal panel cut the ball in its middle
        panel = picture[height // 2 : height, column * width // 4 : (column + 1) * width // 4]
        rows, columns = np.nonzero(is_colour(panel, PANCREAS))
        assert np.ptp(rows) == pytest.approx(np.ptp(columns), rel=0.15)


def test_beside_a_reference_the_result_is_red_and_the_reference_white(
    scan: Volume, pancreas: Volume, reference: Volume, tmp_path: Path
) -> None:
    slice_overlay(scan, pancreas, tmp_path / "slices.png", reference=reference)
    panel = first_panel(read(tmp_path / "slices.png"))
    left_half = panel[:, panel.shape[1] // 2 :]  # away from the bright organ
    red, white = is_colour(left_half, RESULT_OUTLINE), is_colour(left_half, REFERENCE_OUTLINE)
    assert red.sum() > 50
    assert white.sum() > 50
    assert not is_colour(panel, PANCREAS).any()
    # The reference lies 8 mm to the patient's left: on the right of the picture.
    assert np.nonzero(white)[1].max() > np.nonzero(red)[1].max()


def test_the_picture_does_not_depend_on_the_order_of_storage(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    slice_overlay(scan, pancreas, tmp_path / "as it is.png")
    slice_overlay(turned(scan), turned(pancreas), tmp_path / "turned.png")
    slice_overlay(turned(scan), pancreas, tmp_path / "mixed.png")
    expected = read(tmp_path / "as it is.png")
    for name in ("turned.png", "mixed.png"):
        picture = read(tmp_path / name)
        assert picture.shape == expected.shape
        assert (picture != expected).any(axis=2).mean() < 1e-3


def turned(volume: Volume) -> Volume:
    """The same scan stored sagittally, with two axes the other way round."""
    _, j, i = volume.array.shape
    array = volume.array.transpose(2, 0, 1)[::-1, :, ::-1]  # (i, k, j), i and j reversed
    to_old = np.array([[0, 0, -1, i - 1], [-1, 0, 0, j - 1], [0, 1, 0, 0], [0, 0, 0, 1.0]])
    return Volume(array.copy(), volume.affine @ to_old)


def test_a_sheared_scan_is_shown_where_it_lies(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    sheared = scan.affine.copy()
    sheared[1, 2] = 2.0
    slice_overlay(
        Volume(scan.array, sheared), Volume(pancreas.array, sheared), tmp_path / "sheared.png"
    )
    panel = first_panel(read(tmp_path / "sheared.png"))
    assert is_colour(panel, PANCREAS).sum() > 100


def test_an_empty_mask_shows_the_whole_scan(scan: Volume, tmp_path: Path) -> None:
    nothing = scan.with_array(np.zeros(scan.array.shape, dtype=np.uint8))
    slice_overlay(scan, nothing, tmp_path / "slices.png")
    picture = read(tmp_path / "slices.png")
    assert not is_colour(picture[:-62], PANCREAS).any()
    assert (picture[:-62] > 0).mean() > 0.5


def test_a_picture_that_cannot_be_written_is_refused_in_a_sentence(
    scan: Volume, pancreas: Volume, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        slice_overlay(scan, pancreas, tmp_path / "missing" / "slices.png")
