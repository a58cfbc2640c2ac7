"""Models for checks in which the quality of a segmentation does not matter: `tiny_model.py FOLDER`.

Runs in Slicer's Python, in a process of its own, because it imports PyTorch.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    """Write `tiny.json`, done in a second, and `slow.json`, busy for minutes."""
    import torch

    from PancreasSegLib.networks import JAC

    torch.manual_seed(2)  # takes a twelfth of the synthetic CT, with a third of its pancreas
    save(JAC(channels=4, blocks=1, scales=2), "tiny", folder, (4.0, 4.0, 6.0))
    save(JAC(channels=128, blocks=4, scales=3), "slow", folder, (1.0, 1.0, 1.0))


def save(network: Any, name: str, folder: Path, spacing_mm: tuple[float, float, float]) -> None:
    """Write the weights, and a manifest like that of `jac64-ct`, but without its region model."""
    from PancreasSegLib.models import find_model
    from PancreasSegLib.models.weights import save_weights

    manifest = replace(
        find_model("jac64-ct").manifest,
        name=name,
        title=f"For checks: {name}",
        network=network.configuration(),
        spacing_mm=spacing_mm,
        region=None,
        weights=f"{name}.pt",
        sha256=save_weights(network, folder / f"{name}.pt"),
    )
    manifest.to_file(folder / f"{name}.json")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(Path(sys.argv[1]))
