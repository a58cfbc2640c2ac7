"""One case of a batch: read, segmented, compared, all its files written together."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PancreasSegLib.batch.cases import Case
from PancreasSegLib.batch.record import Record, made_from, read_record
from PancreasSegLib.errors import Cancelled, NotReplaced, OutputError, PancreasSegError
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.output_files import written_together
from PancreasSegLib.rendering.overlay import slice_overlay
from PancreasSegLib.reports.run_manifest import RunManifest, write_run_manifest
from PancreasSegLib.segmenter.memory import memory_failure_in_a_sentence
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume.reading import read_mask, read_volume
from PancreasSegLib.volume.writing import write_mask

OUTDATED = "outdated"
"""The folder for what was made of a scan, or by a model, before it failed."""

CORRECTED = "corrected"
"""The folder for masks that were changed by hand, of cases that are done again."""


@dataclass(frozen=True)
class Files:
    """Where the results of a case lie, in the batch's folder."""

    mask: Path
    picture: Path
    manifest: Path
    record: Path

    @classmethod
    def of(cls, case: Case, output: Path) -> Files:
        """`masks`, `pictures`, `manifests` and `records`, by the case's name."""
        return cls(
            output / "masks" / f"{case.name}.nii.gz",
            output / "pictures" / f"{case.name}.png",
            output / "manifests" / f"{case.name}.json",
            output / "records" / f"{case.name}.json",
        )


@dataclass(frozen=True)
class CaseJob:
    """A case for another process: with the model and the device as the user named them."""

    case: Case
    output: Path
    model: str | Path
    device: str


def run_case_job(job: CaseJob) -> Record:
    """`run_case`, by a segmenter that this process keeps for the next one.

    A cluster may give a job twice, when a worker is gone: what is done is not done again.
    """
    segmenter = _segmenter(job.model, job.device)
    before = done_before(job.case, job.output, models_of(segmenter))
    return before or run_case(job.case, job.output, segmenter)


@lru_cache(maxsize=1)
def _segmenter(model: str | Path, device: str) -> Segmenter:
    return Segmenter(model, device)


def models_of(segmenter: Segmenter) -> list[dict[str, str]]:
    """All models that take part in its masks, with the hashes of their weights and settings."""
    models = [*segmenter.models]
    if segmenter.region_model is not None:
        models.append(segmenter.region_model)
    return [model.manifest.fingerprint for model in models]


def done_before(case: Case, output: Path, models: list[dict[str, str]]) -> Record | None:
    """The record of an earlier run that succeeded, on the same files and by the same models."""
    files = Files.of(case, output)
    record = read_record(files.record)
    if record is None or record.error is not None or not files.mask.is_file():
        return None
    return record if record.made_from == made_from(case, models) else None


def run_case(
    case: Case,
    output: Path,
    segmenter: Segmenter,
    progress: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Record:
    """Its record, which is written with all its files, or alone if it says what failed.

    Raises `OutputError` and `Cancelled`.
    """
    models = models_of(segmenter)
    try:
        with memory_failure_in_a_sentence():
            return _segmented(case, output, segmenter, models, progress, cancelled)
    except NotReplaced as error:
        return failed(case, output, models, error)
    except (OutputError, Cancelled):
        raise  # no later case could be written either, or is wanted
    except PancreasSegError as error:
        return failed(case, output, models, error)


def failed(
    case: Case, output: Path, models: list[dict[str, str]], error: PancreasSegError
) -> Record:
    """The record of a case that failed, which is written; its older results step aside.

    Raises `OutputError` where it cannot be written.
    """
    files = Files.of(case, output)
    corrected: list[str] = []
    with suppress(NotReplaced):  # then it stays, or goes with the others
        corrected = _keep_corrected(files, output)
    older = _put_aside([files.mask, files.picture, files.manifest], output)
    sentences = [str(error), *corrected, *older]
    record = Record(case.name, made_from(case, models), error=" ".join(sentences))
    with suppress(NotReplaced):  # without its mask, the older record counts for nothing
        write_json(record.as_dict(), files.record)
    return record


def _keep_corrected(files: Files, output: Path) -> list[str]:
    """Move a mask to CORRECTED that somebody changed since: it is younger than its record.

    Returns a sentence on it; raises `NotReplaced` if it cannot be moved.
    """
    states = [path.stat() for path in (files.mask, files.record) if path.is_file()]
    if len(states) < 2 or states[0].st_mtime_ns <= states[1].st_mtime_ns:
        return []
    make_folder(output / CORRECTED)
    place = _free_place(output / CORRECTED, files.mask.name)
    try:
        os.replace(files.mask, place)
    except OSError as error:
        raise NotReplaced(
            f"{files.mask} was changed since an earlier run, and cannot be moved to {place}"
            f" ({error.strerror}); close the program that has it open, or move it yourself."
        ) from error
    return [f"The mask of an earlier run was changed since; it was moved to {place}."]


def _free_place(folder: Path, name: str) -> Path:
    """For a mask of this name, with a number at its end if need be: earlier corrections stay."""
    stem = name.removesuffix(".nii.gz")
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    places = (folder / f"{one}.nii.gz" for one in names)
    return next(place for place in places if not place.exists())


def _put_aside(files: list[Path], output: Path) -> list[str]:
    """Move older results to OUTDATED, where they do not contradict the table; sentences on it."""
    sentences, folder = [], output / OUTDATED
    for path in filter(Path.is_file, files):
        place = folder / path.relative_to(output)
        make_folder(place.parent)
        try:
            os.replace(path, place)
            sentences.append(f"Results of an earlier run were moved to {folder}.")
        except OSError as error:
            sentences.append(f"{path} is still of an earlier run ({error.strerror}).")
    return list(dict.fromkeys(sentences))


def _segmented(
    case: Case,
    output: Path,
    segmenter: Segmenter,
    models: list[dict[str, str]],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Record:
    files, dependencies = Files.of(case, output), made_from(case, models)
    scan = read_volume(case.scan, case.series, case.phase)
    reference = None if case.reference is None else read_mask(case.reference)
    segmentation = segmenter.segment(scan, progress=progress, cancelled=cancelled)
    compared = None if reference is None else evaluate(segmentation.mask, reference)
    segmentation.report.warnings.extend(_keep_corrected(files, output))
    record = Record(
        case.name,
        dependencies,
        report=segmentation.report.as_dict(),
        evaluation=None if compared is None else compared.as_dict(),
    )
    model = segmenter.model.folder / f"{segmenter.model.manifest.name}.json"
    options = (model, None, segmenter.device)
    choice = (case.series, case.phase)
    manifest = RunManifest.of(case.scan, *options, segmentation, *choice)
    with written_together(list(vars(files).values())) as unfinished:
        write_mask(segmentation.mask, unfinished[files.mask], like=case.scan)
        slice_overlay(scan, segmentation.mask, unfinished[files.picture], reference)
        write_run_manifest(manifest, unfinished[files.manifest])
        write_json(record.as_dict(), unfinished[files.record])
    return record
