"""What a sample must bring to be registered: as measured in Slicer 5.12."""

from typing import Any

import pytest


@pytest.fixture
def logic(desktop: Any, slicer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from SampleData import SampleDataLogic  # type: ignore[import-not-found]

    monkeypatch.setattr(slicer.modules, "sampleDataSources", {}, raising=False)
    return SampleDataLogic()


def test_a_sample_without_an_address_is_an_error(logic: Any) -> None:
    with pytest.raises(TypeError):
        logic.registerCustomSampleDataSource(
            category="Ours", sampleName="Made", nodeNames="Made", customDownloader=print
        )


def test_a_name_that_is_not_registered_is_an_index_error(logic: Any) -> None:
    with pytest.raises(IndexError):
        logic.downloadSample("Nobody")


def test_a_sample_is_found_by_its_category(logic: Any, slicer: Any) -> None:
    logic.registerCustomSampleDataSource(
        category="Ours", sampleName="Made", nodeNames="Made", uris="", customDownloader=print
    )

    assert [one.sampleName for one in slicer.modules.sampleDataSources["Ours"]] == ["Made"]


def test_a_sample_with_a_downloader_of_its_own_is_not_had_by_its_name(logic: Any) -> None:
    logic.registerCustomSampleDataSource(
        category="Ours", sampleName="Made", nodeNames="Made", uris="", customDownloader=print
    )

    with pytest.raises(IndexError):
        logic.downloadSample("Made")
