"""Whom a model has seen: what it says of a scan that it was trained on is no measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.models.catalogue import Model, find_averaged_models, find_region_model


@dataclass(frozen=True)
class Seen:
    """Scans, and patients of whom loose slices were seen; by their names in the training data."""

    scans: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()

    def __or__(self, other: Seen) -> Seen:
        return Seen(self.scans | other.scans, self.patients | other.patients)

    @property
    def names(self) -> frozenset[str]:
        """All of them: a loose slice's patient is named as the scan of that patient is."""
        return self.scans | self.patients

    def as_dict(self) -> dict[str, list[str]]:
        """As a manifest holds it."""
        return {"scans": sorted(self.scans), "patients": sorted(self.patients)}


def seen_by_weights(model: Model) -> Seen:
    """Whom the weights of `model` were trained on or selected by, those that they start from too.

    Raises WeightsError where the manifest does not tell.
    """
    record: Any = model.manifest.training.get("seen")
    try:
        return Seen(frozenset(record["scans"]), frozenset(record["patients"]))
    except (TypeError, KeyError):
        raise WeightsError(
            f"The manifest of '{model.manifest.name}' in {model.folder} does not tell which scans "
            "its weights have seen (training, seen); train that model anew."
        ) from None


def seen_by(model: Model) -> Seen:
    """Whom the masks of `model` owe something to: as above, of every network that takes part.

    That is its own, its region model's and those of the models that it is averaged with.
    Raises WeightsError where one of them is missing or does not tell.
    """
    region = find_region_model(model)
    seen = seen_by_weights(model)
    for other in [*([] if region is None else [region]), *find_averaged_models(model)]:
        seen |= seen_by_weights(other)
    return seen
