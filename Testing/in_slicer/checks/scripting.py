"""The logic for scripts, in a Slicer without a window."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import slicer
import slicer.util

from Testing.in_slicer import desk
from Testing.in_slicer.dicom_series import need_dicom, write_series
from Testing.in_slicer.files import own_folder
from Testing.in_slicer.leftovers import workers
from Testing.in_slicer.slicer_process import ROOT

WINDOW = False


def the_logic_segments_without_a_window() -> None:
    volume, _ = desk.add_scan()

    segmented = slicer.modules.pancreasseg.logic().segment(volume, model=desk.model())

    assert segmented.found
    mask = desk.voxels(segmented.segmentation_node, segmented.segment_id, volume)
    assert abs(mask.sum() * 4 * 4 * 6 / 1000 - segmented.report["volume_ml"]) < 0.1


def asking_for_the_logic_builds_no_panel() -> None:
    logic = slicer.util.getModuleLogic("PancreasSeg")

    assert type(logic).__name__ == "PancreasSegLogic"
    opened = getattr(slicer.modules, "PancreasSegWidget", None)
    assert opened is None or getattr(opened, "panel", None) is None


def progress_is_told_and_cancelling_ends_the_child() -> None:
    from PancreasSegLib.errors import Cancelled

    volume, _ = desk.add_scan()
    before = desk.node_names()
    told: list[Any] = []
    try:
        slicer.modules.pancreasseg.logic().segment(
            volume, model=desk.model("slow"), progress=told.append, cancelled=lambda: bool(told)
        )
    except Cancelled:
        assert not workers()
    else:
        raise AssertionError("it was not cancelled")
    assert told and desk.node_names() == before


def callbacks_come_from_slicers_event_loop() -> None:
    volume, _ = desk.add_scan()
    done: list[Any] = []
    failed: list[Any] = []

    slicer.modules.pancreasseg.logic().segment(
        volume, model=desk.model(), onDone=done.append, onFailed=failed.append
    )
    desk.until(lambda: done or failed, "the run ends", 120)

    assert done and not failed, failed
    assert done[0].segmentation_node.GetScene() is slicer.mrmlScene


def what_is_no_volume_is_refused_with_a_sentence() -> None:
    from PancreasSegLib.errors import PancreasSegError

    _, truth = desk.add_scan()
    for wrong in (None, "Scan", truth):
        try:
            slicer.modules.pancreasseg.logic().segment(wrong, model=desk.model())
        except PancreasSegError as error:
            assert len(str(error)) > 20
        else:
            raise AssertionError(f"{wrong!r} was taken")


def a_result_is_evaluated_against_a_reference() -> None:
    volume, truth = desk.add_scan()
    logic = slicer.modules.pancreasseg.logic()
    segmented = logic.segment(volume, model=desk.model())

    evaluation, nodes = logic.evaluate(segmented.segmentation_node, truth)

    assert 0 < evaluation.dice < 1
    assert nodes.metrics.GetTable().GetNumberOfRows() > 5


def the_example_loads_a_file() -> None:
    volume, _ = desk.add_scan()
    with own_folder() as folder:
        path = folder / "Scan.nrrd"
        assert slicer.util.saveNode(volume, str(path))
        assert _example().load(str(path)).GetClassName() == "vtkMRMLScalarVolumeNode"


def the_example_loads_a_dicom_folder() -> None:
    need_dicom()
    with own_folder() as folder:
        write_series(folder)
        assert _example().load(str(folder)).GetClassName() == "vtkMRMLScalarVolumeNode"


def _example() -> Any:
    path = ROOT / "Resources" / "examples" / "segment_in_slicer.py"
    spec = importlib.util.spec_from_file_location("segment_in_slicer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["segment_in_slicer"] = module
    spec.loader.exec_module(module)
    return module
