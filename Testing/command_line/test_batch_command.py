"""`pancreasseg batch`: many scans, some of which fail, and what is left of them."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.batch import case_run
from PancreasSegLib.batch.batch import run_batch
from PancreasSegLib.batch.cases import find_cases
from PancreasSegLib.errors import Cancelled, NotReplaced, OutputError
from PancreasSegLib.networks import JAC
from PancreasSegLib.volume import Volume, read_mask, write_mask, write_volume
from Testing.command_line.conftest import Run, SaveModel, names_in
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


def test_a_threshold_that_was_changed_does_a_case_again_and_so_does_an_earlier_versions_record(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "results"
    arguments = ("batch", scan_file, "--output", output, "--model", bright_model)
    pancreasseg(*arguments)
    before = rows(output)["scan"]["volume_ml"]
    content = json.loads(bright_model.read_text("utf-8"))
    content["combination"]["threshold"] = 0.95
    bright_model.write_text(json.dumps(content), encoding="utf-8")

    assert pancreasseg(*arguments).code == 0

    assert float(rows(output)["scan"]["volume_ml"]) < float(before)
    mask = output / "masks" / "scan.nii.gz"
    made = mask.stat().st_mtime_ns
    earlier = json.loads((output / "records" / "scan.json").read_text("utf-8"))
    earlier["made_from"] = {"files": earlier["made_from"]["files"], "weights_sha256": ["x"]}
    (output / "records" / "scan.json").write_text(json.dumps(earlier), encoding="utf-8")
    assert pancreasseg(*arguments).code == 0
    assert mask.stat().st_mtime_ns > made


@pytest.fixture
def two_scans(scan: Volume, tmp_path: Path) -> Path:
    """A folder with `first` and `second`."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("first", "second"):
        write_volume(scan, folder / f"{name}.nii.gz")
    return folder


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_scans_whose_names_are_not_utf_8_are_done_and_done_once(
    pancreasseg_process: Run, scan: Volume, bright_model: Path, tmp_path: Path
) -> None:
    folder, output = tmp_path / "scans", tmp_path / "results"
    folder.mkdir()
    write_volume(scan, folder / os.fsdecode(b"M\xfcller.nii.gz"))
    (folder / os.fsdecode(b"zerst\xf6rt.nii.gz")).write_bytes(b"no scan")
    arguments = ("batch", folder, "--output", output, "--model", bright_model)

    outcome = pancreasseg_process(*arguments)

    assert outcome.code == 1
    assert list(rows(output)) == ["M\\udcfcller", "zerst\\udcf6rt"]
    assert "zerst\\udcf6rt.nii.gz" in rows(output)["zerst\\udcf6rt"]["error"]
    names = [record["case"] for record in json.loads((output / "results.json").read_text("utf-8"))]
    assert os.fsencode(names[0]) == b"M\xfcller"
    assert "<h2>M\\udcfcller</h2>" in (output / "index.html").read_text("utf-8")
    (mask,) = (output / "masks").iterdir()
    made = mask.stat().st_mtime_ns
    assert pancreasseg_process(*arguments).code == 1
    assert mask.stat().st_mtime_ns == made


def without_memory_for_the_first(really: Callable[..., Any], fail: Callable[[], Any]) -> Any:
    calls: list[Any] = []

    def call(*arguments: Any, **options: Any) -> Any:
        calls.append(arguments)
        return fail() if len(calls) == 1 else really(*arguments, **options)

    return call


@pytest.mark.parametrize(
    ("step", "fail"),
    [
        ("read_volume", lambda: np.empty(10**15)),
        ("slice_overlay", lambda: sitk.Image([100_000, 100_000, 100_000], sitk.sitkFloat32)),
    ],
)
def test_a_scan_that_is_too_large_for_the_memory_fails_and_the_next_one_is_done(
    step: str,
    fail: Callable[[], Any],
    two_scans: Path,
    bright_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing = without_memory_for_the_first(getattr(case_run, step), fail)
    monkeypatch.setattr(case_run, step, failing)

    first, second = run_batch(
        find_cases(str(two_scans)), tmp_path / "out", bright_model, device="cpu"
    )

    assert_tells(str(first.error), "memory is not enough")
    assert second.error is None
    assert rows(tmp_path / "out")["first"]["error"] == first.error


def hold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, while a viewer has a file of this name open."""

    def held(really: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def call(source: Path, target: Path) -> None:
            if name in (Path(source).name, Path(target).name):
                raise PermissionError(errno.EACCES, "Permission denied")
            really(source, target)

        return call

    for call in ("rename", "replace"):
        monkeypatch.setattr(os, call, held(getattr(os, call)))


def test_a_mask_that_a_viewer_holds_open_fails_and_the_next_scan_is_done(
    two_scans: Path,
    bright_model: Path,
    save_model: SaveModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases, output = find_cases(str(two_scans)), tmp_path / "out"
    mask = output / "masks" / "first.nii.gz"
    run_batch(cases, output, bright_model, "cpu")
    older = mask.read_bytes()
    blind = save_model(JAC(channels=1, blocks=1, scales=1), "blind", "pancreas", None)

    with monkeypatch.context() as held:
        hold(mask.name, held)
        first, second = run_batch(cases, output, blind, "cpu")

    assert_tells(str(first.error), str(mask), "close the program", f"{mask} is still of")
    assert mask.read_bytes() == older
    assert second.error is None
    assert rows(output)["second"]["model"] == "blind"
    assert [one.error for one in run_batch(cases, output, blind, "cpu")] == [None, None]


def test_a_table_that_is_held_open_stops_nothing_but_is_told_at_the_end(
    two_scans: Path, bright_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, output = find_cases(str(two_scans)), tmp_path / "out"
    said: list[str] = []

    with monkeypatch.context() as held, pytest.raises(NotReplaced) as told:
        hold("results.csv", held)
        run_batch(cases, output, bright_model, "cpu", tell=said.append)

    assert_tells(told.value, "results.csv", "close the program")
    assert any("results.csv" in one for one in said)
    assert len(list((output / "masks").iterdir())) == 2
    assert (output / "index.html").is_file()


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_cannot_be_written_ends_the_batch(
    two_scans: Path, bright_model: Path, tmp_path: Path
) -> None:
    cases, output = find_cases(str(two_scans)), tmp_path / "out"
    (output / "masks").mkdir(parents=True)
    (output / "masks").chmod(0o500)

    with pytest.raises(OutputError) as told:
        run_batch(cases, output, bright_model, "cpu")

    assert_tells(told.value, str(output / "masks"), "read-only")
    assert not list((output / "records").iterdir())


def test_what_was_made_of_a_scan_that_fails_now_steps_aside(
    pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "results"
    arguments = ("batch", scan_file, "--output", output, "--model", bright_model)
    pancreasseg(*arguments)
    older = (output / "masks" / "scan.nii.gz").read_bytes()
    whole = scan_file.read_bytes()
    scan_file.write_bytes(b"torn")

    assert pancreasseg(*arguments).code == 1

    assert_tells(rows(output)["scan"]["error"], "scan.nii.gz", str(output / "outdated"))
    left = {path for path in names_in(output) if path.split("/")[-1].startswith("scan.")}
    assert left == {
        "records/scan.json",
        "outdated/masks/scan.nii.gz",
        "outdated/pictures/scan.png",
        "outdated/manifests/scan.json",
    }
    assert (output / "outdated" / "masks" / "scan.nii.gz").read_bytes() == older
    assert pancreasseg(*arguments).code == 1
    assert str(output / "outdated") not in rows(output)["scan"]["error"]
    scan_file.write_bytes(whole)
    assert pancreasseg(*arguments).code == 0


@pytest.mark.parametrize("now", ["another threshold", "a torn scan"])
def test_a_mask_that_was_corrected_by_hand_is_kept_where_its_case_is_done_again(
    now: str, pancreasseg: Run, scan_file: Path, bright_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "results"
    arguments = ("batch", scan_file, "--output", output, "--model", bright_model)
    pancreasseg(*arguments)
    assert not (output / "corrected").exists()
    mask = output / "masks" / "scan.nii.gz"
    mask.write_bytes(b"drawn by hand")
    if now == "a torn scan":
        scan_file.write_bytes(b"torn")
    else:
        content = json.loads(bright_model.read_text("utf-8"))
        content["combination"]["threshold"] = 0.95
        bright_model.write_text(json.dumps(content), encoding="utf-8")

    pancreasseg(*arguments)

    kept = output / "corrected" / "scan.nii.gz"
    assert kept.read_bytes() == b"drawn by hand"
    assert mask.is_file() == (now == "another threshold")
    told = rows(output)["scan"]["error" if now == "a torn scan" else "warnings"]
    assert_tells(told, "was changed since", str(kept))
    mask.write_bytes(b"drawn once more")
    scan_file.write_bytes(b"torn otherwise")
    pancreasseg(*arguments)
    assert kept.read_bytes() == b"drawn by hand"
    if now == "another threshold":
        assert kept.with_name("scan-2.nii.gz").read_bytes() == b"drawn once more"


def test_a_pattern_around_the_output_goes_on_and_scans_without_a_reference_are_named(
    pancreasseg: Run, two_scans: Path, ball: Volume, bright_model: Path, tmp_path: Path
) -> None:
    output, truth = two_scans / "results", tmp_path / "truth"
    truth.mkdir()
    write_mask(ball, truth / "first.nii.gz")
    pattern = f"{two_scans}/**/*.nii.gz"
    arguments = ("batch", pattern, "--output", output, "--model", bright_model)
    assert pancreasseg(*arguments).code == 0

    outcome = pancreasseg(*arguments, "--references", truth)

    assert outcome.code == 0
    assert f"No reference in {truth} has the name of 1 scan: second" in outcome.err
    assert list(rows(output)) == ["first", "second"]
    assert float(rows(output)["first"]["dice"]) > 0.8


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
