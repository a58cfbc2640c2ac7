"""What checks do and look at: the module's real widgets, small scans, a model that is done fast."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import slicer
import slicer.util

from Testing.in_slicer.slicer_process import MARK

HERE = Path(__file__).resolve().parent
SPACING_MM = (4.0, 4.0, 6.0)


def folder() -> Path:
    """Of this run, shared by all groups; the runner removes it at the end."""
    return Path(os.environ[MARK])


def widget() -> Any:
    """The module's widget in Python; `ui` of it are the real widgets by their names."""
    return slicer.modules.PancreasSegWidget


def open_module() -> Any:
    """Go to the module as a user does, and wait until the engine is known; its widgets."""
    slicer.util.selectModule("PancreasSeg")
    slicer.app.processEvents()
    until(lambda: not widget().panel.setup.probe.is_running, "the engine is known")
    return widget().ui


def parameters() -> Any:
    """Those that the panel works with."""
    return widget().panel.parameters


def until(condition: Callable[[], Any], what: str = "it is so", seconds: float = 60) -> None:
    """Let Slicer's events and timers run until something is so."""
    stop = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < stop, f"not within {seconds} s: {what}"
        slicer.app.processEvents()
        time.sleep(0.01)


def wait(seconds: float) -> None:
    """Let Slicer's events and timers run."""
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        slicer.app.processEvents()
        time.sleep(0.01)


def click(button: Any) -> None:
    """A user can only click on what is enabled."""
    assert button.enabled, f"{button.name} is disabled: {button.toolTip}"
    button.click()
    slicer.app.processEvents()


def choose(selector: Any, node: Any) -> None:
    """Select a node in a node selector, or None."""
    selector.setCurrentNode(node)
    slicer.app.processEvents()


def model(name: str = "tiny") -> str:
    """The manifest of a random model, made by the first group that asks: "tiny", or "slow"."""
    path = folder() / f"{name}.json"
    if not path.is_file():
        from PancreasSegLib.slicer_adapter.run.python_command import python_command

        subprocess.run([*python_command(), str(HERE / "tiny_model.py"), str(folder())], check=True)
    return str(path)


def add_scan(seed: int = 0, name: str = "Scan") -> tuple[Any, Any]:
    """A synthetic CT on a coarse grid: volume node and its true pancreas, a segmentation node.

    Another seed is another patient.
    """
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import segmentation_for

    image, pancreas = _phantom(seed)
    volume = slicer.util.addVolumeFromArray(image, np.diag([-4.0, -4.0, 6.0, 1.0]), name)
    truth = segmentation_for(volume)
    truth.SetName(f"{name} truth")
    segment_id = truth.GetSegmentation().AddEmptySegment("", "by hand")
    slicer.util.updateSegmentBinaryLabelmapFromArray(pancreas, truth, segment_id, volume)
    return volume, truth


def _phantom(seed: int) -> tuple[np.ndarray, np.ndarray]:
    path = folder() / f"phantom-{seed}.npz"
    if not path.is_file():  # takes seconds
        from PancreasSegLib.phantom.synthetic_ct import synthetic_ct

        made = synthetic_ct(seed, SPACING_MM)
        np.savez(path, image=made.image.array, pancreas=made.pancreas.array)
    stored = np.load(path)
    return stored["image"], stored["pancreas"]


def prepare(volume: Any, model_name: str = "tiny") -> Any:
    """The panel with a volume and a model chosen, *Segment* can be clicked; its widgets."""
    ui = open_module()
    choose(ui.inputSelector, volume)
    parameters().model = model(model_name)
    slicer.app.processEvents()
    assert ui.segmentButton.enabled, ui.segmentButton.toolTip
    return ui


def segment(volume: Any, model_name: str = "tiny") -> Any:
    """Segment by the button, to the end; the output segmentation."""
    ui = prepare(volume, model_name)
    click(ui.segmentButton)
    wait_for_run()
    output = parameters().outputSegmentation
    assert output is not None, f"no result: {ui.messageLabel.text}"
    return output


def wait_for_run(seconds: float = 120) -> None:
    """To its end, whatever that is."""
    until(lambda: not widget().panel.is_running, "the segmentation ends", seconds)


def result_id(segmentation: Any) -> str:
    """The id of the segment that is our result."""
    from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
    from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

    found = find_segment(segmentation, RESULT)
    assert found is not None, f"no result in {segmentation.GetName()}"
    return found


def voxels(segmentation: Any, segment_id: str, volume: Any) -> np.ndarray:
    """(k, j, i) of the volume, 0 and 1: a copy."""
    array = slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, segment_id, volume)
    return np.array(array)


def edit(segmentation: Any, segment_id: str, volume: Any) -> None:
    """Erase the lower half of a segment, as an editor would: its voxels and nothing else."""
    array = voxels(segmentation, segment_id, volume)
    filled = np.flatnonzero(array.any(axis=(1, 2)))
    array[: filled[len(filled) // 2]] = 0
    slicer.util.updateSegmentBinaryLabelmapFromArray(array, segmentation, segment_id, volume)
    slicer.app.processEvents()


def node_names() -> list[str]:
    """Of all nodes that a user sees in the Data module."""
    nodes = slicer.util.getNodesByClass("vtkMRMLDisplayableNode")
    nodes += slicer.util.getNodesByClass("vtkMRMLTableNode")
    nodes += slicer.util.getNodesByClass("vtkMRMLPlotChartNode")
    return sorted(node.GetName() for node in nodes if not node.GetHideFromEditors())


def shown_volumes() -> set[str]:
    """Names of the background volumes of the slice views."""
    composites = slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode")
    nodes = [slicer.mrmlScene.GetNodeByID(one.GetBackgroundVolumeID() or "") for one in composites]
    return {node.GetName() if node else "" for node in nodes}
