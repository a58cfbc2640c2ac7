import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

import PancreasSegLib
from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.rendering.surface_picture import (
    RenderingUnavailable,
    SurfacePictureResult,
    surface_picture,
)
from PancreasSegLib.volume.volume import Volume
from Testing.sentences import assert_tells

CAPTION_ROWS = 62


def draw(
    mask: Volume, path: Path, reference: Volume | None = None
) -> tuple[SurfacePictureResult, np.ndarray]:
    """Draw for real, or skip this test visibly where there is no OpenGL."""
    try:
        result = surface_picture(mask, path, reference=reference, title="synthetic")
    except RenderingUnavailable as reason:
        pytest.skip(str(reason))
    picture = np.asarray(sitk.GetArrayFromImage(sitk.ReadImage(str(path))))
    return result, picture[:-CAPTION_ROWS].astype(int)


def green(picture: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(picture, 2, 0)
    return np.asarray((green > 60) & (green > 1.5 * red) & (green > 1.5 * blue))


def golden(picture: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(picture, 2, 0)
    return np.asarray((red > 50) & (red > 1.1 * green) & (green > 2 * blue))


@pytest.fixture
def no_opengl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the OpenGL libraries of this machine behind broken ones, for child processes."""
    if sys.platform != "linux":
        pytest.skip("libraries are looked up in LD_LIBRARY_PATH on Linux alone")
    folder = tmp_path / "broken libraries"
    folder.mkdir()
    for name in ("libEGL.so.1", "libEGL.so", "libGL.so.1", "libGL.so"):
        (folder / name).touch()
    for name in ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so"):
        (folder / name).touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))


def test_the_result_is_drawn_in_green_on_black(pancreas: Volume, tmp_path: Path) -> None:
    result, picture = draw(pancreas, tmp_path / "surface.png")
    assert result.path == tmp_path / "surface.png"
    assert "RenderWindow" in result.window
    for view in np.split(picture, 2, axis=1):  # from the front, from below
        assert 0.1 < green(view).mean() < 0.7
        assert not golden(view).any()


def test_the_reference_is_drawn_in_gold_beside_the_result(
    pancreas: Volume, reference: Volume, tmp_path: Path
) -> None:
    _, picture = draw(pancreas, tmp_path / "surface.png", reference)
    front, below = np.split(picture, 2, axis=1)
    for view in (front, below):
        assert green(view).any()
        assert golden(view).any()
        # The reference lies to the patient's left: on the right of the picture.
        assert np.nonzero(golden(view))[1].mean() > np.nonzero(green(view))[1].mean()


def test_the_front_view_has_the_head_at_the_top(pancreas: Volume, tmp_path: Path) -> None:
    tapered = pancreas.array.copy()
    upper = np.flatnonzero(tapered.any(axis=(1, 2)))[-4:]
    tapered[upper, :, 25:] = 0  # above, nothing remains in the patient's left
    _, picture = draw(pancreas.with_array(tapered), tmp_path / "surface.png")
    front = green(np.split(picture, 2, axis=1)[0])
    rows = np.flatnonzero(front.any(axis=1))
    height = len(rows) // 4
    assert front[rows[:height]].sum() < 0.8 * front[rows[-height:]].sum()
    assert np.nonzero(front[rows[:height]])[1].mean() < np.nonzero(front[rows[-height:]])[1].mean()


def test_an_empty_result_leaves_the_reference_alone(
    pancreas: Volume, reference: Volume, tmp_path: Path
) -> None:
    nothing = pancreas.with_array(np.zeros_like(pancreas.array))
    _, picture = draw(nothing, tmp_path / "surface.png", reference)
    assert golden(picture).any()
    assert not green(picture).any()


def test_it_works_from_a_source_tree_with_spaces_and_accents(
    pancreas: Volume, tmp_path: Path
) -> None:
    draw(pancreas, tmp_path / "probe.png")
    tree = tmp_path / "Quelle mit Leerzeichen é 膵臓"
    shutil.copytree(
        Path(PancreasSegLib.__file__).parent,
        tree / "PancreasSegLib",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    program = (
        "import numpy as np, sys\n"
        "from PancreasSegLib.rendering.surface_picture import surface_picture\n"
        "from PancreasSegLib.volume.volume import Volume\n"
        "surface_picture(Volume(np.ones((5, 6, 7), np.uint8), np.eye(4)), sys.argv[1])\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "bild ü.png")],
        cwd=tree,
        env=environment,
        check=True,
    )
    assert (tmp_path / "bild ü.png").is_file()


@pytest.mark.usefixtures("no_opengl")
def test_without_opengl_one_sentence_says_what_to_install(pancreas: Volume, tmp_path: Path) -> None:
    with pytest.raises(RenderingUnavailable) as caught:
        surface_picture(pancreas, tmp_path / "surface.png")
    assert_tells(caught.value, "OpenGL", "apt-get install libegl1 libgl1-mesa-dri")
    assert not (tmp_path / "surface.png").exists()


@pytest.mark.usefixtures("no_opengl")
def test_without_opengl_no_temporary_folder_is_left(
    pancreas: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "temporary"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with pytest.raises(RenderingUnavailable):
        surface_picture(pancreas, tmp_path / "surface.png")
    assert list(private.iterdir()) == []


def test_two_empty_masks_are_refused(pancreas: Volume, tmp_path: Path) -> None:
    nothing = pancreas.with_array(np.zeros_like(pancreas.array))
    with pytest.raises(InputError, match="there is no surface to draw"):
        surface_picture(nothing, tmp_path / "surface.png", reference=nothing)


def test_a_missing_folder_is_refused_before_anything_is_drawn(
    pancreas: Volume, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="missing"):
        surface_picture(pancreas, tmp_path / "missing" / "surface.png")


def test_a_fault_that_is_not_opengls_is_not_blamed_on_it(
    pancreas: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise RuntimeError('this numpy is broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RenderingUnavailable) as caught:
        surface_picture(pancreas, tmp_path / "surface.png")
    assert_tells(caught.value, "3D picture", "RuntimeError: this numpy is broken")
