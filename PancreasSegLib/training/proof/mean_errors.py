"""How far off whole scans are on average, beside the overlap: distance and volume."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Any

HD95 = "hd95_mm"
VOLUME = "volume_difference_percent"


def mean_errors(cases: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Mean HD95 in mm and mean absolute volume difference in per cent of the reference.

    HD95 is that of the scans in which something was found: of an empty mask there is none (None).
    Left out is what no case has.
    """
    of_cases = list(cases)
    distances = [case[HD95] for case in of_cases if case.get(HD95) is not None]
    volumes = [abs(case[VOLUME]) for case in of_cases if case.get(VOLUME) is not None]
    means = {"mean_hd95_mm": distances, "mean_volume_error_percent": volumes}
    return {name: round(statistics.mean(values), 2) for name, values in means.items() if values}
