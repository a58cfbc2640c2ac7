"""The chosen volume: views, output and region follow it; a scan loaded elsewhere becomes it."""

from __future__ import annotations

from typing import Any

import slicer
import slicer.util

from PancreasSegLib.slicer_adapter.nodes.results import latest_result, show_results_of
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import scan_of
from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_volume
from PancreasSegLib.slicer_adapter.nodes.volume_node import SCAN_CLASS
from PancreasSegLib.slicer_adapter.nodes.volume_rendering import hide_renderings
from PancreasSegLib.slicer_adapter.nodes.window_level import show_abdomen
from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.reasons import why_not_scan


class VolumeChoice:
    """Remembers the volume that is shown; the one of a scene that was opened is no news."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._shown: str | None = None
        self._added: list[str] = []
        self._region: str | None = None
        self._region_of: str | None = None

    def begin(self) -> None:
        """Another scene: its views and its region are as they were left."""
        self._shown = self._chosen
        self._added.clear()
        self._region = self._region_of = None
        self.note_region()

    def choose_first(self) -> None:
        """Where none is chosen: the first volume of the scene, which is no label map."""
        parameters = self._host.parameters
        if parameters.inputVolume is None:
            volumes = slicer.util.getNodesByClass(SCAN_CLASS)
            scans = [node for node in volumes if node.GetClassName() == SCAN_CLASS]
            parameters.inputVolume = scans[0] if scans else None

    def note_added(self, node: Any) -> None:
        """A node came into the scene; its image may come later."""
        is_free = self._host.parameters.inputVolume is None
        if is_free and node.GetClassName() == SCAN_CLASS:
            self._added.append(node.GetID())

    def take_added(self) -> None:
        """Choose a scan that was loaded by Slicer's own means, if none is chosen."""
        for node_id in self._added:
            node = slicer.mrmlScene.GetNodeByID(node_id)
            if node is not None and why_not_scan(node) is None:
                self._host.parameters.inputVolume = node
                return

    def note_region(self) -> None:
        """Remember for which volume the chosen region is; call it now and then.

        Not in each `update`: a script may choose the next region before its volume.
        """
        region = self._id_of("region")
        if region != self._region or self._region_of is None:
            self._region, self._region_of = region, self._chosen

    def update(self) -> None:
        """Another volume was chosen: show it, with its own result and region, and no other's."""
        if self._chosen == self._shown:
            return
        self._shown = self._chosen
        self._added.clear()
        parameters = self._host.parameters
        volume = parameters.inputVolume
        if volume is None:
            return
        if self._id_of("region") == self._region and self._region_of not in (None, self._chosen):
            parameters.region = None  # drawn in another patient; its node stays in the scene
            self.note_region()
        output = parameters.outputSegmentation
        if output is None or scan_of(output) is not volume:
            parameters.outputSegmentation = latest_result(volume)
        remove_overlays(volume.GetScene())
        hide_renderings(volume.GetScene())
        show_results_of(volume)
        if why_not_scan(volume) is None:
            show_abdomen(volume)
            show_volume(volume)

    @property
    def _chosen(self) -> str | None:
        return self._id_of("inputVolume")

    def _id_of(self, name: str) -> str | None:
        node = getattr(self._host.parameters, name)
        return None if node is None else str(node.GetID())
