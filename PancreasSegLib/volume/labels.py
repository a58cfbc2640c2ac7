"""One label of a mask that may have several: none is taken for the pancreas unless it is named."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from PancreasSegLib.errors import InputError

MOST_LABELS = 200  # whole-body label maps have up to 190, a picture of 8 bits has 255 grey values
_MOST_LISTED = 40
_NO_NAMES: Mapping[int, str] = MappingProxyType({})

SEVERAL_LABELS = (
    "{name} has several labels ({labels}); name the one that is the pancreas (evaluate: --label "
    "for the reference, --mask-label for the mask; elsewhere: label)."
)
NO_SUCH_LABEL = "{name} has no label '{label}'; it has {labels}. Name one of these."
_FRACTIONS = (
    "{name} is not a mask: it holds fractions such as {value:g}, as a probability map or an "
    "interpolated mask does; cut it at a threshold (0.5, say), and give the mask."
)
_GREY_VALUES = (
    "{name} is not a mask: it holds values from {low:g} to {high:g}, as a scan does; give the "
    "mask that was drawn on the scan."
)
_BACKGROUND = "{name}: label 0 is what is not in the mask; name another one."


def label_mask(
    array: np.ndarray,
    label: int | str | None,
    name: str,
    label_names: Mapping[int, str] = _NO_NAMES,
) -> np.ndarray:
    """The voxels of one label, uint8 0 and 1; all that are not 0, if that is one label.

    Args:
        array: (k, j, i) of any numeric type.
        label: its value or its name; None where there should be one only, whatever its value.
        name: what is spoken of, at the beginning of a sentence: a file, or "The reference".
        label_names: names by value, where the file has them; these labels may have no voxel.

    Raises:
        InputError: several labels and none named, no such label, or no mask at all (fractions,
            grey values).
    """
    present = _values(array)
    if len(present) > 1:
        _refuse_other_than_labels(array, present, label, name)
    labels = sorted({*label_names, *present})
    if label is None and len(labels) > 1:
        raise InputError(SEVERAL_LABELS.format(name=name, labels=listed(labels, label_names)))
    if label is None or not labels:
        return (array != 0).astype(np.uint8)
    value = _value(label, label_names)
    if value == 0:
        raise InputError(_BACKGROUND.format(name=name))
    if value not in labels:
        told = listed(labels, label_names)
        raise InputError(NO_SUCH_LABEL.format(name=name, label=label, labels=told))
    return (array == value).astype(np.uint8)


def listed(labels: list[float], label_names: Mapping[int, str] = _NO_NAMES) -> str:
    """As in `1 (Pancreas), 2, 3 and 114 more`."""
    told = [_told(value, label_names.get(int(value))) for value in labels[:_MOST_LISTED]]
    more = len(labels) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def as_number(label: int | str) -> int | None:
    """The label's value, also where it is written as text; None for a name."""
    try:
        return int(label)
    except ValueError:
        return None


def _told(value: float, name: str | None) -> str:
    number = str(int(value)) if value == int(value) else f"{value:g}"
    return number if name is None else f"{number} ({name})"


def _value(label: int | str, label_names: Mapping[int, str]) -> int | None:
    by_name = {name: value for value, name in label_names.items()}
    return by_name[label] if isinstance(label, str) and label in by_name else as_number(label)


def _values(array: np.ndarray) -> set[float]:
    """Values other than 0; not all of them where there are far too many."""
    found: set[float] = set()
    for one in array:
        inside = one[one != 0]
        if inside.size and inside.min() == inside.max():
            found.add(inside[0].item())
        else:
            found.update(np.unique(inside).tolist())
        if len(found) > MOST_LABELS:
            break
    return found


def _refuse_other_than_labels(
    array: np.ndarray, present: set[float], label: int | str | None, name: str
) -> None:
    low, high = float(array.min()), float(array.max())
    if low < 0 and (label is None or len(present) > MOST_LABELS):
        raise InputError(_GREY_VALUES.format(name=name, low=low, high=high))
    fraction = next((value for value in sorted(present) if value != round(value)), None)
    if fraction is not None:
        raise InputError(_FRACTIONS.format(name=name, value=fraction))
    if len(present) > MOST_LABELS:
        raise InputError(_GREY_VALUES.format(name=name, low=low, high=high))
