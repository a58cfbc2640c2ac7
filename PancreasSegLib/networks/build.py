"""A network from its configuration, as manifests and training recipes write it."""

from collections.abc import Callable, Mapping
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.hnn import HNN
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.network import CNN, Network
from PancreasSegLib.networks.original_unet import OriginalUNet
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.unet import UNet
from PancreasSegLib.networks.unet3d import UNet3D

CNNS: dict[str, Callable[..., CNN]] = {
    "JAC": JAC,
    "UNet": UNet,
    "UNet3D": UNet3D,
    "HNN": HNN,
    "OriginalUNet": OriginalUNet,
}
CNN_FIELDS = {
    "JAC": ("channels", "blocks", "scales"),
    "UNet": ("channels", "blocks", "scales"),
    "UNet3D": ("channels", "blocks", "scales", "classes"),
    "HNN": ("channels",),
    "OriginalUNet": ("channels", "scales"),
}
RECURRENCE = ("hidden", "directions", "window")
LEAST = {"channels": 1, "blocks": 1, "scales": 1, "hidden": 1, "classes": 2}


def build_network(configuration: Mapping[str, Any]) -> Network:
    """The network, with fresh random weights, that the configuration describes.

    `{"kind": "JAC", "channels": 64, "blocks": 4, "scales": 5}`, or kind "UNet" with the same
    fields, or "UNet3D" with `"classes": 2` as well, or "HNN" or "OriginalUNet" with fewer, or
    "RNN" with, in addition, `"hidden": 16, "directions": ["superior", "inferior"], "window": null`
    and, where its CNN is no JAC, `"cnn": "UNet"`. What is left out has the default of its class.

    Raises `InputError` for an unknown kind, an unknown field or a value that cannot be.
    """
    fields = dict(configuration)
    kind = fields.pop("kind", None)
    _check(kind, fields)
    return build_rnn(build_cnn(fields), fields) if kind == "RNN" else build_cnn(fields, kind)


def build_cnn(fields: Mapping[str, Any], kind: str | None = None) -> CNN:
    """The CNN of the given kind, or of that which an RNN's `fields` name: a JAC by default."""
    kind = kind or fields.get("cnn", "JAC")
    return CNNS[kind](**{name: fields[name] for name in CNN_FIELDS[kind] if name in fields})


def build_rnn(cnn: CNN, fields: Mapping[str, Any]) -> RNN:
    """The RNN over `cnn` whose recurrence `fields` describe."""
    return RNN(cnn, **{name: fields[name] for name in RECURRENCE if name in fields})


def _check(kind: Any, fields: Mapping[str, Any]) -> None:
    if kind not in (*CNNS, "RNN"):
        raise InputError(
            f"There is no network of kind {kind!r}; give one of {', '.join(CNNS)}, RNN."
        )
    cnn = fields.get("cnn", "JAC") if kind == "RNN" else kind
    if cnn not in CNNS:
        raise InputError(f"The network's cnn is {cnn!r}; give one of {', '.join(CNNS)}.")
    known = (*CNN_FIELDS[cnn], *(("cnn", *RECURRENCE) if kind == "RNN" else ()))
    for name, value in fields.items():
        if name not in known:
            raise InputError(
                f"A network of kind {kind} has no field {name!r}; its fields are"
                f" {', '.join(known)}."
            )
        if name in LEAST and (type(value) is not int or value < LEAST[name]):
            raise InputError(
                f"The network's {name} is {value!r}; give a whole number, {LEAST[name]} or more."
            )
