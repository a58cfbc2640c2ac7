"""What the engine says is listed for translators."""

from PancreasSegLib.slicer_adapter.panel.engine_messages import engine_messages
from Testing.packaging.message_listing import sentences


def test_every_sentence_of_the_engine_is_listed_for_translators() -> None:
    assert sorted(engine_messages(str)) == sentences(), (
        "run `python3 Testing/packaging/message_listing.py`, then `ruff format .`"
    )


def test_errors_warnings_and_steps_are_found() -> None:
    found = sentences()

    assert "Segmenting slices" in found
    assert "The computer's memory is not enough for this scan; {0}" in found
    assert any(one.startswith("A volume of {0} ml is implausible") for one in found)
    assert any(one.startswith("{0} cannot be written; free some space") for one in found)
    assert any(one.startswith("{0} of the scan's voxels hold no number (NaN)") for one in found)
    assert any(one.startswith("There is no scan in {0}; give a folder") for one in found)
