"""Which item of a sequence, such as a phase of a contrast study, a volume node shows."""

from __future__ import annotations

from typing import Any

import slicer
import slicer.util

BROWSER_CLASS = "vtkMRMLSequenceBrowserNode"


def shown_item(volume_node: Any) -> dict[str, int] | None:
    """Its `number`, from 1, and the `count` of items; None for a volume of no sequence.

    The volume node of a sequence holds the shown item alone: that one is segmented.
    """
    for browser in slicer.util.getNodesByClass(BROWSER_CLASS):
        sequence = browser.GetSequenceNode(volume_node)
        # Out of playback the volume stays what it was when another item is chosen.
        is_shown = sequence is not None and browser.GetPlayback(sequence)
        if is_shown and browser.GetNumberOfItems() > 0:
            return {
                "number": browser.GetSelectedItemNumber() + 1,
                "count": browser.GetNumberOfItems(),
            }
    return None
