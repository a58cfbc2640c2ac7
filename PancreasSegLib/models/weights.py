"""Weight files: plain state dicts in half precision, checked at every load."""

import hashlib
import io
from pathlib import Path

import torch
from torch import nn

from PancreasSegLib.errors import InputError, WeightsError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.models.manifest import Manifest
from PancreasSegLib.models.state_dict import read_state_dict
from PancreasSegLib.networks.build import build_network
from PancreasSegLib.networks.network import Network


def save_weights(network: nn.Module, path: Path) -> str:
    """Write the state dict of `network` in half precision; returns the file's SHA-256.

    Raises WeightsError if a value is not finite in half precision.
    """
    state = {name: _halved(tensor) for name, tensor in network.state_dict().items()}
    for name, tensor in state.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise WeightsError(
                f"The weights were not written to {path}: '{name}' holds values that are not "
                "finite in half precision; train again with a lower learning rate."
            )
    buffer = io.BytesIO()
    torch.save(state, buffer)
    content = buffer.getvalue()
    with atomic_file(Path(path)) as unfinished:
        unfinished.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def load_weights(manifest: Manifest, folder: Path) -> Network:
    """The network of `manifest` with its weights in float32, on the CPU, in eval mode.

    Raises WeightsError if the file is missing, altered or does not fit the network.
    """
    path = Path(folder) / manifest.weights
    state = read_state_dict(_checked_content(path, manifest), path)
    network = _network(manifest)
    try:
        network.load_state_dict({name: _widened(tensor) for name, tensor in state.items()})
    except RuntimeError as error:
        raise WeightsError(
            f"The weights {path} do not fit the network that the manifest of '{manifest.name}' "
            "describes; use weights and manifest of the same training."
        ) from error
    return network.eval()


def _checked_content(path: Path, manifest: Manifest) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"The weights file {path} of the model '{manifest.name}' is missing or cannot be "
            "read; install PancreasSeg again, or put the file back."
        ) from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise WeightsError(
            f"The weights file {path} is not the one that the manifest of '{manifest.name}' "
            "describes (its SHA-256 differs): it was altered or damaged; install it again."
        )
    return content


def _network(manifest: Manifest) -> Network:
    try:
        return build_network(manifest.network)
    except (InputError, TypeError) as error:
        raise WeightsError(
            f"The network of the model '{manifest.name}' cannot be built by this version of "
            f"PancreasSeg: {error}"
        ) from error


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    tensor = tensor.detach().cpu()
    return tensor.half() if tensor.is_floating_point() else tensor.clone()


def _widened(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
