"""A few mutated files in every run of the tests; `files.py` makes hundreds."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from Testing.fuzzing import files
from Testing.fuzzing.files import FINE, Case, outcome
from Testing.fuzzing.seeds import SEEDS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each file has a child of its own")


def test_each_mutated_file_ends_in_a_scan_or_in_a_sentence() -> None:
    endings = {number: outcome(Case(number, seed=2), None) for number in range(2 * len(SEEDS))}

    assert {ended for ended in endings.values() if ended not in FINE} == set(), endings


@pytest.mark.parametrize(
    ("work", "ending"),
    [
        (lambda *_: 0 / 0, "a traceback or no sentence"),
        (lambda *_: os.kill(os.getpid(), signal.SIGKILL), "a crash"),
        (lambda *_: 3, "something half-written"),
    ],
)
def test_what_ends_badly_is_seen(
    work: Callable[..., int], ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_read", work)

    assert outcome(Case(0, seed=1), None) == ending


def test_what_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object) -> int:
        while True:
            pass

    monkeypatch.setattr(files, "_read", wait)
    monkeypatch.setattr(files, "SECONDS", 0.2)

    assert outcome(Case(0, seed=1), None) == "a hang"


def test_a_seed_that_is_not_mutated_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "mutated", lambda content, random: content)

    for number in range(len(SEEDS)):
        assert outcome(Case(number, seed=1), None) == "read, or a valid mask"


def test_the_same_number_makes_the_same_file(tmp_path: Path) -> None:
    contents = []
    for name in "ab":
        (tmp_path / name).mkdir()
        contents.append(Case(7, seed=1).write(tmp_path / name).read_bytes())

    assert contents[0] == contents[1]
