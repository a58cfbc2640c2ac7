"""Statistics of each superpixel: of its pixels' values, its place and its bounding box."""

import torch
from torch import Tensor

from PancreasSegLib.superpixels.patch_features import WHOLE, levelled


def count_of(labels: Tensor) -> int:
    """How many superpixels there are."""
    return int(labels.max()) + 1


def mean_of(labels: Tensor, values: Tensor) -> Tensor:
    """The mean, in each superpixel, of the pixels' values: (S, H, W) twice -> (n,), float32."""
    return _sums(labels, values).div(sizes_of(labels)).float()


def sizes_of(labels: Tensor) -> Tensor:
    """Pixels of each superpixel, (n,), float64."""
    return torch.bincount(labels.flatten(), minlength=count_of(labels)).double()


def boxes_of(labels: Tensor) -> Tensor:
    """Each superpixel's bounding box (n, 4), float32: first row, first column, last row, last
    column."""
    rows, columns = _places(labels)
    first = [_extreme(labels, place, "amin") for place in (rows, columns)]
    last = [_extreme(labels, place, "amax") for place in (rows, columns)]
    return torch.stack([*first, *last], dim=1).float()


def slices_of(labels: Tensor) -> Tensor:
    """The slice (n,) that each superpixel lies in, int64."""
    number = torch.arange(len(labels), device=labels.device)[:, None, None].expand(labels.shape)
    return _extreme(labels, number, "amax").long()


def superpixel_features(labels: Tensor, slices: Tensor, response: Tensor) -> Tensor:
    """Features (n, F) of superpixels, int16, for the second forest.

    labels, slices and response, the first forest's, are (S, H, W).
    """
    rows, columns = _places(labels)
    height, width = labels.shape[1:]
    boxes = boxes_of(labels)
    level = levelled(slices)[0].squeeze(1)
    grey = [part for values in (response, level) for part in _spread(labels, values)]
    grey.append(mean_of(labels, (response > 0.5).float()))
    place = [
        mean_of(labels, rows) - (height - 1) / 2,
        mean_of(labels, columns) - (width - 1) / 2,
        sizes_of(labels).float(),
        boxes[:, 2] - boxes[:, 0],
        boxes[:, 3] - boxes[:, 1],
    ]
    features = torch.cat([torch.stack(grey, dim=1) * WHOLE, torch.stack(place, dim=1)], dim=1)
    return features.round().clamp(-32000, 32000).to(torch.int16)


def _spread(labels: Tensor, values: Tensor) -> list[Tensor]:
    """Mean, standard deviation, least and largest value in each superpixel."""
    mean = mean_of(labels, values)
    deviation = (mean_of(labels, values.square()) - mean.square()).clamp(min=0).sqrt()
    extremes = [_extreme(labels, values, which) for which in ("amin", "amax")]
    return [mean, deviation, *extremes]


def _places(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Each pixel's row and column, (S, H, W) float32."""
    height, width = labels.shape[1:]
    rows = torch.arange(height, device=labels.device, dtype=torch.float32)[None, :, None]
    columns = torch.arange(width, device=labels.device, dtype=torch.float32)[None, None, :]
    return rows.expand(labels.shape), columns.expand(labels.shape)


def _sums(labels: Tensor, values: Tensor) -> Tensor:
    # In double precision, so that the order of the additions, which CUDA leaves open, is not seen.
    zeros = torch.zeros(count_of(labels), dtype=torch.float64, device=labels.device)
    return zeros.index_add_(0, labels.flatten(), values.flatten().double())


def _extreme(labels: Tensor, values: Tensor, which: str) -> Tensor:
    nothing = torch.zeros(count_of(labels), dtype=values.dtype, device=labels.device)
    return nothing.scatter_reduce_(0, labels.flatten(), values.flatten(), which, include_self=False)
