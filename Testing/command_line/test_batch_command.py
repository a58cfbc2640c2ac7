"""`pancreasseg batch`: many scans, some of which fail, and what is left of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from PancreasSegLib.batch.batch import run_batch
from PancreasSegLib.batch.cases import find_cases
from PancreasSegLib.errors import Cancelled
from PancreasSegLib.networks import JAC
from PancreasSegLib.volume import Volume, read_mask, write_mask, write_volume
from Testing.command_line.conftest import Run, SaveModel
from Testing.sentences import assert_tells


@pytest.fixture
def cohort(scan: Volume, ball: Volume, scan_without_pancreas: Path, tmp_path: Path) -> Path:
    """A table: a scan with its reference, one that shows nothing, and a file that is no scan."""
    folder = tmp_path / "scans"
    folder.mkdir()
    write_volume(scan, folder / "one.nii.gz")
    write_mask(ball, folder / "truth.nii.gz")
    scan_without_pancreas.rename(folder / "empty.nii.gz")
    (folder / "torn.nii.gz").write_bytes(b"no scan <b>")
    table = folder / "cohort.csv"
    table.write_text(
        "scan,reference\none.nii.gz,truth.nii.gz\nempty.nii.gz,\ntorn.nii.gz,\n", encoding="utf-8"
    )
    return table


def rows(output: Path) -> dict[str, dict[str, str]]:
    with (output / "results.csv").open(encoding="utf-8", newline="") as lines:
        return {row["case"]: row for row in csv.DictReader(lines)}


def test_every_case_gets_its_row_and_the_doubtful_ones_come_first(
    pancreasseg: Run, cohort: Path, bright_model: Path, ball: Volume, tmp_path: Path
) -> None:
    output = tmp_path / "results"

    outcome = pancreasseg("batch", cohort, "--output", output, "--model", bright_model)

    assert outcome.code == 1
    assert "3, 1 failed, 1 without a pancreas" in outcome.out
    assert "Traceback" not in outcome.err
    table = rows(output)
    assert list(table) == ["empty", "one", "torn"]
    assert float(table["one"]["dice"]) > 0.8
    assert table["empty"]["found"] == "False"
    assert "torn.nii.gz" in table["torn"]["error"]
    assert read_mask(output / "masks" / "one.nii.gz").grid.is_same_as(ball.grid)
    assert not read_mask(output / "masks" / "empty.nii.gz").array.any()
    assert not (output / "masks" / "torn.nii.gz").exists()
    assert len(json.loads((output / "results.json").read_text("utf-8"))) == 3
    assert pancreasseg("rerun", output / "manifests" / "one.json").code == 0
    page = (output / "index.html").read_text("utf-8")
    places = [page.index(f"<h2>{name}</h2>") for name in ("torn", "empty", "one")]
    assert places == sorted(places)
    assert page.count("data:image/png;base64,") == 2
    assert "For research, not for diagnosis" in page
    assert "http:" not in page and "https:" not in page


def test_it_goes_on_where_it_stopped_and_tries_again_what_failed(
    pancreasseg: Run, cohort: Path, bright_model: Path, scan: Volume, tmp_path: Path
) -> None:
    arguments = ("batch", cohort, "--output", tmp_path / "results", "--model", bright_model)
    pancreasseg(*arguments)
    mask = tmp_path / "results" / "masks" / "one.nii.gz"
    made = mask.stat().st_mtime_ns
    write_volume(scan, cohort.parent / "torn.nii.gz")

    outcome = pancreasseg(*arguments)

    assert outcome.code == 3  # of all that worked, one shows no pancreas
    assert mask.stat().st_mtime_ns == made
    assert rows(tmp_path / "results")["torn"]["error"] == ""
    assert float(rows(tmp_path / "results")["torn"]["volume_ml"]) > 10


def test_a_scan_that_was_changed_is_done_anew(
    pancreasseg: Run, scan_file: Path, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    arguments = ("batch", scan_file, "--output", tmp_path / "results", "--model", bright_model)
    assert pancreasseg(*arguments).code == 0
    before = rows(tmp_path / "results")["scan"]["volume_ml"]
    array = scan.array.copy()
    array[:12] = 0
    write_volume(scan.with_array(array), scan_file)

    assert pancreasseg(*arguments).code in (0, 3)

    assert float(rows(tmp_path / "results")["scan"]["volume_ml"]) < 0.8 * float(before)


def test_what_a_case_is_called_is_only_text_on_the_page(
    pancreasseg: Run, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    write_volume(scan, folder / "a <script>.nii.gz")

    pancreasseg("batch", folder, "--output", tmp_path / "out", "--model", bright_model)

    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<script>" not in page
    assert "a &lt;script&gt;" in page


def test_another_model_and_a_reference_that_came_later_do_a_case_again(
    pancreasseg: Run, scan_file: Path, bright_model: Path, save_model: SaveModel, tmp_path: Path
) -> None:
    output, references = tmp_path / "results", tmp_path / "references"
    references.mkdir()
    pancreasseg("batch", scan_file, "--output", output, "--model", bright_model)
    write_mask(read_mask(output / "masks" / "scan.nii.gz"), references / "scan.nii.gz")
    arguments = ("batch", scan_file, "--output", output, "--references", references)

    pancreasseg(*arguments, "--model", bright_model)
    compared = rows(output)["scan"]
    blind = save_model(JAC(channels=1, blocks=1, scales=1), "blind", "pancreas", None)
    pancreasseg(*arguments, "--model", blind)

    assert float(compared["dice"]) == 1.0
    assert rows(output)["scan"]["model"] == "blind"


def test_results_never_go_among_the_scans(pancreasseg: Run, scan_file: Path) -> None:
    folder = scan_file.parent

    outcome = pancreasseg("batch", folder, "--output", folder / "results")

    assert outcome.code == 1
    assert_tells(outcome.sentence, str(folder), "another --output")
    assert not (folder / "results").exists()


def test_a_batch_that_is_stopped_keeps_what_is_done(
    cohort: Path, bright_model: Path, tmp_path: Path
) -> None:
    asked: list[int] = []

    def stop_in_the_second() -> bool:
        asked.append(1)
        return (tmp_path / "out" / "records" / "empty.json").is_file()

    with pytest.raises(Cancelled):
        run_batch(
            find_cases(str(cohort)),
            tmp_path / "out",
            bright_model,
            "cpu",
            cancelled=stop_in_the_second,
        )

    assert asked
    assert list(rows(tmp_path / "out")) == ["empty"]
    assert (tmp_path / "out" / "masks" / "empty.nii.gz").is_file()
    assert not list((tmp_path / "out").glob("**/*one*"))


def test_several_at_a_time_give_the_same_as_one_after_the_other(
    pancreasseg: Run, cohort: Path, bright_model: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    pancreasseg("batch", cohort, "--output", one, "--model", bright_model)

    outcome = pancreasseg("batch", cohort, "--output", two, "--model", bright_model, "--jobs", 2)

    assert outcome.code == 1
    assert "torn.nii.gz" in outcome.out
    assert rows(two) == rows(one)
    assert (two / "masks" / "one.nii.gz").read_bytes() == (
        one / "masks" / "one.nii.gz"
    ).read_bytes()
    assert (two / "index.html").is_file()


def test_a_dask_cluster_does_it_as_well(
    pancreasseg: Run, cohort: Path, bright_model: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra 'dask'")
    output = tmp_path / "results"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    ) as cluster:
        outcome = pancreasseg(
            *("batch", cohort, "--output", output, "--model", bright_model),
            *("--dask", cluster.scheduler_address),
        )

    assert outcome.code == 1
    assert float(rows(output)["one"]["dice"]) > 0.8
    assert "torn.nii.gz" in rows(output)["torn"]["error"]


@pytest.mark.parametrize("wrong", [("--jobs", 0), ("--jobs", 2, "--dask", "tcp://nowhere:1")])
def test_a_choice_of_workers_that_makes_no_sense_is_refused(
    pancreasseg: Run, scan_file: Path, tmp_path: Path, wrong: tuple[str | int, ...]
) -> None:
    outcome = pancreasseg("batch", scan_file, "--output", tmp_path / "out", *map(str, wrong))

    assert outcome.code == 1
    assert_tells(outcome.sentence, "--jobs")
    assert not (tmp_path / "out").exists()
