"""How much memory a container or a job of a cluster has left."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.process.control_group import group_free_bytes


def group(folder: Path, limit: str, used: int = 0, cache: int = 0, read_twice: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(
        f"anon 1\nfile {cache + read_twice}\ninactive_file {cache}\nactive_file {read_twice}\n"
    )


def own(tmp_path: Path, path: str) -> Path:
    file = tmp_path / "cgroup"
    file.write_text(f"4:memory:/older\n0::{path}\n")
    return file


def test_what_the_limit_leaves_and_what_is_only_cache_is_free(tmp_path: Path) -> None:
    group(tmp_path / "groups" / "job", "1000", used=700, cache=200)

    assert group_free_bytes(own(tmp_path, "/job"), tmp_path / "groups") == 500


def test_a_file_that_was_read_more_than_once_is_only_cache_too(tmp_path: Path) -> None:
    group(tmp_path / "groups" / "job", "1000", used=900, cache=200, read_twice=600)

    assert group_free_bytes(own(tmp_path, "/job"), tmp_path / "groups") == 900


def test_the_tightest_group_around_the_process_counts(tmp_path: Path) -> None:
    groups = tmp_path / "groups"
    group(groups / "slurm", "1000", used=900)
    group(groups / "slurm" / "job", "5000", used=100)
    group(groups / "slurm" / "job" / "step", "max", used=100)

    assert group_free_bytes(own(tmp_path, "/slurm/job/step"), groups) == 100


def test_a_container_that_shows_the_hosts_path_has_its_limit_at_the_top(tmp_path: Path) -> None:
    group(tmp_path / "groups", "300", used=100)

    assert group_free_bytes(own(tmp_path, "/docker/0123"), tmp_path / "groups") == 200


def test_without_a_limit_nothing_is_told(tmp_path: Path) -> None:
    groups = tmp_path / "groups"
    group(groups / "job", "max", used=100)
    (tmp_path / "v1").write_text("4:memory:/older\n")

    assert group_free_bytes(own(tmp_path, "/job"), groups) is None
    assert group_free_bytes(tmp_path / "v1", groups) is None
    assert group_free_bytes(tmp_path / "none", groups) is None


def test_a_group_that_has_gone_over_its_limit_has_nothing_left(tmp_path: Path) -> None:
    group(tmp_path / "groups" / "job", "100", used=150)

    assert group_free_bytes(own(tmp_path, "/job"), tmp_path / "groups") == 0
