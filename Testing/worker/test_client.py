"""Real children: what a worker gives is what the Segmenter gives."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import Cancelled, InputError, OutOfMemory, WeightsError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.segmenter.segmenter import Segmenter
from PancreasSegLib.volume import Volume
from PancreasSegLib.volume.patient_box import PatientBox
from PancreasSegLib.worker.client import WorkerClient
from PancreasSegLib.worker.events import Done, Failed
from PancreasSegLib.worker.result import WorkerResult
from Testing.worker.conftest import StandIn, all_events, noise, seconds_until_dead, until

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def without_times(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "seconds"}


def assert_same(result: WorkerResult, model: Path, scan: Volume) -> None:
    expected = Segmenter(model, "cpu").segment(scan, keep_probability=True)
    assert expected.probability is not None and result.probability is not None
    assert result.mask.array.dtype == np.uint8
    assert result.probability.array.dtype == np.float32
    assert result.mask.array.tobytes() == expected.mask.array.tobytes()
    assert result.probability.array.tobytes() == expected.probability.array.tobytes()
    for volume in (result.mask, result.probability):
        assert volume.affine.tobytes() == scan.affine.tobytes()
        assert volume.array.shape == scan.array.shape
    assert without_times(result.report) == without_times(expected.report.as_dict())
    assert result.found and 0 < result.mask.array.mean() < 1


def test_importing_the_client_imports_no_torch() -> None:
    code = "import sys, PancreasSegLib.worker.client; print('torch' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_mask_probability_report_and_progress_are_those_of_the_segmenter(
    random_model: Path, scan: Volume
) -> None:
    told: list[Progress] = []
    Segmenter(random_model, "cpu").segment(scan, progress=told.append)

    with WorkerClient() as client:
        client.start(Job(scan, random_model, device="cpu", keep_probability=True))
        events = all_events(client)

    assert events.pop() == Done()
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) == len(events)
    assert [(p.step, p.fraction) for p in progress] == [(p.step, p.fraction) for p in told]
    fractions = [p.fraction for p in progress]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    assert progress[0].seconds_left is None and progress[-1].seconds_left == 0
    assert_same(client.result(), random_model, scan)
    assert "Segmenting slices" in client.log


def test_a_region_of_interest_is_handed_on_and_no_probability_comes_unasked(
    random_model: Path, scan: Volume
) -> None:
    roi = PatientBox((-25.0, -10.0, -695.0), (-5.0, 10.0, -685.0))
    expected = Segmenter(random_model, "cpu").segment(scan, roi)

    result = WorkerClient().run(Job(scan, random_model, roi, "cpu"))

    assert result.report["region"] == {**expected.report.as_dict()["region"]}
    assert result.mask.array.tobytes() == expected.mask.array.tobytes()
    assert result.probability is None


def test_two_at_once_do_not_disturb_each_other(random_model: Path, temporary_folder: Path) -> None:
    scans = [noise(seed=1), noise(seed=2, shape=(8, 30, 22))]

    with WorkerClient() as first, WorkerClient() as second:
        clients = [first, second]
        for client, scan in zip(clients, scans, strict=True):
            client.start(Job(scan, random_model, device="cpu", keep_probability=True))
        assert len(list(temporary_folder.iterdir())) == 2
        assert first.is_running and second.is_running
        outcomes = [all_events(client)[-1] for client in clients]

    assert outcomes == [Done(), Done()]
    for client, scan in zip(clients, scans, strict=True):
        assert_same(client.result(), random_model, scan)


def test_a_scan_that_cannot_be_used_is_the_segmenters_own_error(
    random_model: Path, scan: Volume
) -> None:
    constant = scan.with_array(np.full_like(scan.array, 7))

    with pytest.raises(InputError, match=r"All voxels of the scan have the same value \(7\)"):
        WorkerClient().run(Job(constant, random_model, device="cpu"))


def test_a_missing_model_is_told_with_its_path(
    tmp_path: Path, scan: Volume, temporary_folder: Path
) -> None:
    missing = tmp_path / "fürs Archiv" / "kein Modell.json"
    client = WorkerClient()
    client.start(Job(scan, missing, device="cpu"))

    (failed,) = all_events(client)

    assert isinstance(failed, Failed) and isinstance(failed.error, WeightsError)
    assert failed.sentence.startswith(f"The manifest {missing} is missing")
    assert "Traceback" in client.log
    assert list(temporary_folder.iterdir()) == []  # without a close
    with pytest.raises(WeightsError, match="is missing"):
        client.result()


def test_of_the_scan_only_voxels_geometry_and_modality_are_in_a_folder_for_the_user_alone(
    stand_in: StandIn, scan: Volume, temporary_folder: Path
) -> None:
    with WorkerClient(stand_in("import time; time.sleep(60)")) as client:
        client.start(Job(scan, "a-model", device="cpu"))
        (folder,) = temporary_folder.iterdir()
        mode = stat.S_IMODE(folder.stat().st_mode)
        names = {path.name for path in folder.iterdir()}
        content = json.loads((folder / "job.json").read_text(encoding="utf-8"))

    assert mode == 0o700
    assert names == {"job.json", "scan.npy"}
    assert content.pop("parent") == os.getpid()
    assert content == {
        "affine": scan.affine.tolist(),
        "modality": "CT",
        "model": "a-model",
        "region": None,
        "device": "cpu",
        "keep_probability": False,
    }


@linux_only
def test_a_worker_killed_mid_run_is_told_with_the_signals_name_and_its_log_is_kept(
    slow_model: Path, large_scan: Volume, temporary_folder: Path
) -> None:
    client = WorkerClient()
    client.start(Job(large_scan, slow_model, device="cpu"))
    until(client, lambda event: isinstance(event, Progress) and event.step == "Segmenting slices")
    assert client.pid is not None

    os.kill(client.pid, signal.SIGKILL)
    failed = all_events(client)[-1]

    assert isinstance(failed, Failed) and not failed.is_cancelled
    assert "killed" in failed.sentence and "(SIGKILL)" in failed.sentence
    assert "Segmenting slices" in client.log
    assert list(temporary_folder.iterdir()) == []


@linux_only
def test_a_real_worker_is_cancelled_within_two_seconds(
    slow_model: Path, large_scan: Volume, temporary_folder: Path
) -> None:
    client = WorkerClient()
    client.start(Job(large_scan, slow_model, device="cpu"))
    until(client, lambda event: isinstance(event, Progress) and event.step == "Segmenting slices")
    assert client.pid is not None

    client.cancel()
    seconds = seconds_until_dead(client.pid)
    failed = all_events(client)[-1]

    assert seconds < 2
    assert isinstance(failed, Failed) and failed.is_cancelled
    assert failed.sentence == "The segmentation was cancelled."
    assert list(temporary_folder.iterdir()) == []


def test_a_blocking_run_asks_whether_it_is_cancelled(
    slow_model: Path, large_scan: Volume, temporary_folder: Path
) -> None:
    told: list[Progress] = []

    with pytest.raises(Cancelled):
        WorkerClient().run(
            Job(large_scan, slow_model, device="cpu"),
            progress=told.append,
            cancelled=lambda: bool(told),
        )

    assert told


@linux_only
def test_a_worker_without_memory_says_so(
    stand_in: StandIn, random_model: Path, temporary_folder: Path
) -> None:
    # The real worker, with room for 30 MB more than torch has taken, and a scan of 80 MB.
    limited = stand_in(
        "import resource, sys, torch\n"
        "from pathlib import Path\n"
        "from PancreasSegLib.worker.main import main\n"
        "from PancreasSegLib.segmenter import segmenter\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[0])\n"
        "limit = pages * resource.getpagesize() + 30_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "sys.exit(main(sys.argv[-1:]))\n"
    )
    scan = noise(seed=0, shape=(40, 1000, 1000))

    with pytest.raises(OutOfMemory, match="memory is not enough"):
        WorkerClient(limited).run(Job(scan, random_model, device="cpu"))
