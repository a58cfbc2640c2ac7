import numpy as np
import pytest

from PancreasSegLib.errors import OutOfMemory
from PancreasSegLib.segmenter import memory_need as room
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.memory_need import memory_need, needed_bytes
from PancreasSegLib.volume import Volume
from Testing.sentences import assert_tells

SCAN = Volume(np.arange(24_000, dtype=np.int16).reshape(20, 30, 40) - 1000, np.diag([5, 5, 5, 1.0]))


def test_the_need_grows_with_the_voxels_and_is_said_with_what_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 5_250_000_000)

    assert needed_bytes(SCAN) == 800_000_000 + 3 * 24_000
    assert memory_need(SCAN) == "About 0.8 GB of memory are needed, and 5.2 GB are free."


def test_a_job_that_cannot_fit_is_refused_before_it_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 700_000_000)

    problem = Job(SCAN).problem()

    assert isinstance(problem, OutOfMemory)
    assert_tells(problem, "40 x 30 x 20 voxels", "0.8 GB", "0.7 GB are free", "cut out the abdomen")


def test_where_the_system_says_nothing_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: None)

    assert Job(SCAN).problem() is None
    assert memory_need(SCAN) == "About 0.8 GB of memory are needed."
