"""A batch as a child process of Slicer: it tells of it line by line, as a worker does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.process.parent_watch import end_with_parent
from PancreasSegLib.worker.serving import Send, ToldProgress, log, serve
from PancreasSegLib.worker.silent_end import BATCH_ADVICE


def main(argv: Sequence[str] | None = None) -> int:
    """Do the batch; the exit code, which is 0 also where scans failed: their rows say so."""
    arguments = _parser().parse_args(argv)
    return serve(
        lambda send, cancellation: _work(arguments, send, cancellation), advice=BATCH_ADVICE
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m PancreasSegLib.batch",
        description="Does a batch that Slicer's panel asked for; people use `pancreasseg batch`.",
    )
    parser.add_argument("scans")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--parent", type=int, required=True, help="it does not outlive this one")
    return parser


def _work(arguments: argparse.Namespace, send: Send, cancellation: Cancellation) -> None:
    end_with_parent(arguments.parent)
    with cancellation.loading():
        from PancreasSegLib.batch.batch import run_batch
        from PancreasSegLib.batch.cases import find_cases, refuse_output_among_scans
    cases = find_cases(arguments.scans, output=arguments.output)
    refuse_output_among_scans(arguments.scans, arguments.output)
    run_batch(
        cases,
        arguments.output,
        arguments.model,
        arguments.device,
        progress=ToldProgress(send),
        cancelled=cancellation.requested,
        tell=log,
    )
