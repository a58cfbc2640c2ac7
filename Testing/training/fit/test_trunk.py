"""A pretrained trunk from a local file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.training.fit.trunk import read_trunk
from Testing.sentences import assert_tells


def test_a_plain_state_dict_is_read(tmp_path: Path) -> None:
    torch.save({"features.0.bias": torch.ones(2)}, tmp_path / "vgg16.pth")

    assert read_trunk(tmp_path / "vgg16.pth")["features.0.bias"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("none.pth", ("cannot be read", "torchvision's vgg16", "'trunk'")),
        ("text.pth", ("cannot be loaded safely", "plain PyTorch state dict")),
        ("list.pth", ("something else than a plain PyTorch state dict",)),
    ],
)
def test_another_file_is_refused_by_name(name: str, facts: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("weights", encoding="utf-8")
    torch.save([torch.ones(2)], tmp_path / "list.pth")

    with pytest.raises(WeightsError) as refusal:
        read_trunk(tmp_path / name)

    assert_tells(refusal.value, str(tmp_path / name), *facts)
