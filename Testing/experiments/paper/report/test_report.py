"""The smoke test's report: every number in it is that of the runs, every figure has content."""

from __future__ import annotations

import csv
import json
import shutil
import statistics
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.command_line.main import main
from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.report.report import make_report
from PancreasSegLib.experiments.report.rows import rows_of
from PancreasSegLib.experiments.run import read_result
from PancreasSegLib.experiments.run_experiment import run_experiment
from PancreasSegLib.experiments.study import Study, open_study
from PancreasSegLib.rendering.surface_picture import RenderingUnavailable
from Testing.sentences import assert_tells


@pytest.fixture
def page(smoke: Study) -> str:
    return (smoke.folder / "report" / "report.md").read_text("utf-8")


def dice_of(study: Study, method: str) -> list[float]:
    results = [read_result(study.folder_of(run)) for run in study.runs.values()]
    return [
        case["dice"]
        for result in results
        for one in (result or {"methods": []})["methods"]
        if one["name"] == method
        for case in one["cases"].values()
    ]


def test_the_table_has_mean_sd_worst_and_best_over_all_folds(smoke: Study, page: str) -> None:
    dice = dice_of(smoke, "jac16")
    mean, sd = 100 * statistics.mean(dice), 100 * statistics.stdev(dice)

    cell = f"{mean:.1f} ± {sd:.1f} [{100 * min(dice):.1f}, {100 * max(dice):.1f}]"

    assert len(dice) == 4
    assert f"| JAC-16, seed 1 | {cell} |" in page
    with (smoke.folder / "report" / "table.csv").open(encoding="utf-8", newline="") as lines:
        table = {row["method"]: row for row in csv.DictReader(lines)}
    assert float(table["jac16"]["dice_mean"]) == pytest.approx(mean / 100, abs=1e-4)
    assert table["rnn16-stack-frozen"]["paper_dice_mean"] == ""
    content = json.loads((smoke.folder / "report" / "table.json").read_text("utf-8"))
    assert content["rows"][0]["dice"]["worst"] == pytest.approx(min(dice), abs=1e-4)
    assert len(content["rows"][0]["cases"]) == 4


def test_the_papers_numbers_stand_beside_ours_and_what_it_lacks_is_empty(page: str) -> None:
    table = page.partition("## Paired tests")[0]
    lines = {line.split("|")[1].strip(): line for line in table.splitlines() if "|" in line}

    assert "82.3 ± 6.7 [49.8, 90.2] | 70.4 ± 8.6 [33.1, 82.2]" in lines["RNN-16, seed 1"]
    assert "| | | 4 of 4 |" in lines["RNN-16, whole stack, CNN frozen, seed 1"]
    assert lines["Zhou et al. 2016 (paper)"].endswith("82.3 ± 5.6 [62.4, 90.8] | | | | |")
    assert "Cai et al. 2016" not in page


def test_it_says_how_its_numbers_were_made(smoke: Study, page: str) -> None:
    assert_tells(
        page,
        "command: pancreasseg experiment run smoke --device cpu",
        "data: phantoms, 4 scans",
        smoke.data_sha256,
        "seeds: 1",
        "processors: ",
        "versions: PancreasSeg ",
        "not for diagnosis",
    )


def test_every_figure_is_a_png_and_an_svg(smoke: Study, page: str) -> None:
    folder = smoke.folder / "report"
    drawn = {path.name for path in folder.iterdir() if path.suffix in (".png", ".svg")}

    for name in ("figure2", "figure3", "figure4"):
        assert {f"{name}.png", f"{name}.svg"} <= drawn
        assert (folder / f"{name}.png").stat().st_size > 10_000
        assert ElementTree.parse(folder / f"{name}.svg").getroot().tag.endswith("svg")
        assert f"({name}.png)" in page
    # Where there is no OpenGL it is left out, and not shown.
    assert ("figure5.png" in drawn) == ("(figure5.png)" in page)


def test_without_opengl_the_report_says_so_and_is_made_all_the_same(
    smoke: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(study: Study, row: object, path: Path) -> str:
        raise RenderingUnavailable("No OpenGL here; install it.")

    monkeypatch.setattr("PancreasSegLib.experiments.report.report.draw_surfaces", unavailable)

    report = make_report(smoke)

    assert_tells(report.missing[0], "Figure 5", "install it")
    assert "figure5" not in report.page.read_text("utf-8")


def test_an_unfinished_experiment_is_reported_with_empty_cells(
    begin: Callable[..., Study], capsys: pytest.CaptureFixture[str]
) -> None:
    study = begin()
    with pytest.raises(InputError, match="experiment status"):
        make_report(study)
    run_experiment(study, ["jac-jaccard-fold-1-seed-1"], "cpu")

    assert main(["experiment", "report", "tiny.toml", "--output", str(study.folder)]) == 0

    assert "show patients' scans" in capsys.readouterr().out
    rows = rows_of(study)
    assert [(row.method, len(row.cases), row.of) for row in rows] == [("jac", 2, 4), ("rnn", 2, 4)]
    page = (study.folder / "report" / "report.md").read_text("utf-8")
    assert "| 2 of 4 |" in page
    assert "(paper)" not in page


def test_it_says_whether_patients_or_scans_are_the_pairs_of_its_tests(
    smoke: Study, page: str, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    shutil.copytree(smoke.folder, older)
    content = json.loads((older / "folds.json").read_text("utf-8"))
    del content["patients"]
    (older / "folds.json").write_text(json.dumps(content), encoding="utf-8")

    of_older = make_report(open_study(older)).page.read_text("utf-8")

    assert "Patients are the pairs" in page
    assert "Scans, not patients, are the pairs" in of_older


def test_results_whose_masks_were_not_kept_are_reported_without_the_figures_that_show_them(
    begin: Callable[..., Study],
) -> None:
    study = begin()
    run_experiment(study, [], "cpu")
    for run in study.runs.values():
        shutil.rmtree(study.folder_of(run) / "masks")

    report = make_report(study)

    assert [sentence.split(" shows")[0] for sentence in report.missing] == ["Figure 2", "Figure 5"]
    assert report.pictures_of_scans == []
    assert {path.stem for path in report.page.parent.glob("*.png")} == {"figure3", "figure4"}
