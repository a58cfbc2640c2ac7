"""What a model was measured at, as a table: scan by scan, then over all."""

from __future__ import annotations

from typing import Any

from PancreasSegLib.files.markdown_table import markdown_table

COLUMNS = {
    "dice": ("DSC", "{:.3f}"),
    "jaccard": ("JI", "{:.3f}"),
    "hd95_mm": ("HD95, mm", "{:.1f}"),
    "volume_difference_percent": ("volume difference", "{:+.0f}%"),
    "inside_region": ("of the reference inside the region that was found", "{:.1%}"),
}
"""Head and form of what a case may have; earlier versions measured less."""

ROWS = {
    "mean": {
        "dice": "mean_dice",
        "hd95_mm": "mean_hd95_mm",
        "volume_difference_percent": "mean_volume_error_percent",
    },
    "standard deviation": {"dice": "sd_dice"},
    "median": {"dice": "median_dice"},
    "worst": {"dice": "worst_dice"},
}
"""What is told over all cases, in which column."""

WITHOUT_SIGN = {"mean_volume_error_percent": "{:.0f}%"}


def measured_table(measured: dict[str, Any]) -> str:
    """The manifest's `measured` as a table in Markdown; it has the columns that any case has.

    A dash stands where nothing was found, so that there is no distance.
    """
    cases = measured["cases"]
    columns = [key for key in COLUMNS if any(key in case for case in cases.values())]
    heads = ["scan", *(COLUMNS[key][0] for key in columns)]
    rows = [[name, *(_of_case(case, key) for key in columns)] for name, case in cases.items()]
    rows += [
        [f"**{label}**", *(_over_all(measured, told.get(key), key) for key in columns)]
        for label, told in ROWS.items()
        if any(entry in measured for entry in told.values())
    ]
    return markdown_table(heads, rows)


def _of_case(case: dict[str, Any], key: str) -> str:
    value = case.get(key)
    return "–" if value is None else COLUMNS[key][1].format(value)


def _over_all(measured: dict[str, Any], entry: str | None, key: str) -> str:
    if entry is None or entry not in measured:
        return ""
    return f"**{WITHOUT_SIGN.get(entry, COLUMNS[key][1]).format(measured[entry])}**"
