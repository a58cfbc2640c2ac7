"""How the result is seen: views follow sliders and boxes, and touch nothing of the user's."""

from __future__ import annotations

from typing import Any

from PancreasSegLib.slicer_adapter.nodes.probability_node import probability_of
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import (
    set_opacity,
    set_smoothing,
    set_visible_3d,
)
from PancreasSegLib.slicer_adapter.nodes.segments import foreign_segments
from PancreasSegLib.slicer_adapter.nodes.views import remove_overlays, show_overlay
from PancreasSegLib.slicer_adapter.nodes.volume_rendering import show_volume_rendering
from PancreasSegLib.slicer_adapter.panel.host import Host


class ResultViews:
    """Applies what was changed since it last looked; making a surface takes time.

    The first state of a scene, and that of a result that was there already, is where it begins to
    look: only a result that a run has just made gets all of it.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._seen: dict[str, Any] | None = None
        self._result: tuple[str, str] | None = None
        self._is_new = False

    def begin(self) -> None:
        """Another scene: what it shows is as it was left."""
        self._seen = None

    def renew(self) -> None:
        """A run has put a result there: it is shown as the panel says."""
        self._is_new = True

    def leave(self) -> None:
        """There is no result to show: what lies over its scan is shown anew with the next one."""
        for layer in ("rendering", "overlay"):
            if self._seen is not None:
                self._seen.pop(layer, None)

    def update(self, segmentation: Any, segment_id: str, volume: Any) -> None:
        """Let the views follow. volume: the scan of the result."""
        looks, layers = self._looks(), self._layers(segmentation, volume)
        result = (segmentation.GetID(), segment_id)
        if self._is_new:
            self._seen = {key: seen for key, seen in (self._seen or {}).items() if key in layers}
            if self._host.parameters.volumeRendering:
                self._seen.pop("rendering", None)  # it is cut out around the new result
        elif self._seen is None:
            self._seen = looks | layers
        elif result != self._result:
            self._seen |= looks
        self._is_new, self._result = False, result
        changed = {
            what: wanted
            for what, wanted in (looks | layers).items()
            if what not in self._seen or self._seen[what] != wanted
        }
        if changed.keys() & looks.keys() and segmentation.GetDisplayNode() is None:
            segmentation.CreateDefaultDisplayNodes()  # somebody removed it, and all its looks
            changed |= looks
        for what, wanted in changed.items():
            self._seen[what] = wanted
            self._apply(what, wanted, segmentation, segment_id, volume)

    def _looks(self) -> dict[str, Any]:
        """Of the segment."""
        parameters = self._host.parameters
        return {
            "smoothing": parameters.smoothing,
            "opacity": parameters.opacity,
            "3D": parameters.show3D,
        }

    def _layers(self, segmentation: Any, volume: Any) -> dict[str, Any]:
        """Of the scan, by which of its nodes they are shown."""
        parameters = self._host.parameters
        if volume is None:
            return {}
        probability = probability_of(volume)
        return {
            "rendering": (volume.GetID(), parameters.volumeRendering and segmentation.GetID()),
            "overlay": (probability and probability.GetID(), parameters.probabilityOverlay),
        }

    def _apply(
        self, what: str, wanted: Any, segmentation: Any, segment_id: str, volume: Any
    ) -> None:
        match what:
            case "smoothing":
                if not foreign_segments(segmentation):
                    set_smoothing(segmentation, wanted)
            case "opacity":
                set_opacity(segmentation, segment_id, wanted)
            case "3D":
                set_visible_3d(segmentation, segment_id, wanted)
            case "rendering":
                show_volume_rendering(volume, bool(wanted[1]), segmentation)
            case "overlay":
                probability = probability_of(volume)
                if probability is not None and wanted[1]:
                    show_overlay(probability)
                else:
                    remove_overlays(volume.GetScene())
