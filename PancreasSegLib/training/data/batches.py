"""What a stage is trained on: batches of crops or of patches, made beside the training."""

from __future__ import annotations

import signal
import sys

from torch import Tensor
from torch.utils.data import DataLoader

from PancreasSegLib.process.cancellation import SIGNALS
from PancreasSegLib.training.data.patch_sampling import PatchBatches
from PancreasSegLib.training.data.sampling import Batches, InTurn
from PancreasSegLib.training.superpixels.box_batches import BoxBatches

AnyBatches = Batches | InTurn | PatchBatches


def load(batches: AnyBatches | BoxBatches) -> DataLoader[tuple[Tensor, Tensor]]:
    """The batches in order, made by one worker process beside the training."""
    # A process, not a thread: a thread would fight with the training for the cores.
    return DataLoader(
        batches,
        batch_size=None,
        num_workers=1,
        prefetch_factor=4,
        worker_init_fn=_leave_signals_to_the_training,
    )


def _leave_signals_to_the_training(worker: int) -> None:
    """A worker ends with the training: one that a signal ends before is a failure to PyTorch."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    # By this a thread tells that a batch was not fetched to its end. Failures go to the training.
    sys.excepthook = lambda *error: None
