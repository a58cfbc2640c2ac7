"""A run with a real child: whatever goes wrong, it ends, and the scene is as it was."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import PancreasSegError
from Testing.slicer.module_fixtures import desktop
from Testing.slicer_adapter.scans import AFFINES, add_scan
from Testing.worker.conftest import noise, random_model, seconds_until_dead, temporary_folder

__all__ = ["desktop", "random_model", "temporary_folder"]


@pytest.fixture
def scan(desktop: Any, slicer: Any) -> Any:
    # The application's scene has its tree from the start.
    slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    return add_scan(slicer, noise(seed=0).array, AFFINES["axial"], "Abdomen")


def start(scan: Any, model: Path, output: Any = None, **callbacks: Any) -> Any:
    from PancreasSegLib.slicer_adapter.run.segmentation_run import (
        Callbacks,
        SegmentationRun,
        job_of,
    )

    job = job_of(scan, model=model, device="cpu", keep_probability=True)
    return SegmentationRun(job, scan, output, Callbacks(**callbacks))


def poll_to_the_end(run: Any) -> None:
    stop = time.monotonic() + 120
    while run.is_running:
        assert time.monotonic() < stop, run.log
        run.poll()
        time.sleep(0.02)


def node_ids(slicer: Any) -> list[str]:
    scene = slicer.mrmlScene
    return [scene.GetNthNode(number).GetID() for number in range(scene.GetNumberOfNodes())]


def fail(*_: object) -> None:
    raise AttributeError("a bug of ours")


def test_a_bug_while_the_result_is_put_into_the_scene_ends_the_run_and_leaves_nothing(
    slicer: Any, scan: Any, random_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.run import segmentation_run

    monkeypatch.setattr(segmentation_run, "put_probability", fail)
    before = node_ids(slicer)
    told: list[PancreasSegError] = []

    run = start(scan, random_model, failed=told.append)
    poll_to_the_end(run)

    assert "could not be put into the scene (AttributeError: a bug of ours)" in str(told[0])
    assert isinstance(told[0].__cause__, AttributeError)  # for the error display
    assert node_ids(slicer) == before
    assert "Segmenting slices" in run.log
    with pytest.raises(PancreasSegError, match="a bug of ours"):
        run.result()


def test_a_bug_leaves_the_users_segmentation_as_it_was(
    slicer: Any, scan: Any, random_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.report import REPORT_ATTRIBUTE
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node
    from PancreasSegLib.slicer_adapter.run import segmentation_run
    from Testing.slicer_adapter.scans import segmented

    output, segment_id = put_result(scan, segmented(volume_from_node(scan)))
    segmentation = output.GetSegmentation()
    segmentation.AddEmptySegment("drawn", "Drawn")
    of_before = slicer.util.arrayFromSegmentBinaryLabelmap(output, segment_id, scan).copy()
    monkeypatch.setattr(segmentation_run, "put_probability", fail)

    poll_to_the_end(start(scan, random_model, output))

    assert list(segmentation.GetSegmentIDs()) == [segment_id, "drawn"]
    np.testing.assert_array_equal(
        slicer.util.arrayFromSegmentBinaryLabelmap(output, segment_id, scan), of_before
    )
    assert not output.GetAttribute(REPORT_ATTRIBUTE)


def test_a_script_that_waits_gets_the_sentence_and_the_bug_behind_it(
    slicer: Any, scan: Any, random_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.run import segmentation_run

    monkeypatch.setattr(segmentation_run, "put_result", fail)

    with pytest.raises(PancreasSegError, match="a bug of ours") as failure:
        start(scan, random_model).wait()

    assert isinstance(failure.value.__cause__, AttributeError)


def test_a_bug_in_what_is_called_for_progress_does_not_lose_the_result(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    done: list[Any] = []
    run = start(scan, random_model, progress=fail, done=done.append)
    seconds_until_dead(run.pid, at_most=120)  # so that all its events wait
    time.sleep(1)

    for _ in range(50):
        with suppress(AttributeError):
            run.poll()

    assert not run.is_running
    assert done[0].found


def test_a_sheared_scan_gets_its_result_and_a_word_on_the_upright_grid(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    sheared = AFFINES["axial"].copy()
    sheared[1, 2] -= 0.8
    tilted = add_scan(slicer, noise(seed=0).array, sheared, "Tilted")

    segmented = start(tilted, random_model).wait()

    assert segmented.found
    assert "upright grid" in segmented.report["warnings"][-1]
