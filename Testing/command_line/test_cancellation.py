"""Ctrl-C, SIGTERM and SIGHUP end the command, and nothing half-written is left."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import Cancelled
from PancreasSegLib.process.cancellation import SIGNALS, Cancellation
from PancreasSegLib.volume import Volume, write_volume
from Testing.command_line.conftest import names_in, start_command


@pytest.fixture(autouse=True)
def heard_signals() -> Iterator[None]:
    """A shell starts background jobs with Ctrl-C ignored; these tests are about being heard."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in SIGNALS[1:]:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_it_segments_leaves_older_files_and_nothing_else(
    number: signal.Signals, slow_model: Path, tmp_path: Path
) -> None:
    scan, mask = tmp_path / "scan.nii", tmp_path / "mask.nii.gz"
    noise = np.random.default_rng(0).integers(-100, 200, (60, 160, 160)).astype(np.int16)
    write_volume(Volume(noise, np.diag([1.5, 1.5, 2.0, 1.0])), scan)
    mask.write_bytes(b"an older mask")
    before = names_in(tmp_path)

    process = start_command(
        *("segment", scan, "-o", mask, "--model", slow_model, "--device", "cpu"),
        *("--probability", tmp_path / "probability.nrrd", "--report", tmp_path / "report.json"),
    )
    assert process.stderr is not None
    while "Segmenting slices" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(number)
    out, err = process.communicate(timeout=300)

    assert process.returncode == 130
    assert (out, err) == ("", "pancreasseg: cancelled.\n")
    assert names_in(tmp_path) == before
    assert mask.read_bytes() == b"an older mask"


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_interrupts_and_a_second_one_does_not_disturb_the_cleaning_up(
    number: signal.Signals,
) -> None:
    cleaned_up = False

    with Cancellation() as cancellation:
        with pytest.raises(KeyboardInterrupt):
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), number)
                cleaned_up = True
        assert cancellation.requested()

    assert cleaned_up


def test_a_signal_while_results_are_written_is_heard_at_the_next_check() -> None:
    written = []

    with Cancellation() as cancellation, pytest.raises(Cancelled), cancellation.held():
        os.kill(os.getpid(), signal.SIGTERM)
        written.append("the mask")
        cancellation.check()
        written.append("the report")

    assert written == ["the mask"]


def test_a_signal_while_a_library_is_loaded_is_heard_right_after() -> None:
    loaded = False

    with Cancellation() as cancellation, pytest.raises(Cancelled), cancellation.loading():
        os.kill(os.getpid(), signal.SIGINT)
        loaded = True

    assert loaded


def test_a_signal_that_comes_when_the_process_ends_anyhow_is_ignored() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    try:
        with Cancellation(process_ends=True):
            pass

        assert [signal.getsignal(number) for number in SIGNALS] == [signal.SIG_IGN] * len(SIGNALS)
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def test_without_a_signal_nothing_is_cancelled() -> None:
    with Cancellation() as cancellation:
        cancellation.check()

        assert not cancellation.requested()


def test_the_signals_mean_afterwards_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]

    with Cancellation():
        assert [signal.getsignal(number) for number in SIGNALS] != before

    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_that_was_ignored_as_under_nohup_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Cancellation() as cancellation:
            os.kill(os.getpid(), signal.SIGTERM)

            assert not cancellation.requested()
    finally:
        signal.signal(signal.SIGTERM, before)
