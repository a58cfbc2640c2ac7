"""In the place of Slicer's module SampleData: what a module registers there, and how it is had."""

# ruff: noqa: N802 - the names are Slicer's

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class SampleDataSource:
    """One entry; as in Slicer, all its lists are made only if `uris` is a text or a list."""

    def __init__(
        self,
        sampleName: str | None = None,
        uris: Any = None,
        fileNames: Any = None,
        nodeNames: Any = None,
        customDownloader: Any = None,
        thumbnailFileName: str | None = None,
    ) -> None:
        if isinstance(uris, str):
            uris, fileNames, nodeNames = [uris], [fileNames], [nodeNames]
        if not len(uris) == len(fileNames) == len(nodeNames):
            raise ValueError("All fields of sample data source must have the same length")
        self.sampleName, self.uris = sampleName, uris
        self.fileNames, self.nodeNames = fileNames, nodeNames
        self.customDownloader, self.thumbnailFileName = customDownloader, thumbnailFileName


class SampleDataLogic:
    @staticmethod
    def registerCustomSampleDataSource(category: str = "Custom", **what: Any) -> None:
        sources().setdefault(category, []).append(SampleDataSource(**what))

    def downloadSamples(self, sampleName: str) -> list[Any]:
        """No address can be read here, and only a button calls a customDownloader."""
        return []

    def downloadSample(self, sampleName: str) -> Any:
        return self.downloadSamples(sampleName)[0]


def sources() -> dict[str, list[SampleDataSource]]:
    """By their category."""
    import slicer

    if not hasattr(slicer.modules, "sampleDataSources"):
        slicer.modules.sampleDataSources = {}
    found: dict[str, list[SampleDataSource]] = slicer.modules.sampleDataSources
    return found


def install() -> None:
    """Make `SampleData` importable."""
    module: Any = ModuleType("SampleData")
    module.SampleDataSource, module.SampleDataLogic = SampleDataSource, SampleDataLogic
    sys.modules["SampleData"] = module
