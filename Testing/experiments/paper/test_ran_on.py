"""What a run was computed on, where several processes had a part in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from PancreasSegLib.errors import Cancelled
from PancreasSegLib.experiments.report.report import make_report
from PancreasSegLib.experiments.report.rows import rows_of
from PancreasSegLib.experiments.report.table import processors
from PancreasSegLib.experiments.run import RESULT, do_run, read_result
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.segmenter.device import cpu_compute
from PancreasSegLib.segmenter.progress import Progress
from Testing.sentences import assert_tells

Begin = Callable[..., Study]

CARD, CPU = "NVIDIA H200", "Some CPU"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From now on the processor has this name."""

    def named(name: str) -> None:
        monkeypatch.setattr(
            "PancreasSegLib.experiments.processor.processor_name", lambda device: name
        )

    return named


def stop_at(study: Study, start_of_step: str) -> None:
    """Do the study's first run until a step whose name begins so."""

    def stop(progress: Progress) -> None:
        if progress.step.startswith(start_of_step):
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        do_run(study, next(iter(study.runs.values())), "cpu", stop)


def finish(study: Study) -> dict[str, list[str]]:
    """Do the rest of the first run; each method's processors, by its name."""
    run = next(iter(study.runs.values()))
    do_run(study, run, "cpu")
    result = read_result(study.folder_of(run))
    assert result is not None
    return {
        method["name"]: [one["processor"] for one in method["ran_on"]]
        for method in result["methods"]
    }


def test_each_method_keeps_what_it_ran_on_and_the_report_names_all(
    begin: Begin, on: Callable[[str], None]
) -> None:
    study = begin()
    on(CARD)
    stop_at(study, "rnn")
    on(CPU)

    assert finish(study) == {"jac": [CARD], "rnn": [CARD, CPU]}
    page = make_report(study).page.read_text("utf-8")
    precision = cpu_compute().precision_name  # that of this machine's processor
    told = (f"processors: {CARD}, {precision}", f"; {CPU}, {precision}", "versions: PancreasSeg")
    assert_tells(page, *told)


def test_an_older_result_that_says_it_once_is_read_as_it_is(begin: Begin) -> None:
    study = begin()
    folder = study.folder_of(next(iter(study.runs.values())))
    folder.mkdir(parents=True)
    about = {"parameters": 1, "hours": 0.5, "loss_still_falls": False, "cases": {}}
    older = {
        "methods": [{"name": "jac", **about}, {"name": "rnn", **about}],
        "ran_on": {"processor": CPU, "precision": "float32", "threads": 1, "system": "Linux"},
        "versions": {"PancreasSeg": "0.1.0", "PyTorch": "2.13.0"},
    }
    write_json(older, folder / RESULT)

    rows = rows_of(study)

    assert processors(rows) == [f"{CPU}, float32, 1 thread(s), Linux"]
    assert [one["versions"]["PyTorch"] for row in rows for one in row.ran_on] == ["2.13.0"] * 2
