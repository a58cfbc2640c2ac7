"""The fast loop: one variant of the CNN on one fold in four minutes, one line of results.

    OMP_NUM_THREADS=1 .venv/bin/python Resources/experiments/accuracy/ablation.py --fold 1
    ... --fold 1 --pixel-mm 3 --steps 3300 --slices 5 --cross-entropy 1
    ... --fold 1 --organs 0.5 --learning-rate 5e-3 --batch 4 --steps 3000
    ... --fold 2 --start runs/slices-ct/slices-ct.json --strong --loose 0.6

A JAC-32 from random weights, or a JAC-64 that starts from `--start`, without coarse stage and
recurrence: it is measured on its own grid, inside a box around the reference, grown by
25 x 25 x 20 mm. What differs little here is not worth a long run. Needs the development data (see
`Resources/experiments/ct/README.md`).
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from PancreasSegLib.losses import cross_entropy_loss, deeply_supervised, jaccard_loss
from PancreasSegLib.metrics.overlap import dice
from PancreasSegLib.models import find_model
from PancreasSegLib.models.weights import load_weights
from PancreasSegLib.networks import JAC
from PancreasSegLib.segmenter.components import large_components
from PancreasSegLib.training.data.augmentation import change_intensity, sampling_grid, take, uniform
from PancreasSegLib.training.data.sampling import Batches, load
from PancreasSegLib.training.data.stack import Stack
from PancreasSegLib.training.data.training_set import load_training_set
from PancreasSegLib.training.proof.cross_validation import split
from PancreasSegLib.training.recipe.config import TrainingConfig, read_config
from PancreasSegLib.training.recipe.crops import Augmentation
from PancreasSegLib.volume import patient_grid, read_volume, resample

EXPERIMENTS = Path(__file__).parents[1]
SCANS = EXPERIMENTS.parents[2] / "shared/data/ct_volumes"
ORGANS, UNKNOWN = 8, 255
CROP_MM, SLICE_MM = (144, 192), 3.0
WARMUP_STEPS = 150
STRONG = Augmentation(
    rotation_degrees=25.0,
    scale=0.35,
    loose_scale=0.4,
    elastic_mm=12.0,
    contrast=0.6,
    brightness=0.2,
    gamma=0.6,
    noise=0.12,
    blur_mm=2.5,
)
MARGIN_MM = (25, 25, 20)
LEAST_COMPONENT = 0.5


def main() -> None:
    """Train one variant on one fold and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fold", type=int, required=True, choices=range(4))
    parser.add_argument("--pixel-mm", type=float, default=2.0)
    parser.add_argument("--slices", type=int, default=1, help="neighbouring slices as channels")
    parser.add_argument("--organs", type=float, default=0.0, help="weight of the organs' loss")
    parser.add_argument(
        "--cross-entropy", type=float, default=0.0, help="its weight beside the Jaccard loss"
    )
    parser.add_argument("--start", type=Path, help="manifest of a JAC-64 to start from")
    parser.add_argument("--strong", action="store_true", help="about twice the augmentation")
    parser.add_argument("--loose", type=float, help="share of loose slices")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_flush_denormal(True)
    config = _config(options)
    stacks = load_training_set(config).training
    scans = [stack for stack in stacks if not stack.loose]
    held_out = split({scan.name: scan.name for scan in scans}, 4)[options.fold]
    training = [stack for stack in stacks if stack.name not in held_out]
    organs = {s.name: _organs(s.name, config) for s in scans} if options.organs else {}
    network = _network(options)
    batches = VariantBatches(training, config, options, organs)
    train(network, batches, options)
    scores = {s.name: score(network, s, config, options) for s in scans}
    seen = np.mean([value for name, value in scores.items() if name not in held_out])
    unseen = np.mean([scores[name] for name in held_out])
    cases = "  ".join(f"{name} {scores[name]:.3f}" for name in held_out)
    print(f"{vars(options)}  mean DSC {unseen:.3f}  (trained on {seen:.3f})  {cases}")


def _config(options: argparse.Namespace) -> TrainingConfig:
    """The fine stage's configuration on the variant's grid, with its sampling and augmentation."""
    config = read_config(EXPERIMENTS / "ct" / "rnn64-ct.toml")
    rows, columns = (round(mm / options.pixel_mm) for mm in CROP_MM)
    sampling = dataclasses.replace(config.sampling, crop=(rows, columns))
    if options.start is None:
        sampling = dataclasses.replace(
            sampling, jitter_mm=25.0, margin_mm=24.0, positive=0.75, loose=0.4
        )
    if options.loose is not None:
        sampling = dataclasses.replace(sampling, loose=options.loose)
    spacing = (options.pixel_mm, options.pixel_mm, SLICE_MM)
    return dataclasses.replace(
        config,
        data=dataclasses.replace(config.data, spacing_mm=spacing),
        sampling=sampling,
        augmentation=STRONG if options.strong else Augmentation(),
    )


def _network(options: argparse.Namespace) -> Variant:
    """Random weights, or those of `--start`."""
    torch.manual_seed(options.seed)
    channels = 32 if options.start is None else 64
    network = Variant(channels, options.slices, with_organs=bool(options.organs))
    if options.start is not None:
        model = find_model(options.start)
        weights = load_weights(model.manifest, model.folder).state_dict()
        # Not strict: the organs' heads stay random.
        network.load_state_dict(weights, strict=False)
    return network


def _organs(name: str, config: TrainingConfig) -> np.ndarray:
    """The organ labels on the training grid: 0 or 1 to 8, uint8."""
    labels = read_volume(SCANS / f"{name}_organs.nii.gz")
    grid = patient_grid(read_volume(SCANS / f"{name}.nii.gz").grid, config.data.spacing_mm)
    organs, most = np.zeros(grid.shape, np.uint8), np.full(grid.shape, 0.5)
    for label in range(1, ORGANS + 1):
        organ = labels.with_array((np.rint(labels.array) == label).astype(np.uint8))
        share = resample(organ, grid, outside=0.0).array
        inside = share >= most
        organs[inside], most[inside] = label, share[inside]
    return organs


class Variant(JAC):
    """JAC with neighbouring slices as channels, and a head for the organs at every scale."""

    def __init__(self, channels: int, slices: int, with_organs: bool) -> None:
        super().__init__(channels)
        if slices > 1:
            self.scale_blocks[0].cbr_blocks[0][0] = nn.Conv2d(
                slices, channels, 3, padding=1, bias=False
            )
        heads = len(self.scale_blocks) if with_organs else 0
        self.organs = nn.ModuleList(nn.Conv2d(channels, ORGANS + 1, 1) for _ in range(heads))
        self.to(memory_format=torch.channels_last)

    def forward_with_organs(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Slices (N, slices, H, W) -> JAC's maps, and the organs' logits (N, 9, H, W)."""
        size, sides, organs = x.shape[-2:], [], []
        for scale, block in enumerate(self.scale_blocks):
            if scale > 0:
                x = functional.max_pool2d(x, 2, ceil_mode=True)
            x, side = block(x)
            sides.append(_enlarged(side, 2**scale, size))
            organs.append(_enlarged(self.organs[scale](x), 2**scale, size))
        joined = torch.cat(sides, dim=1)
        return torch.cat([self.fuse(joined), joined], dim=1), torch.stack(organs).sum(dim=0)


def _enlarged(x: Tensor, factor: int, size: torch.Size) -> Tensor:
    if factor > 1:
        x = functional.interpolate(x, scale_factor=factor, mode="bilinear")
    return x[..., : size[0], : size[1]]


class VariantBatches(Batches):
    """Crops with neighbouring slices; the reference has the organs as a second channel."""

    def __init__(
        self,
        stacks: list[Stack],
        config: TrainingConfig,
        options: argparse.Namespace,
        organs: dict[str, np.ndarray],
    ) -> None:
        super().__init__(
            stacks,
            config.sampling,
            config.augmentation,
            config.data.spacing_mm,
            options.batch,
            1,
            options.seed,
            0,
            options.steps,
        )
        self.slices, self.organs = options.slices, organs

    def _crop(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        stack = self._choose(generator)
        place = self._first_slice(stack, generator)
        jitter = self.sampling.jitter_mm / self.pixel_mm[0]
        row, column = (
            middle + uniform(generator, -jitter, jitter) for middle in self.spans[stack.name].centre
        )
        grid = sampling_grid(
            self.sampling.crop, (row, column), self.pixel_mm, self.augmentation, stack.loose,
            generator,
        )  # fmt: skip
        slices = [*stack.image[neighbours(stack, place, self.slices)], stack.mask[place] * 255]
        taken = take(torch.from_numpy(np.stack(slices)).float() / 255, grid)
        image = change_intensity(taken[:-1], self.pixel_mm, self.augmentation, generator)
        return image, torch.cat([(taken[-1:] >= 0.5).float(), self._labels(stack, place, grid)])

    def _labels(self, stack: Stack, place: int, grid: Tensor) -> Tensor:
        if stack.name not in self.organs:
            return torch.full((1, *grid.shape[:2]), float(UNKNOWN))
        labels = torch.from_numpy(self.organs[stack.name][place].astype(np.float32))[None, None]
        extent = torch.tensor(labels.shape[-2:], dtype=torch.float32)
        normalised = ((2 * grid + 1) / extent - 1).flip(-1)[None]
        return functional.grid_sample(labels, normalised, mode="nearest", align_corners=False)[0]


def neighbours(stack: Stack, place: int, slices: int) -> np.ndarray:
    """The slices around `place`; the outermost one again beyond the stack's ends."""
    return np.clip(np.arange(slices) + place - slices // 2, 0, len(stack.image) - 1)


def train(network: Variant, batches: VariantBatches, options: argparse.Namespace) -> None:
    """AdamW, a half cosine; cross-entropy before the Jaccard loss."""
    optimizer = torch.optim.AdamW(
        network.parameters(), options.learning_rate, weight_decay=1e-4
    )  # fmt: skip
    network.train()
    for step, (image, target) in enumerate(load(batches)):
        rate = options.learning_rate * min(1, (step + 1) / 100)
        for group in optimizer.param_groups:
            group["lr"] = rate * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        reference, organs = target[:, :1], target[:, 1].long()
        warm = options.start is None and step < WARMUP_STEPS
        loss_of = cross_entropy_loss if warm else jaccard_loss
        x = image.contiguous(memory_format=torch.channels_last)
        if options.organs:
            maps, logits = network.forward_with_organs(x)
            loss = deeply_supervised(loss_of, maps, reference)
            if bool((organs != UNKNOWN).any()):
                organs_loss = functional.cross_entropy(logits, organs, ignore_index=UNKNOWN)
                loss = loss + options.organs * organs_loss
        else:
            maps = network(x)
            loss = deeply_supervised(loss_of, maps, reference)
            if options.cross_entropy and loss_of is jaccard_loss:
                extra = deeply_supervised(cross_entropy_loss, maps, reference)
                loss = loss + options.cross_entropy * extra
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def score(
    network: Variant, stack: Stack, config: TrainingConfig, options: argparse.Namespace
) -> float:
    """The Dice inside the box around the reference; with `--start`, of the large components."""
    network.eval()
    steps = zip(np.nonzero(stack.mask), MARGIN_MM[::-1], config.data.spacing_mm[::-1], strict=True)
    box = tuple(
        slice(max(index.min() - round(mm / spacing), 0), index.max() + round(mm / spacing) + 1)
        for index, mm, spacing in steps
    )
    part = dataclasses.replace(stack, image=stack.image[box], mask=stack.mask[box])
    places = range(len(part.image))
    slices = np.stack([part.image[neighbours(part, t, options.slices)] for t in places])
    x = torch.from_numpy(slices.astype(np.float32) / 255)
    with torch.inference_mode():
        logits = torch.cat([network(few)[:, 0] for few in x.split(8)])
    least = 0.0 if options.start is None else LEAST_COMPONENT
    return dice(large_components(logits.numpy() > 0, least), part.mask > 0)


if __name__ == "__main__":
    main()
