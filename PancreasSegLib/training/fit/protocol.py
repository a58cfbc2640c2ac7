"""The paper's protocol: select on a validation subset, then train on both subsets until Acc_t.

Cai et al. 2017: hyper-parameters (here: the step) are selected by the validation subset; Acc_t is
the training accuracy after that selection; then training and validation subset are trained on
together until the validation subset, now trained on, reaches Acc_t.

Without a validation subset a network is trained on everything for the recipe's steps, and the last
weights are kept: what cross-validation needs, where the recipe is the same for every fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks import Network
from PancreasSegLib.training.data.batches import AnyBatches
from PancreasSegLib.training.data.patch_sampling import PatchBatches
from PancreasSegLib.training.data.sampling import Batches, InTurn
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.data.training_set import TrainingSet
from PancreasSegLib.training.data.validation_window import Window3D, crop_window, patch_window
from PancreasSegLib.training.fit import ranks
from PancreasSegLib.training.fit.trainer import Stage, Trainer
from PancreasSegLib.training.fit.validation import measure_dice
from PancreasSegLib.training.recipe.config import Recipe, TrainingConfig
from PancreasSegLib.volume.views import sliced_spacing


@dataclass(frozen=True)
class Protocol:
    """Trains one network by the protocol, with the batches of one configuration."""

    config: TrainingConfig
    data: TrainingSet
    trainer: Trainer

    def select(self, name: str, network: Network, recipe: Recipe) -> dict[str, Any]:
        """Train on the training subset; `network` gets the weights that validated best.

        Without a validation subset it gets the last ones. Returns what the manifest records of it.
        """
        stage = Stage(
            f"{name}-select" if self.data.validation else name,
            network,
            recipe,
            recipe.steps,
            lambda first, last: self._batches(self.data.training, recipe, first, last),
            self._validated_on(self.data.validation),
        )
        self.trainer.train(stage)
        if not self.data.validation:
            return {}
        return {"selected_step": stage.best_step, "validation_dice": round(stage.best_dice, 4)}

    def refuse_no_scan_to_refit_to(self) -> None:
        """Raise `InputError` now, not after the selection."""
        if self.config.refits and all(stack.loose for stack in self.data.training):
            raise InputError(
                "refit_steps end at the DSC on the scans that are trained on, and there are loose"
                " slices only; leave a scan to train on, or take refit_steps out."
            )

    def refit(self, name: str, network: Network, recipe: Recipe) -> dict[str, Any]:
        """Train the selected `network` on both subsets until the validation subset has Acc_t.

        Returns what the manifest records of it: nothing where the recipe has no such steps.
        """
        if not recipe.refit_steps:
            return {}
        compute = self.trainer.compute
        scores = measure_dice(network, self._validated_on(self.data.training), compute)
        training_dice = ranks.mean(sum(scores.values()) / len(scores), compute.device)
        stage = Stage(
            f"{name}-refit",
            network,
            recipe,
            recipe.refit_steps,
            # Other steps than those of the selection, so that no batch is seen twice.
            lambda first, last: self._batches(
                self.data.together, recipe, recipe.steps + first, recipe.steps + last
            ),
            self._validated_on(self.data.validation),
            constant=True,
            stop_at=training_dice,
        )
        self.trainer.train(stage)
        return {
            "training_dice_to_reach": round(training_dice, 4),
            "refit_step": stage.best_step,
            "refit_dice": round(stage.best_dice, 4),
        }

    def _batches(
        self, stacks: Sequence[Stack], recipe: Recipe, first: int, last: int
    ) -> AnyBatches:
        """Patches where the configuration has any, else crops of slices; each view in turn."""
        config = self.config
        spacing_mm, seed = config.data.spacing_mm, config.seed
        if config.patches is not None:
            return PatchBatches(
                stacks,
                config.patches,
                config.augmentation,
                spacing_mm,
                recipe.batch,
                seed,
                first,
                last,
            )
        assert config.sampling is not None  # the configuration was checked
        return InTurn(
            [
                Batches(
                    _sliced(stacks, view),
                    config.sampling,
                    config.augmentation,
                    sliced_spacing(spacing_mm, view),
                    config.data.window,
                    recipe.batch,
                    recipe.length,
                    seed,
                    first,
                    last,
                )
                for view in config.data.views
            ]
        )

    def _validated_on(self, stacks: Sequence[Stack]) -> list[Stack]:
        """Of the scans, in slices of the first view, the part that training crops come from."""
        scans = [stack for stack in stacks if not stack.loose]
        view = self.config.data.views[0]
        return [stack.cropped(self._window(stack)) for stack in _sliced(scans, view)]

    def _window(self, stack: Stack) -> Window3D:
        config = self.config
        if config.patches is not None:
            return patch_window(stack, config.patches)
        assert config.sampling is not None  # superpixels are not validated
        _, _, slice_mm = sliced_spacing(config.data.spacing_mm, config.data.views[0])
        return crop_window(stack, config.sampling, slice_mm)


def _sliced(stacks: Sequence[Stack], view: str) -> list[Stack]:
    """The stacks in slices of `view`, which loose slices are not if it is not axial."""
    return [stack.sliced(view) for stack in stacks if view == "axial" or not stack.loose]
