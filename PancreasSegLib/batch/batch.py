"""A batch: case after case, what is done is kept, what failed is told and tried again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PancreasSegLib.batch.cases import Case
from PancreasSegLib.batch.page import write_page
from PancreasSegLib.batch.record import Record, made_from, read_record
from PancreasSegLib.batch.summary_table import write_summary
from PancreasSegLib.errors import Cancelled, OutputError, PancreasSegError
from PancreasSegLib.evaluation.evaluate import evaluate
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.files.output_files import written_together
from PancreasSegLib.rendering.overlay import slice_overlay
from PancreasSegLib.reports.run_manifest import RunManifest, write_run_manifest
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume.reading import read_mask, read_volume
from PancreasSegLib.volume.writing import write_mask


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


def run_batch(
    cases: Sequence[Case],
    output: Path,
    segmenter: Segmenter,
    progress: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Record]:
    """Segment all `cases` into `output`; their records, in the order of the cases.

    A case whose files and model are as before is not done again; one that failed is. After each
    case the table `results.csv` is whole; at the end there are `results.json` and `index.html`.
    Raises `OutputError` where nothing can be written and `Cancelled`; the cases done so far stay.
    """
    for folder in ("masks", "pictures", "manifests", "records"):
        make_folder(output / folder)
    weights = [model.manifest.sha256 for model in segmenter.models]
    if segmenter.region_model is not None:
        weights.append(segmenter.region_model.manifest.sha256)
    records: list[Record] = []
    for number, case in enumerate(cases):
        before = _done_before(case, Files.of(case, output), weights)
        if before is None:
            within = _within(progress, case, number, len(cases))
            record = _run_case(case, output, segmenter, weights, within, cancelled)
            tell(_line(record))
        else:
            record = before
        records.append(record)
        write_summary(records, output)
    write_json([record.as_dict() for record in records], output / "results.json")
    write_page(records, output)
    return records


def _done_before(case: Case, files: Files, weights: list[str]) -> Record | None:
    record = read_record(files.record)
    if record is None or record.error is not None or not files.mask.is_file():
        return None
    return record if record.made_from == made_from(case, weights) else None


def _run_case(
    case: Case,
    output: Path,
    segmenter: Segmenter,
    weights: list[str],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Record:
    """Its record; all its files are written together, or only a record that says what failed."""
    files, dependencies = Files.of(case, output), made_from(case, weights)
    try:
        scan = read_volume(case.scan, case.series, case.phase)
        reference = None if case.reference is None else read_mask(case.reference)
        segmentation = segmenter.segment(scan, progress=progress, cancelled=cancelled)
        compared = None if reference is None else evaluate(segmentation.mask, reference)
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
    except (OutputError, Cancelled):
        raise  # no later case could be written either, or is wanted
    except PancreasSegError as error:
        record = Record(case.name, dependencies, error=str(error))
        write_json(record.as_dict(), files.record)
    return record


def _within(
    progress: Callable[[Progress], None], case: Case, number: int, count: int
) -> Callable[[Progress], None]:
    """The progress of a case as a part of that of the batch."""

    def told(of_case: Progress) -> None:
        fraction = (number + of_case.fraction) / count
        progress(Progress(f"{case.name} ({number + 1} of {count})", fraction, None))

    return told


def _line(record: Record) -> str:
    if record.report is None:
        return f"{record.case}: {record.error}"
    overlap = "" if record.evaluation is None else f", DSC {record.evaluation['dice']:.3f}"
    warned = f", {len(record.report['warnings'])} warnings" if record.report["warnings"] else ""
    return f"{record.case}: {record.report['volume_ml']:.1f} ml{overlap}{warned}"
