"""The folder of an experiment: begun once, then the same definition and data or a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.experiments.study import Study, begin_study, open_study
from PancreasSegLib.experiments.training_configs import configs, refuse_untrainable
from Testing.sentences import assert_tells

Begin = Callable[..., Study]
Write = Callable[..., Path]


def test_folds_and_data_are_written_and_the_same_call_goes_on(begin: Begin, scans: Path) -> None:
    study = begin()

    content = json.loads((study.folder / "folds.json").read_text("utf-8"))
    held_out = [case for fold in content["folds"] for case in fold["held_out"]]
    assert sorted(held_out) == list("abcd")
    assert content["data"]["folder"] == str(scans)
    assert begin() == study
    assert open_study(study.folder) == study


def test_which_scans_are_of_one_patient_is_kept_and_unknown_to_an_older_study(
    begin: Begin, scans: Path
) -> None:
    (scans / "patients.csv").write_text(
        "case,patient\na,Ada\nb,Ada\nc,Ben\nd,Cleo\n", encoding="utf-8"
    )
    study = begin()
    (scans / "patients.csv").unlink()

    assert open_study(study.folder).patients == {"a": "Ada", "b": "Ada", "c": "Ben", "d": "Cleo"}
    content = json.loads((study.folder / "folds.json").read_text("utf-8"))
    del content["patients"]
    (study.folder / "folds.json").write_text(json.dumps(content), encoding="utf-8")
    assert open_study(study.folder).patients is None


def test_another_experiment_other_scans_or_changed_ones_are_refused(
    begin: Begin, write_definition: Write, scans: Path, tmp_path: Path
) -> None:
    study = begin()

    with pytest.raises(InputError) as error:
        begin(("seeds = [1]", "seeds = [2]"))
    assert_tells(error.value, str(study.folder), "tiny.toml", "--output")
    with pytest.raises(InputError) as error:
        begin_study(write_definition(), tmp_path, study.folder, "")
    assert_tells(error.value, str(scans), "--output")
    (scans / "a.nii.gz").write_bytes((scans / "b.nii.gz").read_bytes())
    with pytest.raises(InputError) as error:
        begin()
    assert_tells(error.value, str(scans), "no longer")


def test_without_scans_or_without_a_study_it_is_told(
    write_definition: Write, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="--data"):
        begin_study(write_definition(), None, tmp_path / "study", "")
    assert not (tmp_path / "study").exists()
    with pytest.raises(InputError, match="experiment run"):
        open_study(tmp_path / "study")


def test_nothing_of_what_a_fold_holds_out_is_trained_on_or_selected_by(begin: Begin) -> None:
    study = begin(("seeds = [1]", "seeds = [1]\nvalidation = 0.5"))

    for run in study.runs.values():
        for config in configs(study, run):
            fold = study.folds[run.fold]
            assert config.data.held_out == fold.held_out
            assert config.data.validation == fold.validation
        assert [case.name for case in study.measured(run)] == list(fold.held_out)


def test_a_model_selection_measures_the_validation_subset_without_a_refit(begin: Begin) -> None:
    study = begin(
        ("seeds = [1]", 'seeds = [1]\nvalidation = 0.5\nmeasured_on = "validation"'),
        ("steps = 4", "steps = 4\nrefit_steps = 2"),
    )

    for run in study.runs.values():
        assert {config.cnn.refit_steps for config in configs(study, run)} == {0}
        assert [case.name for case in study.measured(run)] == list(study.folds[run.fold].validation)


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        ("channels = 2", "chanels = 2", ("jac", "chanels")),
        ("window = 4", "window = 0", ("rnn", "window is 0")),
        ("batch = 1", "batch = 0", ("rnn", "batch is 0")),
        ("steps = 4", "steps = 4\nrefit_steps = 2", ("refit_steps", "validation")),
    ],
)
def test_what_cannot_be_trained_is_told_before_anything_runs(
    begin: Begin, before: str, after: str, facts: tuple[str, ...]
) -> None:
    study = begin((before, after))

    with pytest.raises(InputError) as error:
        refuse_untrainable(study)

    assert_tells(error.value, *facts)
