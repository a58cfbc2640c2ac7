from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from PancreasSegLib.errors import NotReplaced, OutputError
from PancreasSegLib.files.atomic_file import atomic_file
from Testing.sentences import assert_tells


def test_the_file_appears_when_it_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with atomic_file(path, ".json") as unfinished:
        unfinished.write_text("{}")
        assert not path.exists()
        assert unfinished.suffix == ".json"

    assert path.read_text() == "{}"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "mask.nii"
    path.write_text("old")

    with pytest.raises(interruption), atomic_file(path) as unfinished:
        unfinished.write_text("half")
        raise interruption

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mask.nii"

    with pytest.raises(OutputError) as told, atomic_file(path):
        raise OSError(28, "No space left on device")
    assert_tells(told.value, str(path), "No space left on device", "free some space")
    assert list(tmp_path.iterdir()) == []


def test_the_longest_file_name_still_fits(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250 + ".json")
    with atomic_file(path, ".json") as unfinished:
        unfinished.write_text("{}")

    assert path.read_text() == "{}"


def test_a_device_node_is_written_into_and_stays_one() -> None:
    with atomic_file(Path("/dev/null")) as unfinished:
        unfinished.write_text("report")

    assert Path("/dev/null").is_char_device()
    assert not unfinished.exists()


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read_end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    with atomic_file(pipe) as unfinished:
        unfinished.write_text("report")

    assert os.read(read_end, 100) == b"report"
    os.close(read_end)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_file_that_is_mounted_by_itself_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(source: Path, target: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    path = tmp_path / "mask.nii.gz"
    path.write_text("older and longer")
    number = path.stat().st_ino
    monkeypatch.setattr(os, "replace", busy)

    with atomic_file(path) as unfinished:
        unfinished.write_text("new")

    assert (path.read_text(), path.stat().st_ino) == ("new", number)
    assert [one.name for one in tmp_path.iterdir()] == ["mask.nii.gz"]


def test_a_link_stays_one_and_the_file_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    target, link = tmp_path / "disk" / "report.json", tmp_path / "report.json"
    target.write_text("old")
    link.symlink_to(target)

    with atomic_file(link) as unfinished:
        unfinished.write_text("new")
        assert unfinished.parent == target.parent  # so that it can be renamed

    assert link.is_symlink()
    assert target.read_text() == "new"
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["report.json"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="streams have no path here")
def test_a_stream_that_goes_to_a_file_goes_on_where_it_was(tmp_path: Path) -> None:
    printed, link = tmp_path / "printed.txt", tmp_path / "stdout"
    with printed.open("wb") as stream:
        link.symlink_to(f"/proc/self/fd/{stream.fileno()}")  # what /dev/stdout is
        stream.write(b"before, ")
        stream.flush()
        with atomic_file(link) as unfinished:
            unfinished.write_text("report, ")
        stream.write(b"after")

    assert link.is_symlink()
    assert printed.read_text() == "before, report, after"


def test_a_file_that_another_program_holds_open_is_told_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "mask.nii.gz"
    path.write_text("older")
    monkeypatch.setattr(os, "replace", held)

    with pytest.raises(NotReplaced) as told, atomic_file(path) as unfinished:
        unfinished.write_text("new")

    assert_tells(told.value, str(path), "Permission denied", "close the program", "another name")
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_has_become_read_only_is_told_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()

    with pytest.raises(OutputError) as told, atomic_file(folder / "mask.nii"):
        folder.chmod(0o500)
    folder.chmod(0o700)

    assert_tells(told.value, str(folder), "read-only")
    assert not isinstance(told.value, NotReplaced)
