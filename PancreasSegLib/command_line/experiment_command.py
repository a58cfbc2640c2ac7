"""`pancreasseg experiment`: the paper's experiments are run, asked for, and reported."""

from __future__ import annotations

import argparse
import shlex
from importlib.util import find_spec
from pathlib import Path

from PancreasSegLib.command_line.device_option import add_device_option
from PancreasSegLib.command_line.error_stream import say_on_error_stream
from PancreasSegLib.command_line.progress_line import ProgressLine
from PancreasSegLib.command_line.train_command import refuse_without_matplotlib
from PancreasSegLib.command_line.workers_option import add_workers_options, chosen_workers
from PancreasSegLib.errors import InputError
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be written after `pancreasseg experiment`."""
    actions = parser.add_subparsers(
        title="actions", dest="action", metavar="run|status|report", required=True
    )
    purpose = "train and measure all that is not done yet"
    run_parser = actions.add_parser("run", help=purpose, description=f"{purpose.capitalize()}.")
    _add_name(run_parser)
    run_parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="scans and references, as `pancreasseg train --data` finds them",
    )
    run_parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="RUN",
        help="these runs alone, by their names in `status`; may be given again (default: all)",
    )
    add_device_option(run_parser)
    add_workers_options(run_parser, "runs")
    for name, purpose in (
        ("status", "how far each run is"),
        ("report", "write table, tests and figures of what is done so far"),
    ):
        _add_name(actions.add_parser(name, help=purpose, description=f"{purpose.capitalize()}."))


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        help="table1_ct, table1_mri, model_selection, losses_fig4, quick, smoke, or a .toml file",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where the runs and the report lie (default: runs/NAME); after a stop, `run` goes on",
    )


def run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    """Do the chosen action; the exit code: 1 if a run failed."""
    actions = {"run": _run, "status": _status, "report": _report}
    if arguments.output is None:
        arguments.output = Path("runs") / Path(arguments.name).stem
    return actions[arguments.action](arguments, cancellation)


def _run(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    refuse_without_matplotlib()
    workers = chosen_workers(arguments)
    with ProgressLine() as progress:
        with cancellation.loading():
            from PancreasSegLib.experiments.definitions import find_definition
            from PancreasSegLib.experiments.run_experiment import run_experiment
            from PancreasSegLib.experiments.study import begin_study

        definition = find_definition(arguments.name)
        study = begin_study(definition, arguments.data, arguments.output, _command(arguments))
        failed = run_experiment(
            study,
            arguments.only,
            arguments.device,
            workers,
            progress,
            cancellation.requested,
            progress.say,
        )
    print(f"Runs         {study.folder / 'runs'}")
    return exit_codes.FAILED if failed else exit_codes.DONE


def _refuse_without_reports() -> None:
    """Raise `InputError` where what draws and tests is not installed."""
    for name in ("matplotlib", "scipy"):
        if find_spec(name) is None:
            raise InputError(
                f"The report needs {name}, which is not installed; install it with PancreasSeg's"
                " extra, in its checkout: pip install '.[reports]'."
            )


def _command(arguments: argparse.Namespace) -> str:
    """What makes the same numbers again; how many jobs at a time it took does not matter."""
    data = [] if arguments.data is None else ["--data", str(arguments.data)]
    words = ["pancreasseg", "experiment", "run", arguments.name, *data]
    return shlex.join([*words, "--device", arguments.device])


def _status(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    with cancellation.loading():
        from PancreasSegLib.experiments.status import as_text, status_of
        from PancreasSegLib.experiments.study import open_study

    print(as_text(status_of(open_study(arguments.output))))
    return exit_codes.DONE


def _report(arguments: argparse.Namespace, cancellation: Cancellation) -> int:
    _refuse_without_reports()
    with cancellation.loading():
        from PancreasSegLib.experiments.report.report import make_report
        from PancreasSegLib.experiments.study import open_study

    study = open_study(arguments.output)
    report = make_report(study)
    for sentence in report.missing:
        say_on_error_stream(sentence)
    print(f"Report       {report.page}")
    if report.pictures_of_scans and study.experiment.phantoms is None:
        names = " and ".join(path.stem for path in report.pictures_of_scans)
        print(f"{names} show patients' scans: keep them where the scans may be.")
    return exit_codes.DONE
