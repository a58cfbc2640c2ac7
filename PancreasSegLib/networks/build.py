"""A network from its configuration, as manifests and training recipes write it."""

from collections.abc import Mapping
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.network import CNN, Network
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.unet import UNet

SIZES = ("channels", "blocks", "scales", "hidden")
CNNS: dict[str, type[CNN]] = {"JAC": JAC, "UNet": UNet}
CNN_FIELDS = ("channels", "blocks", "scales")
RECURRENCE = ("hidden", "directions", "window")
FIELDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(CNNS, CNN_FIELDS),
    "RNN": ("cnn", *CNN_FIELDS, *RECURRENCE),
}


def build_network(configuration: Mapping[str, Any]) -> Network:
    """The network, with fresh random weights, that the configuration describes.

    `{"kind": "JAC", "channels": 64, "blocks": 4, "scales": 5}`, or kind "UNet" with the same
    fields, or kind "RNN" with, in addition,
    `"hidden": 16, "directions": ["superior", "inferior"], "window": null` and, where its CNN is no
    JAC, `"cnn": "UNet"`. What is left out has the default of `JAC`, `UNet` and `RNN`.

    Raises `InputError` for an unknown kind, an unknown field or a value that cannot be.
    """
    fields = dict(configuration)
    kind = fields.pop("kind", None)
    _check(kind, fields)
    return build_rnn(build_cnn(fields), fields) if kind == "RNN" else build_cnn(fields, kind)


def build_cnn(fields: Mapping[str, Any], kind: str | None = None) -> CNN:
    """The CNN of the given kind, or of that which an RNN's `fields` name: a JAC by default."""
    build = CNNS[kind or fields.get("cnn", "JAC")]
    return build(**{name: fields[name] for name in CNN_FIELDS if name in fields})


def build_rnn(cnn: CNN, fields: Mapping[str, Any]) -> RNN:
    """The RNN over `cnn` whose recurrence `fields` describe."""
    return RNN(cnn, **{name: fields[name] for name in RECURRENCE if name in fields})


def _check(kind: Any, fields: Mapping[str, Any]) -> None:
    if kind not in FIELDS:
        raise InputError(f"There is no network of kind {kind!r}; give one of {', '.join(FIELDS)}.")
    for name, value in fields.items():
        if name not in FIELDS[kind]:
            raise InputError(
                f"A network of kind {kind} has no field {name!r}; "
                f"its fields are {', '.join(FIELDS[kind])}."
            )
        if name == "cnn" and value not in CNNS:
            raise InputError(f"The network's cnn is {value!r}; give one of {', '.join(CNNS)}.")
        if name in SIZES and (type(value) is not int or value < 1):
            raise InputError(f"The network's {name} is {value!r}; give a whole number above 0.")
