"""Scans, references and tiny models for the panel; the engine's workers are real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from Testing.slicer.fixtures import printed_errors, running_slicer, slicer
from Testing.slicer.module_fixtures import desktop, module, widget
from Testing.slicer_adapter.scans import StandIn
from Testing.worker.conftest import random_model, slow_model, temporary_folder

__all__ = [
    "desktop",
    "module",
    "printed_errors",
    "random_model",
    "running_slicer",
    "slicer",
    "slow_model",
    "temporary_folder",
    "widget",
]

IJK_TO_RAS = np.array([[-1.5, 0, 0, 20], [0, 1.6, 0, -15], [0, 0, 2.1, -700], [0, 0, 0, 1]], float)


class ReadyEngine:
    """In the place of the probe: that imports torch in a child, which takes seconds."""

    is_running = False

    def __init__(self, python: Any) -> None:
        from PancreasSegLib.slicer_adapter.run.engine_probe import EngineState

        self.state = EngineState("2.13.0", ())

    def poll(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing runs."""


@pytest.fixture(autouse=True)
def ready_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "module" in request.fixturenames:
        request.getfixturevalue("desktop")
        from PancreasSegLib.slicer_adapter.panel import setup_section

        monkeypatch.setattr(setup_section, "EngineProbe", ReadyEngine)


def noise(shape: tuple[int, int, int]) -> np.ndarray:
    """-100 to 300 HU: a random model takes a part of it for pancreas."""
    return np.random.default_rng(0).integers(-100, 300, shape).astype(np.int16)


@pytest.fixture
def scan(slicer: Any) -> Any:
    return slicer.util.addVolumeFromArray(noise((10, 24, 26)), IJK_TO_RAS, "Abdomen")


@pytest.fixture
def large_scan(slicer: Any) -> Any:
    """Takes the slow model many seconds."""
    return slicer.util.addVolumeFromArray(noise((60, 160, 160)), IJK_TO_RAS, "Large abdomen")


@pytest.fixture
def reference(slicer: Any, scan: Any) -> Any:
    """A segmentation with one segment: the middle of the scan."""
    mask = np.zeros((10, 24, 26), np.uint8)
    mask[3:7, 6:18, 6:20] = 1
    return segmentation_of(slicer, scan, mask)


def segmentation_of(slicer: Any, scan: Any, mask: np.ndarray, name: str = "Drawn") -> Any:
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    segment_id = node.GetSegmentation().AddEmptySegment("", "by hand")
    if mask.any():
        slicer.util.updateSegmentBinaryLabelmapFromArray(mask, node, segment_id, scan)
    return node


@pytest.fixture
def segmented(widget: Any, scan: Any) -> Any:
    """The panel with a result, as it comes with a scene."""
    widget.panel.parameters.inputVolume = scan
    widget.panel.parameters.outputSegmentation = all_that_is_bright(scan)
    return widget


def all_that_is_bright(scan: Any) -> Any:
    """The segmentation with what the engine might have found."""
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    return result_with(scan, volume_from_node(scan).array > 150)


def result_of(scan: Any, segmentation: Any = None, slices: slice = slice(3, 6)) -> Any:
    """The segmentation with a result of ours, put there as after a run: a block in the middle."""
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    block = np.zeros(volume_from_node(scan).array.shape, bool)
    block[slices, 6:18, 6:20] = True
    return result_with(scan, block, segmentation)


def result_with(scan: Any, mask: np.ndarray, segmentation: Any = None) -> Any:
    """The segmentation with a mask (k, j, i), put there as after a run."""
    from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result
    from PancreasSegLib.slicer_adapter.nodes.volume_node import volume_from_node

    volume = volume_from_node(scan)
    result = StandIn(volume.with_array(mask.astype(np.uint8)), None)
    return put_result(scan, result, segmentation)[0]


def node_names(slicer: Any) -> list[str]:
    """Of all nodes of the scene that a user sees; the tree of the Data module is always there."""
    scene = slicer.mrmlScene
    nodes = [scene.GetNthNode(number) for number in range(scene.GetNumberOfNodes())]
    return sorted(
        node.GetName()
        for node in nodes
        if not node.GetHideFromEditors() and node.GetClassName() != "vtkMRMLSubjectHierarchyNode"
    )


@pytest.fixture
def model_name(random_model: Path) -> str:
    return str(random_model)
