"""A network from its configuration, as manifests and training recipes write it."""

from collections.abc import Mapping
from typing import Any

from PancreasSegLib.errors import InputError
from PancreasSegLib.networks.jac import JAC
from PancreasSegLib.networks.rnn import RNN

SIZES = ("channels", "blocks", "scales", "hidden")
FIELDS = {
    "JAC": ("channels", "blocks", "scales"),
    "RNN": ("channels", "blocks", "scales", "hidden", "directions", "window"),
}


def build_network(configuration: Mapping[str, Any]) -> JAC | RNN:
    """The network, with fresh random weights, that the configuration describes.

    `{"kind": "JAC", "channels": 64, "blocks": 4, "scales": 5}`, or kind "RNN" with, in addition,
    `"hidden": 16, "directions": ["superior", "inferior"], "window": null`. What is left out has
    the default of `JAC` and `RNN`.

    Raises `InputError` for an unknown kind, an unknown field or a value that cannot be.
    """
    fields = dict(configuration)
    kind = fields.pop("kind", None)
    _check(kind, fields)
    jac = JAC(**{name: fields.pop(name) for name in FIELDS["JAC"] if name in fields})
    return jac if kind == "JAC" else RNN(jac, **fields)


def configuration_of(network: JAC | RNN) -> dict[str, Any]:
    """The configuration, ready for JSON, from which `build_network` builds such a network."""
    if isinstance(network, JAC):
        return {"kind": "JAC"} | {name: getattr(network, name) for name in FIELDS["JAC"]}
    recurrence = {
        "hidden": network.hidden,
        "directions": list(network.directions),
        "window": network.window,
    }
    return configuration_of(network.jac) | {"kind": "RNN"} | recurrence


def _check(kind: Any, fields: Mapping[str, Any]) -> None:
    if kind not in FIELDS:
        raise InputError(f"There is no network of kind {kind!r}; give one of {', '.join(FIELDS)}.")
    for name, value in fields.items():
        if name not in FIELDS[kind]:
            raise InputError(
                f"A network of kind {kind} has no field {name!r}; "
                f"its fields are {', '.join(FIELDS[kind])}."
            )
        if name in SIZES and (type(value) is not int or value < 1):
            raise InputError(f"The network's {name} is {value!r}; give a whole number above 0.")
