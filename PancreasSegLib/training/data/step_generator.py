"""The chance of a training step: a pure function of seed and step, so that runs can be resumed."""

from __future__ import annotations

import torch


def step_generator(seed: int, step: int) -> torch.Generator:
    """Another one for each step and, up to a million steps, for each seed."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)
