"""Which files lie in a folder: linked folders are followed, none twice and none for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume.folder_files import files_below


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file of its own and one in a folder, beside another folder with two."""
    for name in ("scan/1", "scan/inner/2", "beside/3", "beside/deeper/4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path / "scan"


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_below(folder)]


def test_files_of_all_folders_are_found_and_sorted(folder: Path) -> None:
    (folder / "link to 2").symlink_to(folder / "inner" / "2")
    (folder / "link to nothing").symlink_to(folder / "nothing")

    assert names(folder) == ["1", "inner/2", "link to 2"]


def test_a_linked_folder_is_followed_and_so_is_one_within_it(folder: Path) -> None:
    (folder / "more").symlink_to(folder.parent / "beside")
    assert names(folder) == ["1", "inner/2", "more/3", "more/deeper/4"]

    last = folder.parent / "last"
    last.mkdir()
    (last / "5").write_text("5")
    (folder.parent / "beside" / "again").symlink_to(last)
    assert names(folder) == ["1", "inner/2", "more/3", "more/again/5", "more/deeper/4"]


def test_a_linked_folder_is_found_once(folder: Path) -> None:
    (folder / "a link to inner").symlink_to("inner")
    (folder / "first").symlink_to(folder.parent / "beside" / "deeper")
    (folder / "inner" / "second").symlink_to(folder.parent / "beside" / "deeper")
    (folder / "third").symlink_to(folder.parent / "beside")

    assert names(folder) == ["1", "first/4", "inner/2", "third/3"]


@pytest.mark.parametrize("target", [".", "..", "../..", "itself"])
def test_a_link_to_where_the_folder_lies_leads_nowhere(target: str, folder: Path) -> None:
    (folder / "inner" / "itself").symlink_to(target)

    assert names(folder) == ["1", "inner/2"]


def test_a_folder_that_is_a_link_itself_is_opened(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    assert names(link) == ["1", "inner/2"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone cannot be opened"):
        files_below(tmp_path / "gone")
