"""The page for MRI shows what the file beside it says."""

from __future__ import annotations

from typing import Any

import mr_table


def test_the_page_has_the_table_that_the_file_makes() -> None:
    page = (mr_table.HERE / "README.md").read_text(encoding="utf-8")

    for title, table in mr_table.tables().items():
        assert f"<!-- table: {title} -->\n{table}\n<!-- end -->" in page


def test_a_way_is_told_by_patient_and_by_slice_and_by_what_it_finds_where_nothing_is() -> None:
    way: dict[str, Any] = {
        "mean_dice_by_patient": 0.25,
        "mean_dice_mrt1": 0.5,
        "mean_dice_mrt2": 0.0,
        "patients": {"mrt1": 1, "mrt2": 1},
        "slices": {"mrt1_a": 0.4, "mrt1_b": 0.6, "mrt2_c": 0.0},
        "phantoms": [[{"false_ml": 1.0, "dice": 0.5}], [{"false_ml": 3.0, "dice": 0.7}]],
    }

    table = mr_table.three_ways(dict.fromkeys(mr_table.WAYS, way)).splitlines()

    assert "| T1, 1 patients | T2, 1 patients |" in table[0]
    told = "| 0.250 | 0.500 | 0.000 | 1 of 3 | 1 | 2.0 | 0.600 |"
    assert [line.partition(" |")[2] for line in table[2:]] == [told.removeprefix("|")] * 3
