"""`pancreasseg data check`: what a download is, what is wrong, and the cache made beforehand."""

from __future__ import annotations

from pathlib import Path

from Testing.command_line.conftest import Run
from Testing.training.conftest import ALL_SCANS, CONFIGURATION
from Testing.training.data import downloads

TOTAL_SEGMENTATOR = (
    '{ folder = "scans" }',
    '{ folder = "scans", image = "{case}/ct.nii.gz",'
    ' reference = "{case}/segmentations/pancreas.nii.gz" }',
)


def test_a_right_download_is_named_and_counted(pancreasseg: Run, tmp_path: Path) -> None:
    downloads.total_segmentator(tmp_path, (1, 2))

    outcome = pancreasseg("data", "check", tmp_path, "--jobs", 2)

    assert outcome.code == 0
    assert "TotalSegmentator" in outcome.out
    assert "2, 0 with something wrong" in outcome.out


def test_what_is_wrong_ends_with_exit_code_1(pancreasseg: Run, tmp_path: Path) -> None:
    downloads.msd(tmp_path, (1, 2))
    (tmp_path / "labelsTr" / "pancreas_001.nii.gz").write_bytes(b"torn")

    outcome = pancreasseg("data", "check", tmp_path)

    assert outcome.code == 1
    assert "MSD Task07_Pancreas" in outcome.out
    assert "pancreas_001" in outcome.out
    assert "Traceback" not in outcome.err


def test_a_folder_with_nothing_to_recognise_is_refused(pancreasseg: Run, tmp_path: Path) -> None:
    outcome = pancreasseg("data", "check", tmp_path)

    assert outcome.code == 1
    assert str(tmp_path) in outcome.sentence


def test_the_scans_of_a_configuration_are_put_onto_its_grid_beforehand(
    pancreasseg: Run, tmp_path: Path
) -> None:
    downloads.total_segmentator(tmp_path / "scans", (1, 2))
    config = tmp_path / "own.toml"
    text = CONFIGURATION.replace(*TOTAL_SEGMENTATOR)
    for before, after in ALL_SCANS:
        text = text.replace(before, after)
    config.write_text(text, encoding="utf-8")
    cache = tmp_path / "cache"

    outcome = pancreasseg("data", "check", tmp_path / "scans", "--prepare", config)
    made = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    pancreasseg("data", "check", tmp_path / "scans", "--prepare", config, "--jobs", 2)

    assert outcome.code == 0
    assert "2 scans" in outcome.out
    assert sorted(name.split("-")[0] for name in made) == ["s0001", "s0002"]
    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == made
