"""A network from its configuration, as manifests and training recipes write it."""

from collections.abc import Callable, Mapping
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.hnn import HNN
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.network import CNN, Network
from PancreasSegLib.networks.original_unet import OriginalUNet
from PancreasSegLib.networks.rnn import RNN
from PancreasSegLib.networks.superpixels import Superpixels
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
SUPERPIXELS = (
    "channels",
    "size",
    "compactness",
    "stride",
    "scales",
    "patch_forest",
    "superpixel_forest",
)
RECURRENCE = ("hidden", "directions", "window")
LEAST = {
    "channels": 1,
    "blocks": 1,
    "scales": 1,
    "hidden": 1,
    "classes": 2,
    "size": 2,
    "stride": 1,
}

NUMBERS = {"compactness": 0, "scales": 0, "patch_forest": 3, "superpixel_forest": 3}
"""What Superpixels has beside whole numbers: a number, a list of them, and lists of three."""


def build_network(configuration: Mapping[str, Any]) -> Network:
    """The network, with fresh random weights, that the configuration describes.

    `{"kind": "JAC", "channels": 64, "blocks": 4, "scales": 5}`, or kind "UNet" with the same
    fields, or "UNet3D" with `"classes": 2` as well, or "HNN" or "OriginalUNet" with fewer, or
    "RNN" with, in addition, `"hidden": 16, "directions": ["superior", "inferior"], "window": null`
    and, where its CNN is no JAC, `"cnn": "UNet"`, or "Superpixels" with the fields of that class.
    What is left out has the default of its class.

    Raises `InputError` for an unknown kind, an unknown field or a value that cannot be.
    """
    fields = dict(configuration)
    kind = fields.pop("kind", None)
    _check(kind, fields)
    if kind == "Superpixels":
        return Superpixels(**fields)
    return build_rnn(build_cnn(fields), fields) if kind == "RNN" else build_cnn(fields, kind)


def build_cnn(fields: Mapping[str, Any], kind: str | None = None) -> CNN:
    """The CNN of the given kind, or of that which an RNN's `fields` name: a JAC by default."""
    kind = kind or fields.get("cnn", "JAC")
    return CNNS[kind](**{name: fields[name] for name in CNN_FIELDS[kind] if name in fields})


def build_rnn(cnn: CNN, fields: Mapping[str, Any]) -> RNN:
    """The RNN over `cnn` whose recurrence `fields` describe."""
    return RNN(cnn, **{name: fields[name] for name in RECURRENCE if name in fields})


def _check(kind: Any, fields: Mapping[str, Any]) -> None:
    if kind not in (*CNNS, "RNN", "Superpixels"):
        raise InputError(
            f"There is no network of kind {kind!r}; give one of {', '.join(CNNS)}, RNN,"
            " Superpixels."
        )
    cnn = fields.get("cnn", "JAC") if kind == "RNN" else kind
    if cnn not in CNNS and kind != "Superpixels":
        raise InputError(f"The network's cnn is {cnn!r}; give one of {', '.join(CNNS)}.")
    known = _fields_of(kind, cnn)
    for name, value in fields.items():
        if name not in known:
            raise InputError(
                f"A network of kind {kind} has no field {name!r}; its fields are"
                f" {', '.join(known)}."
            )
        if kind == "Superpixels" and name in NUMBERS:
            _check_numbers(name, value)
        elif name in LEAST and (type(value) is not int or value < LEAST[name]):
            raise InputError(
                f"The network's {name} is {value!r}; give a whole number, {LEAST[name]} or more."
            )


def _fields_of(kind: str, cnn: str) -> tuple[str, ...]:
    if kind == "Superpixels":
        return SUPERPIXELS
    return (*CNN_FIELDS[cnn], *(("cnn", *RECURRENCE) if kind == "RNN" else ()))


def _check_numbers(name: str, value: Any) -> None:
    """Numbers that a Superpixels takes; trees, nodes and depth are whole ones."""
    numbers = [value] if name == "compactness" else value
    kinds = (int,) if NUMBERS[name] else (int, float)
    right = isinstance(numbers, list | tuple) and len(numbers) > 0
    if not right or any(type(number) not in kinds or number < 0 for number in numbers):
        raise InputError(f"The network's {name} is {value!r}; give numbers of 0 or more.")
    if NUMBERS[name] and len(numbers) != NUMBERS[name]:
        raise InputError(f"The network's {name} is {value!r}; give its trees, nodes and depth.")
