"""The table of other kinds of scan compares each with the whole scans it was made of."""

from __future__ import annotations

from typing import Any

from kinds.catalogue import WHOLE
from kinds_table import compared, kinds_table


def case(dice: float, found_ml: float = 70.0, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"dice": dice, "found_ml": found_ml, "warnings": list(warnings)}


MEASURED = {
    "model": "multiview-ct",
    "models_saw_the_scans": False,
    "kinds": {
        "prone": {"a": case(0.7), "b": case(0.0, 0.0, ("No pancreas was found.",))},
        WHOLE: {"a": case(0.8), "b": case(0.6)},
        "slices of 5 mm": {"a": None, "b": case(0.65)},
        "half the dose": {"a": None},
    },
}


def test_each_kind_is_compared_with_the_whole_scans_that_it_was_made_of() -> None:
    rows = kinds_table(MEASURED).splitlines()[4:]

    assert rows == [
        "| whole scan | 2 | 0.700 | | 0.600 | 100% | 0% |",
        "| slices of 5 mm | 1 | 0.650 | +0.050 | 0.650 | 100% | 0% |",
        "| half the dose | 0 | | | | | |",
        "| prone | 2 | 0.350 | -0.350 | 0.000 | 50% | 50% |",
    ]


def test_a_table_of_models_that_saw_the_scans_says_so() -> None:
    assert "trained on these scans" not in kinds_table(MEASURED)
    assert "trained on these scans" in kinds_table({**MEASURED, "models_saw_the_scans": True})


def test_two_files_are_compared_over_the_scans_that_both_have() -> None:
    now = {
        "kinds": {
            WHOLE: {"b": case(0.7), "c": case(0.9)},
            "prone": {"a": case(0.5), "b": case(0.3)},
            "slices of 5 mm": {"a": case(0.8), "b": None},
        }
    }

    assert compared(MEASURED, now, ("first", "second")).splitlines() == [
        "| kind | scans | first: mean DSC | worst | second: mean DSC | worst |",
        "|---|---|---|---|---|---|",
        "| whole scan | 1 | 0.600 | 0.600 | 0.700 | 0.700 |",
        "| prone | 2 | 0.350 | 0.000 | 0.400 | 0.300 |",
    ]
