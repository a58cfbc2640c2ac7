"""What a stage is trained on: batches of crops or of patches, made beside the training."""

from __future__ import annotations

from torch import Tensor
from torch.utils.data import DataLoader

from PancreasSegLib.training.data.patch_sampling import PatchBatches
from PancreasSegLib.training.data.sampling import Batches, InTurn
from PancreasSegLib.training.superpixels.box_batches import BoxBatches

AnyBatches = Batches | InTurn | PatchBatches


def load(batches: AnyBatches | BoxBatches) -> DataLoader[tuple[Tensor, Tensor]]:
    """The batches in order, made by one worker process beside the training."""
    # A process, not a thread: a thread would fight with the training for the cores.
    return DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)
