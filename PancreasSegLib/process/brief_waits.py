"""Computing threads that wait for each other only briefly, so that other programs do not halt them.

Between two operations the threads of libgomp, which PyTorch computes with on Linux, wait awake for
many milliseconds. Where another program runs on the same cores, Slicer's views for example, they
keep the very core that the thread they wait for would need.
"""

from __future__ import annotations

from collections.abc import Mapping

SPINS = "10000"
"""Rounds of waiting awake, a fraction of a millisecond: an idle machine loses no time by it."""

CHOSEN_BY = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
"""Where one of them is set the user has chosen already."""


def brief_waits(environment: Mapping[str, str]) -> dict[str, str]:
    """What is to be added to a process's `environment`, before PyTorch is loaded."""
    if any(name in environment for name in CHOSEN_BY):
        return {}
    return {"GOMP_SPINCOUNT": SPINS}
