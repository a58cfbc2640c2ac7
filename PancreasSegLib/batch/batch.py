"""A batch: case after case, what is done is kept, what failed is told and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PancreasSegLib.batch.case_run import (
    CaseJob,
    done_before,
    failed,
    models_of,
    run_case,
    run_case_job,
)
from PancreasSegLib.batch.cases import Case
from PancreasSegLib.batch.page import write_page
from PancreasSegLib.batch.record import Record
from PancreasSegLib.batch.summary_table import write_summary
from PancreasSegLib.errors import NotReplaced
from PancreasSegLib.files.folders import make_folder
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.jobs.outcome import WorkerLost
from PancreasSegLib.jobs.spread import Workers, spread
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter


def run_batch(
    cases: Sequence[Case],
    output: Path,
    model: str | Path,
    device: str = "auto",
    workers: Workers | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Record]:
    """Segment all `cases` into `output`; their records, in the order of the cases.

    A case whose files and model are as before, in the same version of this software, is not done
    again; one that failed is. After each case the table `results.csv` is whole; at the end there
    are `results.json` and `index.html`.
    By `workers` several cases are done at a time, in other processes.
    tell: takes a line for each case, and a sentence where the table cannot be replaced.
    Raises what `Segmenter` raises, `OutputError` where nothing can be written (`NotReplaced` for a
    table that is held open to the end), `InputError` where there is no such cluster, and
    `Cancelled`; the cases done so far stay.
    """
    output = output.resolve()
    for folder in ("masks", "pictures", "manifests", "records"):
        make_folder(output / folder)
    progress(Progress("Loading the model", 0.0, None))
    segmenter = Segmenter(model, device)
    models = models_of(segmenter)
    before = {case.name: done_before(case, output, models) for case in cases}
    left = [case for case in cases if before[case.name] is None]
    if workers is None:
        new = _one_by_one(left, len(cases), output, segmenter, progress, cancelled)
    else:
        jobs = {case.name: CaseJob(_anywhere(case), output, _model(model), device) for case in left}
        new = _spread(jobs, len(cases), models, workers, progress, cancelled)
    records = {name: record for name, record in before.items() if record is not None}
    _write_summary_so_far(_in_order(cases, records), output, tell)
    for record in new:
        tell(_line(record))
        records[record.case] = record
        _write_summary_so_far(_in_order(cases, records), output, tell)
    done = _in_order(cases, records)
    write_json([record.as_dict() for record in done], output / "results.json")
    write_page(done, output)
    write_summary(done, output)
    return done


def _write_summary_so_far(
    done: Sequence[Record], output: Path, tell: Callable[[str], None]
) -> None:
    """A table that is open in a spreadsheet is told; at the end there is another try."""
    try:
        write_summary(done, output)
    except NotReplaced as error:
        tell(str(error))


def _in_order(cases: Sequence[Case], records: dict[str, Record]) -> list[Record]:
    """The records so far, in the order of the cases."""
    return [records[case.name] for case in cases if case.name in records]


def _one_by_one(
    cases: Sequence[Case],
    count: int,
    output: Path,
    segmenter: Segmenter,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Iterator[Record]:
    for number, case in enumerate(cases, start=count - len(cases)):
        within = _within(progress, case, number, count)
        yield run_case(case, output, segmenter, within, cancelled)


def _spread(
    jobs: dict[str, CaseJob],
    count: int,
    models: list[dict[str, str]],
    workers: Workers,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Iterator[Record]:
    """The records as the cases end; one whose process was lost failed."""
    done = count - len(jobs)
    for name, result in spread(run_case_job, jobs, workers, cancelled):
        done += 1
        progress(Progress(f"{name} is done ({done} of {count})", done / count, None))
        if isinstance(result, WorkerLost):
            yield failed(jobs[name].case, jobs[name].output, models, result)
        elif isinstance(result, Record):
            yield result
        else:
            raise result


def _anywhere(case: Case) -> Case:
    """Other processes need not have this working folder."""
    reference = None if case.reference is None else case.reference.resolve()
    return replace(case, scan=case.scan.resolve(), reference=reference)


def _model(model: str | Path) -> str | Path:
    """A bundled model's name, or the whole path of the user's own."""
    return Path(model).resolve() if Path(model).suffix in (".json", ".pt") else model


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
