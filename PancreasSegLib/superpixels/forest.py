"""A forest of decision trees as plain arrays: no pickle, and nothing to install for inference."""

import torch
from torch import Tensor, nn

ROWS_AT_ONCE = 2048
"""So that what is kept of each row and tree stays in a processor's cache."""


class Forest(nn.Module):
    """Gives the share of positives, the mean over its trees, of rows of whole-numbered features.

    All trees' nodes stand one after the other; `root` says where each tree begins. A row goes to
    the first of the two nodes `below` where its `feature` is at most `threshold`, else to the
    second; a leaf leads to itself and tells its `share`. Whole numbers are kept as they are where
    weights are halved.

    trees, nodes: how many; depth: of splits on the longest way. Fresh, each tree is one leaf of 0.
    """

    root: Tensor
    feature: Tensor
    threshold: Tensor
    below: Tensor
    share: Tensor

    def __init__(self, trees: int, nodes: int, depth: int) -> None:
        super().__init__()
        self.depth = depth
        itself = torch.arange(nodes, dtype=torch.int32)[:, None].repeat(1, 2)
        self.register_buffer("root", torch.zeros(trees, dtype=torch.int32))
        self.register_buffer("feature", torch.zeros(nodes, dtype=torch.int16))
        self.register_buffer("threshold", torch.zeros(nodes, dtype=torch.int16))
        self.register_buffer("below", itself)
        self.register_buffer("share", torch.zeros(nodes))

    def forward(self, rows: Tensor) -> Tensor:
        """Rows (N, features), int16 -> share of positives (N,), float32."""
        below, feature = self.below.flatten().long(), self.feature.long()
        shares = [torch.zeros(0, device=rows.device)]
        for part in rows.split(ROWS_AT_ONCE):
            node = self.root.long().expand(len(part), -1)
            for _ in range(self.depth):
                second = part.gather(1, feature[node]) > self.threshold[node]
                node = below[2 * node + second]
            shares.append(self.share[node].mean(dim=1))
        return torch.cat(shares)
