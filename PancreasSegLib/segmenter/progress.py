"""How far a segmentation is, how long its steps took, and whether it is to stop."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PancreasSegLib.errors import Cancelled

TRUSTED_FRACTION = 0.1
"""Before this much is done, a guess of the time left would jump about."""


@dataclass(frozen=True)
class Progress:
    """What the user is told: the step's name, 0..1 of the whole work, seconds left if known."""

    step: str
    fraction: float
    seconds_left: float | None


class Steps:
    """The steps of one piece of work, one after the other.

    `shares` gives the steps in their order, each with its usual share of the time (any unit).
    `progress` is called with every `Progress`; `cancelled` is asked at the same moments, and
    Cancelled is raised where it answers True.
    """

    def __init__(
        self,
        shares: Mapping[str, float],
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.shares = dict(shares)
        self.progress = progress
        self.cancelled = cancelled
        self.seconds: dict[str, float] = {}
        self.began = self.step_began = time.perf_counter()
        self.step: str | None = None

    def start(self, step: str) -> None:
        """End the step before, and begin `step`."""
        self._end_step()
        self.step = step
        self.advance(0, 1)

    def advance(self, done: int, total: int) -> None:
        """Tell that `done` of `total` equal parts of this step are done."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled("The segmentation was cancelled; nothing was written.")
        if self.progress is not None and self.step is not None:
            fraction = self._fraction(done / total)
            self.progress(Progress(self.step, fraction, self._seconds_left(fraction)))

    def part(self, number: int, parts: int) -> Callable[[int, int], None]:
        """`advance` for the part `number`, from 0 on, of `parts` equal ones of this step."""
        return lambda done, total: self.advance(number * total + done, parts * total)

    def finish(self) -> None:
        """End the last step."""
        if self.step is not None and self.progress is not None:
            self.progress(Progress(self.step, 1.0, 0.0))
        self._end_step()

    def _end_step(self) -> None:
        now = time.perf_counter()
        if self.step is not None:
            self.seconds[self.step] = now - self.step_began
        self.step_began = now
        self.step = None

    def _fraction(self, of_step: float) -> float:
        assert self.step is not None
        names = list(self.shares)
        before = sum(self.shares[name] for name in names[: names.index(self.step)])
        return (before + of_step * self.shares[self.step]) / sum(self.shares.values())

    def _seconds_left(self, fraction: float) -> float | None:
        if fraction < TRUSTED_FRACTION:
            return None
        return (time.perf_counter() - self.began) * (1 - fraction) / fraction
