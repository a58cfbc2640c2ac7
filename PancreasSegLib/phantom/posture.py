"""What differs from one synthetic patient to the next, and the randomness that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from PancreasSegLib.phantom.shapes import Knot
from PancreasSegLib.phantom.smooth_noise import SmoothNoise


@dataclass(frozen=True)
class Posture:
    """One synthetic patient: sizes and positions drawn from `seed`.

    Attributes:
        seed: the seed of everything random in this patient.
        scale: (x, y, z) size of the whole anatomy relative to the standard patient.
        tail_lift_mm: how much higher than standard the tail of the pancreas lies.
        pancreas_girth: thickness of the pancreas relative to standard.
        enhancement: contrast of vessels and organs relative to standard.
        stomach_gas_level: y in mm down to which the stomach holds gas.
    """

    seed: int
    scale: tuple[float, float, float]
    tail_lift_mm: float
    pancreas_girth: float
    enhancement: float
    stomach_gas_level: float

    @classmethod
    def of_seed(cls, seed: int) -> Posture:
        """The patient of a seed; seed 0 is the one that the demo shows."""
        rng = np.random.default_rng((seed, 1))
        x, y, z = rng.uniform(0.96, 1.04, 3)
        return cls(
            seed=seed,
            scale=(float(x), float(y), float(z)),
            tail_lift_mm=float(rng.uniform(-4, 4)),
            pancreas_girth=float(rng.uniform(0.88, 1.02)),
            enhancement=float(rng.uniform(0.95, 1.08)),
            stomach_gas_level=float(rng.uniform(-84, -72)),
        )

    def noise(self, stream: int, wavelength_mm: float) -> SmoothNoise:
        """A smooth random field; each use has its own `stream` number."""
        return SmoothNoise((self.seed, 2, stream), wavelength_mm)

    def random(self, stream: int) -> np.random.Generator:
        """Random numbers for placing things; each use has its own `stream` number."""
        return np.random.default_rng((self.seed, 3, stream))

    def lifted(self, knots: Sequence[Knot]) -> list[Knot]:
        """`knots` of the pancreas or its vessels with the tail as high as in this patient."""
        return [
            (x, y, z + self.tail_lift_mm * min(max(x / 70, 0.0), 1.0), radius)
            for x, y, z, radius in knots
        ]
