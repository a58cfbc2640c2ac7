"""A run with a real child: whatever goes wrong, it ends, and the scene is as it was."""

from __future__ import annotations

import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_DOUBLE
from vtkmodules.vtkCommonDataModel import vtkImageData

from PancreasSegLib.errors import InputError, PancreasSegError
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
    from PancreasSegLib.slicer_adapter.nodes.report import report_of
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
    assert report_of(output) is None


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


def shifting_transform(slicer: Any, kind: str) -> Any:
    """A transform node that moves all to the front by 9 mm: linear, or by a grid of shifts."""
    if kind == "linear":
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        shift = np.eye(4)
        shift[1, 3] = 9
        slicer.util.updateTransformMatrixFromArray(node, shift)
        return node
    shifts = vtkImageData()
    shifts.SetDimensions(2, 2, 2)
    shifts.SetOrigin(-500, -500, -500)
    shifts.SetSpacing(1000, 1000, 1000)
    shifts.AllocateScalars(VTK_DOUBLE, 3)
    vtk_to_numpy(shifts.GetPointData().GetScalars())[:] = 0, 9, 0
    grid = slicer.vtkOrientedGridTransform()
    grid.SetDisplacementGridData(shifts)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLGridTransformNode")
    node.SetAndObserveTransformToParent(grid)
    return node


def put_under(node: Any, transform: Any) -> None:
    node.SetAndObserveTransformNodeID(None if transform is None else transform.GetID())


@pytest.mark.parametrize("way", ["comes", "goes"])
def test_a_bent_transform_that_comes_or_goes_during_the_run_is_told_and_misplaces_nothing(
    slicer: Any, scan: Any, random_model: Path, way: str
) -> None:
    transforms = [None, shifting_transform(slicer, "grid")]
    if way == "goes":
        transforms.reverse()
    put_under(scan, transforms[0])
    before = node_ids(slicer)
    run = start(scan, random_model)

    put_under(scan, transforms[1])

    with pytest.raises(InputError, match="'Abdomen' was moved while it was segmented; segment it"):
        run.wait()
    assert node_ids(slicer) == before


def test_a_bent_transform_that_was_there_before_the_run_and_stays_is_fine(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    put_under(scan, shifting_transform(slicer, "grid"))

    assert start(scan, random_model).wait().found


def test_a_linear_transform_that_comes_during_the_run_takes_the_result_along(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    transform = shifting_transform(slicer, "linear")
    run = start(scan, random_model)

    put_under(scan, transform)
    segmented = run.wait()

    assert segmented.found
    assert segmented.segmentation_node.GetParentTransformNode() is transform


def test_a_result_that_was_refused_is_not_kept_in_memory(
    slicer: Any, scan: Any, random_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.slicer_adapter.run import segmentation_run

    held: list[Any] = []

    def refuse(_node: Any, result: Any, *_: Any) -> None:
        on_grid = result.mask.array.copy()  # an array of a frame that the error goes through
        held.append(weakref.ref(on_grid))
        raise InputError("It does not fit.")

    monkeypatch.setattr(segmentation_run, "put_result", refuse)
    run = start(scan, random_model)
    poll_to_the_end(run)

    assert held[0]() is None
    with pytest.raises(InputError, match="It does not fit"):
        run.result()


def sequence_of(slicer: Any, arrays: list[np.ndarray]) -> tuple[Any, Any]:
    """Its browser, and the volume node that shows one item: the first, as after loading."""
    scene = slicer.mrmlScene
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Phases")
    for number, array in enumerate(arrays):
        item = add_scan(slicer, array, AFFINES["axial"], f"Phase {number}")
        sequence.SetDataNodeAtValue(item, str(number))
        scene.RemoveNode(item)
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "Browser")
    logic = slicer.modules.sequences.logic()
    proxy = logic.AddSynchronizedNode(sequence, None, browser)
    shown = scene.GetNodeByID(browser.GetProxyNode(sequence).GetID())
    assert proxy is not None
    return browser, shown


def show_item(slicer: Any, browser: Any, number: int) -> None:
    browser.SetSelectedItemNumber(number)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)


def test_of_a_sequence_the_item_that_is_shown_at_the_start_is_segmented_and_named(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    from PancreasSegLib.slicer_adapter.panel.result_text import result_text

    phases = [noise(seed=seed).array for seed in (5, 0, 7)]
    browser, volume = sequence_of(slicer, phases)
    show_item(slicer, browser, 1)

    run = start(volume, random_model)
    show_item(slicer, browser, 2)  # while it runs
    segmented = run.wait()
    alone = start(scan, random_model).wait()  # the same voxels as the second item's

    assert segmented.report["sequence_item"] == {"number": 2, "count": 3}
    assert segmented.report["volume_ml"] == alone.report["volume_ml"] > 0
    assert "sequence_item" not in alone.report
    assert "Item 2 of 3 of the sequence" in result_text(1.0, segmented.report)
    assert "sequence" not in result_text(1.0, alone.report)
    np.testing.assert_array_equal(
        *(
            slicer.util.arrayFromSegmentBinaryLabelmap(one.segmentation_node, one.segment_id, scan)
            for one in (segmented, alone)
        )
    )


@pytest.mark.usefixtures("desktop")
def test_an_item_that_lies_elsewhere_does_not_get_the_result_of_another(
    slicer: Any, random_model: Path
) -> None:
    browser, volume = sequence_of(slicer, [noise(seed=seed).array for seed in (0, 5)])
    browser.GetMasterSequenceNode().GetNthDataNode(1).SetOrigin(0, 0, 40)
    run = start(volume, random_model)

    show_item(slicer, browser, 1)

    with pytest.raises(InputError, match="another item of its sequence, which lies elsewhere"):
        run.wait()


def test_a_volume_that_does_not_follow_its_sequence_is_a_volume_of_none(slicer: Any) -> None:
    from PancreasSegLib.slicer_adapter.nodes.sequence_item import shown_item

    browser, volume = sequence_of(slicer, [noise(seed=seed).array for seed in (0, 5)])
    show_item(slicer, browser, 0)
    assert shown_item(volume) == {"number": 1, "count": 2}

    browser.SetPlayback(browser.GetMasterSequenceNode(), False)
    show_item(slicer, browser, 1)

    assert shown_item(volume) is None


def test_another_item_of_a_sequence_gives_another_result(
    slicer: Any, scan: Any, random_model: Path
) -> None:
    browser, volume = sequence_of(slicer, [noise(seed=seed).array for seed in (0, 5)])
    volumes_ml = []
    for number in (0, 1):
        show_item(slicer, browser, number)
        segmented = start(volume, random_model).wait()
        volumes_ml.append(segmented.report["volume_ml"])
        assert segmented.report["sequence_item"] == {"number": number + 1, "count": 2}

    assert volumes_ml[0] != volumes_ml[1]
