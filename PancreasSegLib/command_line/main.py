"""`pancreasseg`: options in, exit code out; what goes wrong is told in one sentence."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.command_line import (
    batch_command,
    cross_validate_command,
    data_command,
    demo_command,
    evaluate_command,
    experiment_command,
    models_command,
    rerun_command,
    segment_command,
    train_command,
)
from PancreasSegLib.command_line.error_stream import say_on_error_stream
from PancreasSegLib.errors import Cancelled, PancreasSegError
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.brief_waits import brief_waits
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.version import __version__

LAST_STREAM = 2  # the number of the error stream

DESCRIPTION = "Segments the pancreas in abdominal CT."

COMMANDS = {
    "segment": (segment_command, "make a mask of the pancreas from a scan"),
    "batch": (batch_command, "make masks of many scans, with a table and a page"),
    "evaluate": (evaluate_command, "compare a mask with a reference"),
    "rerun": (rerun_command, "make a mask again from its manifest, and compare"),
    "demo": (demo_command, "segment a synthetic CT and make pictures of the result"),
    "models": (models_command, "list the bundled models"),
    "data": (data_command, "check a data set before a training"),
    "train": (train_command, "train a model"),
    "cross-validate": (cross_validate_command, "measure a way to train by cross-validation"),
    "experiment": (experiment_command, "run the experiments of the paper, and report them"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pancreasseg` with the arguments `argv` (those of the process if None).

    Returns the exit code (see `exit_codes`). Raises SystemExit for wrong usage, --help and
    --version, as argparse does; a bug shows its traceback.
    """
    _replace_closed_streams()
    _allow_any_letter()
    os.environ.update(brief_waits(os.environ))
    with Cancellation(process_ends=argv is None) as cancellation:
        try:
            arguments = make_parser().parse_args(argv)
            code: int = arguments.run(arguments, cancellation)
        except (KeyboardInterrupt, Cancelled):
            return _stopped("cancelled.", exit_codes.CANCELLED)
        except PancreasSegError as error:
            return _stopped(str(error), error.exit_code)
        except MemoryError:
            return _stopped(
                "The computer's memory is not enough; close other programs, or give a smaller "
                "scan.",
                exit_codes.FAILED,
            )
        except BrokenPipeError:
            return _nothing_can_be_told()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            _nothing_can_be_told()
            return _stopped(f"the output cannot be written ({error.strerror}).", exit_codes.FAILED)
        return code if _is_told() else exit_codes.FAILED


def make_parser() -> argparse.ArgumentParser:
    """The parser of `pancreasseg` with all its commands."""
    parser = argparse.ArgumentParser(
        prog="pancreasseg",
        description=DESCRIPTION,
        epilog=exit_codes.EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (command, purpose) in COMMANDS.items():
        own = commands.add_parser(
            name,
            help=purpose,
            description=f"{purpose[0].upper()}{purpose[1:]}.",
            epilog=exit_codes.EXPLANATION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_options(own)
        own.set_defaults(run=command.run)
    return parser


def _stopped(sentence: str, code: int) -> int:
    say_on_error_stream(f"pancreasseg: {sentence}")
    return code


def _is_told() -> bool:
    """False if what was printed could not be written; result files are there all the same."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _nothing_can_be_told()
        return False
    except OSError as error:
        _nothing_can_be_told()
        _stopped(f"standard output cannot be written ({error.strerror}).", exit_codes.FAILED)
        return False
    return True


def _nothing_can_be_told() -> int:
    """As after `pancreasseg models | head -1`: nobody is left to be told anything."""
    # Python would write what is still buffered when it ends, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exit_codes.FAILED


def _replace_closed_streams() -> None:
    """After `2>&-` Python has no stream at all; the work is done without being told.

    The numbers 0 to 2 are taken as well, lest a result file gets one of them, and with it what a
    library says on its error stream.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STREAM:
        pass
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _allow_any_letter() -> None:
    """A path or sign that the terminal's encoding lacks is shown by its number; it is no error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
