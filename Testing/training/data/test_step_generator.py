"""What a step draws."""

from __future__ import annotations

import torch

from PancreasSegLib.training.data.step_generator import step_generator


def test_a_step_draws_the_same_again_and_another_step_or_seed_something_else() -> None:
    drawn = [float(torch.rand(1, generator=step_generator(*of))) for of in ((1, 7), (1, 8), (2, 7))]

    assert float(torch.rand(1, generator=step_generator(1, 7))) == drawn[0]
    assert len(set(drawn)) == 3
