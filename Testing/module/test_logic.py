"""For scripts: blocking, with callbacks, and by the names that Slicer gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from PancreasSegLib.errors import Cancelled, InputError, WeightsError
from Testing.module.conftest import IJK_TO_RAS, node_names, result_of
from Testing.slicer.module_fixtures import MODULE_FILE, close_widget, until


def label_volume(slicer: Any, array: np.ndarray) -> Any:
    """On the voxels of `scan`."""
    kind = "vtkMRMLLabelMapVolumeNode"
    return slicer.util.addVolumeFromArray(array, IJK_TO_RAS, "Labels", kind)


def test_segment_waits_and_returns_the_result(module: Any, scan: Any, model_name: str) -> None:
    told: list[float] = []

    segmented = module.PancreasSegLogic().segment(
        scan, model=model_name, device="cpu", progress=lambda one: told.append(one.fraction)
    )

    assert segmented.found and segmented.report["device"] == "cpu"
    assert segmented.segmentation_node.GetSegmentation().GetSegment(segmented.segment_id)
    assert told == sorted(told) and told[-1] == 1.0


def test_segment_with_callbacks_returns_at_once(module: Any, scan: Any, model_name: str) -> None:
    done: list[Any] = []

    run = module.PancreasSegLogic().segment(scan, model=model_name, onDone=done.append)
    assert run.is_running and done == []
    until(lambda: bool(done))

    assert done[0].found
    assert module.PancreasSegLogic._timers == []


def test_without_an_event_loop_the_script_waits_for_the_run(
    module: Any, scan: Any, model_name: str
) -> None:
    done: list[Any] = []
    run = module.PancreasSegLogic().segment(scan, model=model_name, onDone=done.append)

    assert run.wait() is done[0]
    until(lambda: module.PancreasSegLogic._timers == [])


def test_a_script_can_cancel(module: Any, large_scan: Any, slow_model: Path, slicer: Any) -> None:
    before = node_names(slicer)

    with pytest.raises(Cancelled):
        module.PancreasSegLogic().segment(large_scan, model=str(slow_model), cancelled=lambda: True)

    assert node_names(slicer) == before


@pytest.mark.parametrize("kind", ["vtkMRMLLabelMapVolumeNode", "vtkMRMLSegmentationNode"])
def test_a_node_of_the_wrong_kind_is_told(module: Any, slicer: Any, kind: str) -> None:
    node = slicer.mrmlScene.AddNewNodeByClass(kind, "Wrong")

    with pytest.raises(InputError, match=r"'Wrong' is a .*, not a scan"):
        module.PancreasSegLogic().segment(node)


@pytest.mark.parametrize("name", ["volumeNode", "roiNode", "segmentationNode"])
def test_a_name_in_the_place_of_a_node_is_told(module: Any, scan: Any, name: str) -> None:
    nodes = {"volumeNode": scan, name: "Abdomen"}

    with pytest.raises(
        InputError, match=r"'Abdomen' is a text.*slicer\.util\.getNode\('Abdomen'\)"
    ):
        module.PancreasSegLogic().segment(**nodes)


def test_an_unfit_output_is_refused_before_any_computation(
    module: Any, slicer: Any, scan: Any, reference: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PancreasSegLib.worker.client import WorkerClient

    monkeypatch.setattr(WorkerClient, "start", lambda *_: pytest.fail("the child was started"))
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    reference.SetAndObserveTransformNodeID(transform.GetID())

    with pytest.raises(InputError, match="'Drawn' holds segments under another transform"):
        module.PancreasSegLogic().segment(scan, segmentationNode=reference)


def test_a_model_that_is_not_there_is_told_before_anything_starts(module: Any, scan: Any) -> None:
    with pytest.raises(WeightsError, match="There is no model 'best'"):
        module.PancreasSegLogic().segment(scan, model="best")


def test_evaluate_compares_our_segment(
    module: Any, scan: Any, reference: Any, model_name: str
) -> None:
    logic = module.PancreasSegLogic()
    segmented = logic.segment(scan, model=model_name)

    evaluation, nodes = logic.evaluate(segmented.segmentation_node, reference)

    assert 0 < evaluation.dice < 1
    table = nodes.metrics.GetTable()
    measures = [table.GetValue(row, 0).ToString() for row in range(table.GetNumberOfRows())]
    assert "DSC" in measures[0]
    assert {"Jaccard (JI)", "Volume difference", "95 % Hausdorff distance"} <= set(measures)


def test_evaluate_without_a_result_is_told(module: Any, reference: Any) -> None:
    with pytest.raises(InputError, match="No segmentation is selected"):
        module.PancreasSegLogic().evaluate(None, reference)


def test_slicers_own_logic_of_the_module_has_our_methods(
    module: Any, slicer: Any, scan: Any, model_name: str
) -> None:
    import gc

    gc.collect()  # VTK keeps what was added, though no Python object held it meanwhile

    assert slicer.modules.pancreasseg.logic().segment(scan, model=model_name).found


def test_the_module_is_in_the_category_segmentation(module: Any) -> None:
    assert module.parent.categories == ["Segmentation"]
    assert "For research, not for diagnosis." in module.parent.helpText


def test_the_sample_data_is_synthetic_and_says_so(module: Any, slicer: Any) -> None:
    [sample] = slicer.modules.sampleDataSources["PancreasSeg"]

    assert "Synthetic" in sample.sampleName and "Synthetic" in sample.nodeNames[0]
    assert Path(sample.thumbnailFileName).is_file()
    assert sample.customDownloader is module.make_synthetic_sample


def test_the_synthetic_scan_has_its_true_pancreas_on_the_same_anatomy(
    desktop: Any, slicer: Any
) -> None:
    from PancreasSegLib.phantom import synthetic_ct
    from PancreasSegLib.slicer_adapter.nodes.reference import reference_volume
    from PancreasSegLib.slicer_adapter.nodes.synthetic_sample import add_synthetic_scan
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume, reference = add_synthetic_scan(spacing_mm=(6, 6, 8))

    phantom = synthetic_ct(spacing_mm=(6, 6, 8))
    assert "Synthetic" in volume.GetName() and "Synthetic" in reference.GetName()
    assert volume_from_node(volume).grid.is_same_as(phantom.image.grid)
    assert reference_volume(reference).array.sum() == phantom.pancreas.array.sum()


IMPORT = """
import sys, time
from pathlib import Path
from Testing.slicer import headless_slicer, mrml_widgets, parameter_node, pythonqt, scripted_module
headless_slicer.start()
pythonqt.install(mrml_widgets.widget_class)
mrml_widgets.install(); scripted_module.install(); parameter_node.install()
import qt, slicer
sys.path = [path for path in sys.path if path not in ("", {root!r})]
sys.path.insert(0, {folder!r})
began = time.process_time()
import PancreasSeg
seconds = time.process_time() - began
import PancreasSegLib
loaded = ["torch" in sys.modules, "SimpleITK" in sys.modules]
print(seconds, PancreasSegLib.__file__, *loaded, sep="\\n")
headless_slicer.stop()
"""


def test_the_module_is_imported_fast_without_torch_and_finds_its_library(desktop: Any) -> None:
    folder, root = MODULE_FILE.parent, MODULE_FILE.parents[1]
    code = IMPORT.format(folder=str(folder), root=str(root))

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )

    seconds, library, torch, simple_itk = done.stdout.splitlines()
    assert float(seconds) < 0.3
    assert Path(library).parents[1] == root
    assert (torch, simple_itk) == ("False", "False")


def test_the_self_test_of_the_module_passes_with_the_bundled_model(module: Any) -> None:
    module.PancreasSegTest().runTest()


def test_a_name_instead_of_a_node_is_told(module: Any, scan: Any) -> None:
    logic = module.PancreasSegLogic()

    with pytest.raises(InputError, match=r"'Abdomen' is a text.*slicer\.util\.getNode"):
        logic.segment("Abdomen")
    with pytest.raises(InputError, match="'Drawn' is a text"):
        logic.evaluate(None, "Drawn")
    with pytest.raises(InputError, match="A list is not a node"):
        logic.segment(scan, roiNode=[0, 1])


@pytest.mark.parametrize("name", ["volumeNode", "roiNode", "segmentationNode"])
def test_a_node_that_was_removed_is_told_before_anything_starts(
    module: Any, slicer: Any, scan: Any, reference: Any, model_name: str, name: str
) -> None:
    roi = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsROINode", "Box")
    removed = {"volumeNode": scan, "roiNode": roi, "segmentationNode": reference}[name]
    slicer.mrmlScene.RemoveNode(removed)

    with pytest.raises(
        InputError, match=f"'{removed.GetName()}' is no longer in the scene; load it again"
    ):
        module.PancreasSegLogic().segment(**{"volumeNode": scan, name: removed}, model=model_name)


@pytest.mark.parametrize("removed", ["the result", "the reference"])
def test_a_comparison_with_what_was_removed_is_told(
    module: Any, slicer: Any, scan: Any, reference: Any, removed: str
) -> None:
    ours = result_of(scan)
    slicer.mrmlScene.RemoveNode(ours if removed == "the result" else reference)

    with pytest.raises(InputError, match="is no longer in the scene"):
        module.PancreasSegLogic().evaluate(ours, reference)


def test_what_is_no_segmentation_in_the_place_of_the_result_is_told(
    module: Any, slicer: Any, scan: Any
) -> None:
    ours = result_of(scan)
    label = label_volume(slicer, np.ones((10, 24, 26), np.uint8))

    for wrong, name in ((label, "Labels"), (scan, "Abdomen")):
        with pytest.raises(InputError, match=f"'{name}' is not a segmentation; give the result"):
            module.PancreasSegLogic().evaluate(wrong, ours)


def test_the_label_of_a_reference_may_be_given_as_a_number(
    module: Any, slicer: Any, scan: Any
) -> None:
    logic, ours = module.PancreasSegLogic(), result_of(scan)
    labels = np.ones((10, 24, 26), np.uint8)
    labels[3:6, 6:18, 6:20] = 2  # as `result_of`
    label = label_volume(slicer, labels)

    assert logic.evaluate(ours, label, referenceSegmentId=2)[0].dice == 1
    assert logic.evaluate(ours, label, referenceSegmentId=np.uint8(2))[0].dice == 1
    with pytest.raises(InputError, match="'Labels' has no label 3"):
        logic.evaluate(ours, label, referenceSegmentId=3)


@pytest.mark.parametrize("value", [None, 64])
def test_what_is_no_name_of_a_model_is_told(module: Any, scan: Any, value: Any) -> None:
    with pytest.raises(WeightsError, match=f"A model is named by a text or a path, not by {value}"):
        module.PancreasSegLogic().segment(scan, model=value)


def test_without_a_window_the_logic_comes_without_a_panel_and_its_probe(
    module: Any, slicer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicer.app, "topLevelWidgets", list)

    made = module.PancreasSegWidget()

    assert type(made.logic).__name__ == "PancreasSegLogic"
    assert made.panel is None
    made.cleanup()


def test_a_panel_that_is_opened_without_a_window_is_built_then(
    module: Any, slicer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicer.app, "topLevelWidgets", list)
    made = module.PancreasSegWidget()

    made.enter()

    assert made.panel is not None
    close_widget(made)
