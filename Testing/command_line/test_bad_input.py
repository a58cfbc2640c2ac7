"""What cannot be segmented is told in one plain sentence, exit code 1, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import torch

from PancreasSegLib.volume import Volume, write_volume
from Testing.command_line.conftest import Run, names_in

Refusal = Callable[..., str]


@pytest.fixture
def refusal(pancreasseg: Run, bright_model: Path, tmp_path: Path) -> Refusal:
    """The sentence that is said about a scan or an option; nothing new lies in the folder."""

    def refuse(scan: Path, *options: str | Path, output: Path | None = None) -> str:
        before = names_in(tmp_path)
        model = [] if "--model" in options else ["--model", bright_model]
        outcome = pancreasseg(
            "segment", scan, "-o", output or tmp_path / "mask.nii.gz", *model, *options
        )
        assert outcome.code == 1
        assert outcome.out == ""
        assert "Traceback" not in outcome.err
        assert names_in(tmp_path) == before
        assert outcome.sentence.startswith("pancreasseg: ")
        return outcome.sentence.removeprefix("pancreasseg: ")

    return refuse


def written(array: np.ndarray, path: Path, is_vector: bool = False) -> Path:
    sitk.WriteImage(sitk.GetImageFromArray(array, isVector=is_vector), str(path))
    return path


def test_a_missing_file(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "scan.nii.gz"

    assert refusal(path) == f"{path} does not exist; check the path."


def test_a_file_that_is_not_an_image(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "letter.nii.gz"
    path.write_text("Dear colleague")

    assert refusal(path) == (
        f"{path} is not an image, in spite of its name; check that it is the right file, or export "
        "the scan again."
    )


def test_a_truncated_gzip(refusal: Refusal, scan_file: Path) -> None:
    content = scan_file.read_bytes()
    scan_file.write_bytes(content[: len(content) // 2])

    assert refusal(scan_file) == f"{scan_file} is damaged or cut short; copy or download it again."


def test_a_2d_picture(refusal: Refusal, tmp_path: Path) -> None:
    path = written(np.arange(12, dtype=np.int16).reshape(3, 4), tmp_path / "picture.nrrd")

    assert refusal(path) == (
        f"{path} is a single picture, not a volume; give the whole scan with all its slices."
    )


def test_a_4d_series(refusal: Refusal, tmp_path: Path) -> None:
    path = written(np.arange(120, dtype=np.int16).reshape(5, 2, 3, 4), tmp_path / "perfusion.nii")

    assert refusal(path) == (
        f"{path} is a series of 5 volumes (4D); save the one that you want to a file of its own."
    )


def test_a_picture_in_colours(refusal: Refusal, tmp_path: Path) -> None:
    path = written(np.zeros((2, 3, 4, 3), dtype=np.uint8), tmp_path / "photo.mha", is_vector=True)

    assert refusal(path) == (
        f"{path} holds colours or several values per voxel; give a scan with one grey value per "
        "voxel."
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_in_much_of_the_body(
    value: float, refusal: Refusal, scan: Volume, tmp_path: Path
) -> None:
    array = scan.array.astype(np.float32)
    array[1:-1, 1:-1, 1:-1] = value
    path = tmp_path / "scan.nrrd"
    write_volume(scan.with_array(array), path)

    message = refusal(path)
    assert message.startswith(f"{path} holds values that are not numbers (NaN) or infinite in ")
    assert "% of the body; export it again" in message


def test_a_constant_image(refusal: Refusal, tmp_path: Path) -> None:
    path = written(np.full((4, 4, 4), 7, dtype=np.int16), tmp_path / "empty.nii.gz")

    assert refusal(path) == (
        f"{path} has the same value (7) everywhere; check that it is the scan, and export it again."
    )


@pytest.mark.parametrize("option", ["-o", "--probability", "--report"])
def test_an_output_folder_that_is_missing(
    option: str, refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "results" / "file.nii.gz"

    said = refusal(scan_file, option, path)

    assert said == (
        f"{path} cannot be written: the folder {path.parent} does not exist; create it first."
    )


@pytest.mark.parametrize("option", ["-o", "--probability", "--report"])
def test_an_output_folder_that_is_a_file(option: str, refusal: Refusal, scan_file: Path) -> None:
    path = scan_file / "file.nii.gz"

    said = refusal(scan_file, option, path)

    assert said == (f"{path} cannot be written: {scan_file} is not a folder; choose another place.")


@pytest.mark.usefixtures("ordinary_user")
def test_an_output_folder_that_is_read_only(
    refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir(mode=0o555)
    path = folder / "mask.nii.gz"

    said = refusal(scan_file, output=path)

    assert said == (
        f"{path} cannot be written: the folder {folder} is read-only for you; choose another "
        "folder."
    )


@pytest.mark.parametrize("option", ["-o", "--probability", "--report"])
def test_an_output_that_is_a_folder(
    option: str, refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "results.nrrd"
    path.mkdir()

    said = refusal(scan_file, option, path)

    assert said == f"{path} cannot be written: it is a folder; give the name of a file."


@pytest.mark.parametrize("option", ["-o", "--probability", "--report"])
def test_an_output_with_a_name_that_is_too_long(
    option: str, refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{'long' * 70}.nii.gz"

    said = refusal(scan_file, option, path)

    assert said == f"{path} cannot be written (File name too long); choose another name."


@pytest.mark.parametrize("option", ["-o", "--probability"])
def test_an_output_of_an_unknown_kind(
    option: str, refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mask.png"

    said = refusal(scan_file, option, path)

    assert said == (f"{path} cannot be written: its name must end in .nii.gz, .nii, .nrrd or .mha.")


def test_an_output_that_would_overwrite_the_scan(refusal: Refusal, scan_file: Path) -> None:
    before = scan_file.read_bytes()

    said = refusal(scan_file, output=scan_file.parent / "models" / ".." / "scan.nii.gz")

    assert said.endswith(
        "scan.nii.gz is given twice; give every result a name of its own, other than the input's."
    )
    assert scan_file.read_bytes() == before


def test_an_output_that_is_the_scan_by_another_path(
    refusal: Refusal, scan_file: Path, tmp_path: Path
) -> None:
    # As in a folder that is mounted twice; a second name of the file is as much the same file.
    other = tmp_path / "out.nii.gz"
    other.hardlink_to(scan_file)

    assert f"{other} is given twice" in refusal(scan_file, output=other)


def test_two_results_of_one_name(refusal: Refusal, scan_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "mask.nii.gz"

    said = refusal(scan_file, "--probability", path, output=path)

    assert said == (
        f"{path} is given twice; give every result a name of its own, other than the input's."
    )


def test_missing_weights(refusal: Refusal, scan_file: Path, bright_model: Path) -> None:
    weights = bright_model.with_suffix(".pt")
    weights.unlink()

    assert refusal(scan_file) == (
        f"The weights file {weights} of the model 'bright' is missing or cannot be read; install "
        "PancreasSeg again, or put the file back."
    )


@pytest.mark.parametrize("name", ["bright", "coarse"])
def test_altered_weights(name: str, refusal: Refusal, scan_file: Path, bright_model: Path) -> None:
    weights = bright_model.with_name(f"{name}.pt")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)

    assert refusal(scan_file) == (
        f"The weights file {weights} is not the one that the manifest of '{name}' describes (its "
        "SHA-256 differs): it was altered or damaged; install it again."
    )


def test_an_unknown_model(refusal: Refusal, scan_file: Path) -> None:
    said = refusal(scan_file, "--model", "spleen-ct")

    assert said.startswith("There is no model 'spleen-ct' in ")
    assert said.endswith("A model of your own is named by the path of its .json file.")


def test_a_manifest_that_is_missing(refusal: Refusal, scan_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"

    assert refusal(scan_file, "--model", path) == (
        f"The manifest {path} is missing; put it back beside its weights, or install PancreasSeg "
        "again."
    )


def test_an_unknown_device(refusal: Refusal, scan_file: Path) -> None:
    assert refusal(scan_file, "--device", "tpu") == (
        "There is no device 'tpu'; give auto, cpu, cuda or cuda:N."
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_a_cuda_device_that_is_not_there(refusal: Refusal, scan_file: Path) -> None:
    assert refusal(scan_file, "--device", "cuda") == (
        f"The device 'cuda' was asked for, but PyTorch {torch.__version__} finds no CUDA device; "
        "use the device cpu, or install a CUDA build of PyTorch and its driver."
    )


def test_a_region_of_interest_outside_of_the_scan(refusal: Refusal, scan_file: Path) -> None:
    said = refusal(scan_file, "--roi", "500", "600", "0", "50", "-720", "-680")

    assert said.startswith(
        "The region of interest, from (500 0 -720) to (600 50 -680), lies outside of the scan, "
    )
    assert said.endswith("(x, y, z in millimetres, LPS); move it onto the scan.")


@pytest.mark.parametrize("low", ["60", "nan"])
def test_a_region_of_interest_that_is_no_box(low: str, refusal: Refusal, scan_file: Path) -> None:
    said = refusal(scan_file, "--roi", low, "50", "0", "50", "-720", "-680")

    assert said.endswith(
        "is not a box; give its low corner and its high corner, (x, y, z) in millimetres, LPS."
    )
