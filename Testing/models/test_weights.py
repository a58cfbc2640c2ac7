import dataclasses
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models import Manifest
from PancreasSegLib.models.weights import load_weights, save_weights
from PancreasSegLib.networks import build_network
from Testing.sentences import assert_tells

AddModel = Callable[[Path, str], Manifest]
NETWORK = {"kind": "JAC", "channels": 4, "blocks": 1, "scales": 2}


def test_weights_come_back_widened_from_half_precision(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    torch.manual_seed(3)
    saved = build_network(NETWORK).state_dict()
    network = load_weights(manifest, tmp_path)
    assert not network.training
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            assert tensor.dtype == torch.float32
            assert torch.equal(tensor, saved[name].half().float())
        else:
            assert torch.equal(tensor, saved[name])


def test_the_file_holds_half_precision_and_its_hash_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "small.pt"
    sha256 = save_weights(build_network(NETWORK), path)
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    state = torch.load(path, weights_only=True)
    assert {t.dtype for t in state.values()} == {torch.float16, torch.int64}
    assert [file.name for file in tmp_path.iterdir()] == ["small.pt"]


def test_missing_weights_are_named(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    path = tmp_path / "small.pt"
    path.unlink()
    with pytest.raises(WeightsError) as caught:
        load_weights(manifest, tmp_path)
    assert_tells(caught.value, f"{path}", "'small'", "missing", "put the file back")


def test_altered_weights_are_refused(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    path = tmp_path / "small.pt"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        load_weights(manifest, tmp_path)
    assert_tells(caught.value, f"{path}", "'small'", "SHA-256", "install it again")


def test_weights_are_refused_whichever_byte_was_altered(
    add_model: AddModel, tmp_path: Path
) -> None:
    manifest = add_model(tmp_path, "good")
    path = tmp_path / manifest.weights
    content = path.read_bytes()
    ends, middle = (0, 1, len(content) - 1), range(2, len(content), len(content) // 60)
    for position in (*ends, *middle):
        altered = bytearray(content)
        altered[position] ^= 1 << position % 8
        path.write_bytes(altered)

        with pytest.raises(WeightsError, match="altered or damaged"):
            load_weights(manifest, tmp_path)


def test_weights_of_another_network_are_refused(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    wider = dataclasses.replace(manifest, network=NETWORK | {"channels": 8})
    with pytest.raises(WeightsError) as caught:
        load_weights(wider, tmp_path)
    assert_tells(caught.value, f"{tmp_path / 'small.pt'}", "do not fit", "'small'", "same training")


def test_an_unknown_kind_of_network_is_refused(add_model: AddModel, tmp_path: Path) -> None:
    manifest = add_model(tmp_path, "small")
    other = dataclasses.replace(manifest, network={"kind": "Transformer"})
    with pytest.raises(WeightsError) as caught:
        load_weights(other, tmp_path)
    assert_tells(caught.value, "'small'", "'Transformer'", "JAC, UNet, UNet3D, HNN, Orig")


class Harmful:
    """Makes a folder when it is unpickled without care."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_weights_file_cannot_run_code(manifest: Manifest, tmp_path: Path) -> None:
    path = tmp_path / "small.pt"
    torch.save({"weight": Harmful(tmp_path / "harm")}, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(WeightsError) as caught:
        load_weights(dataclasses.replace(manifest, sha256=sha256), tmp_path)
    assert not (tmp_path / "harm").exists()
    assert_tells(caught.value, f"{path}", "cannot be loaded safely", "models.weights.save_weights")


@pytest.mark.parametrize("content", [b"", b"not a weights file", b"PK\x03\x04 cut off"])
def test_a_file_that_holds_no_weights_is_refused(
    manifest: Manifest, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "small.pt").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    with pytest.raises(WeightsError, match="cannot be loaded safely"):
        load_weights(dataclasses.replace(manifest, sha256=sha256), tmp_path)


def test_a_list_of_tensors_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    path = tmp_path / "small.pt"
    torch.save([torch.zeros(2)], path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(WeightsError, match="something else than a plain PyTorch state dict"):
        load_weights(dataclasses.replace(manifest, sha256=sha256), tmp_path)


def test_weights_that_overflow_half_precision_are_not_written(tmp_path: Path) -> None:
    network = build_network(NETWORK)
    with torch.no_grad():
        next(network.parameters()).fill_(1e6)
    with pytest.raises(WeightsError, match="not finite in half precision"):
        save_weights(network, tmp_path / "small.pt")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_older_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "small.pt"
    sha256 = save_weights(build_network(NETWORK), path)
    broken = build_network(NETWORK)
    with torch.no_grad():
        next(broken.parameters()).fill_(float("nan"))
    with pytest.raises(WeightsError):
        save_weights(broken, path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
