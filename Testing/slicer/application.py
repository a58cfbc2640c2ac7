"""The little of `slicer.app` and `slicer.modules` that `slicer.util` and our module ask for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from Testing.slicer.file_manager import FileManager
    from Testing.slicer.headless_slicer import HeadlessSlicer


class Module:
    """What `slicer.modules.<name>` is used for in scripts."""

    def __init__(self, name: str, logic: Any) -> None:
        self.name = name
        self._logic = logic

    def logic(self) -> Any:
        return self._logic


class Application:
    """In the place of `slicer.app`, which is a Qt class; the names are Slicer's own."""

    applicationName = "Slicer"  # noqa: N815
    majorVersion, minorVersion = 5, 12  # noqa: N815
    applicationVersion = "5.12.4-headless"  # noqa: N815
    os = sys.platform

    def __init__(self, slicer: HeadlessSlicer) -> None:
        self._slicer = slicer
        self.temporaryPath = slicer.folder.name

    def mrmlScene(self) -> Any:  # noqa: N802
        return self._slicer.scene

    def applicationLogic(self) -> Any:  # noqa: N802
        return self._slicer.application_logic

    def coreIOManager(self) -> FileManager:  # noqa: N802
        return self._slicer.files

    def ioManager(self) -> FileManager:  # noqa: N802
        return self._slicer.files

    def layoutManager(self) -> None:  # noqa: N802
        """None, as in `Slicer --no-main-window`."""

    def testingEnabled(self) -> bool:  # noqa: N802
        return True

    def processEvents(self) -> None:  # noqa: N802
        """There is no window."""
