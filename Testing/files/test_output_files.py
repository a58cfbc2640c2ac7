"""Results appear together or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.output_files import filled_folder, written_together
from PancreasSegLib.volume import Volume, read_mask, write_mask
from Testing.command_line.conftest import names_in
from Testing.sentences import assert_tells

MASK = Volume(np.ones((2, 2, 2), dtype=np.uint8), np.eye(4))


def test_results_get_their_names_at_the_end(tmp_path: Path) -> None:
    mask, report = tmp_path / "Mask.1.NII.GZ", tmp_path / "report"

    with written_together([mask, report]) as unfinished:
        write_mask(MASK, unfinished[mask])
        write_json({"organ": "páncreas"}, unfinished[report])
        assert not {"Mask.1.NII.GZ", "report"} & names_in(tmp_path)

    assert names_in(tmp_path) == {"Mask.1.NII.GZ", "report"}
    assert read_mask(mask).array.sum() == 8
    assert report.read_text(encoding="utf-8") == '{\n  "organ": "páncreas"\n}\n'


def test_if_one_result_fails_none_is_left_and_the_message_names_the_users_file(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first.nii", tmp_path / "second.txt"
    first.write_bytes(b"older")

    with pytest.raises(OutputError) as told, written_together([first, second]) as unfinished:
        write_mask(MASK, unfinished[first])
        write_mask(MASK, unfinished[second])

    assert_tells(told.value, str(second), ".nii.gz, .nii, .nrrd or .mha")
    assert names_in(tmp_path) == {"first.nii"}
    assert first.read_bytes() == b"older"


def test_a_folder_is_filled_at_the_end_and_keeps_what_it_had(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "note.txt").touch()

    with filled_folder(folder) as unfinished:
        write_mask(MASK, unfinished / "mask.nii")
        assert "mask.nii" not in {path.name for path in folder.iterdir()}

    assert names_in(folder) == {"note.txt", "mask.nii"}


def test_a_new_folder_disappears_again_if_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), filled_folder(tmp_path / "demo") as unfinished:
        write_mask(MASK, unfinished / "mask.nii")
        raise KeyboardInterrupt

    assert names_in(tmp_path) == set()


def test_a_disk_that_is_full_is_told_by_the_users_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as told, filled_folder(tmp_path / "demo"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert_tells(told.value, str(tmp_path / "demo"), "No space left on device", "free some space")

    with (
        pytest.raises(OutputError) as told,
        filled_folder(tmp_path / "demo") as unfinished,
        atomic_file(unfinished / "mask.nii"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert_tells(told.value, str(tmp_path / "demo" / "mask.nii"), "No space left on device")
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing/demo", "cannot be written: the folder {folder}/missing does not exist;"),
        ("file", "cannot be written: {folder}/file is not a folder; choose another place."),
        ("file/demo", "cannot be written: {folder}/file is not a folder; choose another place."),
    ],
)
def test_a_folder_that_cannot_be_made_is_told(name: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError) as told, filled_folder(tmp_path / name):
        pass

    assert sentence.format(folder=tmp_path) in str(told.value)
    assert names_in(tmp_path) == {"file"}


@pytest.mark.parametrize("name", ["loop", "gone", "loop/demo", "gone/demo"])
def test_a_folder_that_is_a_link_to_nowhere_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "missing")

    with pytest.raises(OutputError) as told, filled_folder(tmp_path / name):
        pass

    link = tmp_path / name.split("/")[0]
    assert_tells(told.value, f"{link} is a link that leads nowhere", "choose another place")
    assert names_in(tmp_path) == {"loop", "gone"}


def test_a_folder_may_be_a_link_to_another_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with filled_folder(tmp_path / "link") as unfinished:
        write_mask(MASK, unfinished / "mask.nii")

    assert names_in(tmp_path / "real") == {"mask.nii"}
