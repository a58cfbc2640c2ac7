"""Results appear together or not at all."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import NotReplaced, OutputError
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


def write_all(paths: list[Path], text: str) -> None:
    with written_together(paths) as unfinished:
        for path in paths:
            unfinished[path].write_text(text)


def hold(name: str, monkeypatch: pytest.MonkeyPatch, calls: tuple[str, ...]) -> None:
    """`calls` of `os` fail for files of this name, as on Windows while a viewer holds one open."""

    def held(really: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def call(source: Path, target: Path) -> None:
            if name in (Path(source).name, Path(target).name):
                raise PermissionError(errno.EACCES, "Permission denied")
            really(source, target)

        return call

    for call in calls:
        monkeypatch.setattr(os, call, held(getattr(os, call)))


def contents(folder: Path) -> dict[str, str]:
    """Of the files that are no hidden ones."""
    shown = [path for path in folder.iterdir() if not path.name.startswith(".pancreasseg-")]
    return {path.name: path.read_text() for path in shown}


@pytest.mark.parametrize("calls", [("rename", "replace"), ("replace",)])
@pytest.mark.parametrize("held", ["mask", "picture", "record"])
def test_if_an_older_file_cannot_be_replaced_all_older_ones_stay(
    held: str, calls: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("mask", "picture", "record")]
    write_all(paths, "older")
    hold(held, monkeypatch, calls)

    with pytest.raises(NotReplaced) as told:
        write_all(paths, "new")

    assert_tells(told.value, str(tmp_path / held), "Permission denied", "close the program")
    assert contents(tmp_path) == dict.fromkeys(("mask", "picture", "record"), "older")


def test_a_result_that_was_not_there_before_is_none_if_another_one_fails(tmp_path: Path) -> None:
    mask, picture, record = (tmp_path / name for name in ("mask", "picture", "record"))
    mask.write_text("older")
    record.mkdir()

    with pytest.raises(NotReplaced) as told:
        write_all([mask, picture, record], "new")

    assert_tells(told.value, str(record), "Is a directory")
    record.rmdir()
    assert contents(tmp_path) == {"mask": "older"}


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
@pytest.mark.parametrize("number", range(6))
def test_a_run_that_is_killed_leaves_nothing_older_beside_what_is_new(
    number: int, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("mask", "picture", "record")]
    write_all(paths, "older")

    child = os.fork()
    if child == 0:
        kill_before_renaming(number)
        write_all(paths, "new")
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    left = contents(tmp_path)
    assert len(set(left.values())) <= 1
    # By the record a batch sees that all is there.
    assert "record" not in left or len(left) == 3


def kill_before_renaming(number: int) -> None:
    """This process, when it is about to rename for the time `number`, from 0 on."""
    done: list[Path] = []

    def counted(really: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def call(source: Path, target: Path) -> None:
            if len(done) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            done.append(target)
            really(source, target)

        return call

    os.replace, os.rename = counted(os.replace), counted(os.rename)  # type: ignore[assignment]


def test_a_device_beside_a_file_is_written_into_and_stays_one(tmp_path: Path) -> None:
    mask = tmp_path / "mask"
    mask.write_text("older")

    write_all([mask, Path("/dev/null")], "new")

    assert Path("/dev/null").is_char_device()
    assert contents(tmp_path) == {"mask": "new"}


def test_a_folder_is_filled_at_the_end_and_keeps_what_it_had(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "note.txt").touch()

    with filled_folder(folder) as unfinished:
        write_mask(MASK, unfinished / "mask.nii")
        assert "mask.nii" not in {path.name for path in folder.iterdir()}

    assert names_in(folder) == {"note.txt", "mask.nii"}


def test_a_folder_keeps_all_older_files_if_one_of_them_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mask", "picture"):
        (tmp_path / name).write_text("older")
    hold("picture", monkeypatch, ("rename", "replace"))

    with pytest.raises(NotReplaced) as told, filled_folder(tmp_path) as unfinished:
        for name in ("mask", "picture"):
            (unfinished / name).write_text("new")

    assert_tells(told.value, str(tmp_path / "picture"), "close the program")
    assert contents(tmp_path) == {"mask": "older", "picture": "older"}


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
