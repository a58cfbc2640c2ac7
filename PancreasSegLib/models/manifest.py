"""The manifest of a model: what a weight file is, what it expects and where it comes from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from PancreasSegLib.errors import InputError, WeightsError
from PancreasSegLib.files.json_file import write_json
from PancreasSegLib.metrics.reliability import Curve
from PancreasSegLib.models.combination import Combination
from PancreasSegLib.models.table import read_table, refuse_folder, refuse_negative

Millimetres = tuple[float, float, float]
"""Three lengths along the patient's x, y and z axis."""

View = Literal["axial", "coronal", "sagittal"]
Modality = Literal["CT", "MR"]
Task = Literal["region", "pancreas"]

NO_SETTINGS = frozenset({"name", "title", "training", "measured", "licence", "weights", "sha256"})
"""The entries of a manifest on which no mask depends, but for the weights with a hash of theirs."""


@dataclass(frozen=True)
class Window:
    """The grey values that become 0 and 1 at the network's input.

    kind "hu": low and high are grey values as they stand (HU).
    kind "percentile": low and high are percentiles of the body's grey values (MR).

    Raises `InputError` where low is not below high.
    """

    kind: Literal["hu", "percentile"]
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise InputError(f"low is {self.low:g}; it must be below high, {self.high:g}.")


@dataclass(frozen=True)
class RegionStage:
    """Where to look for the pancreas: the coarse model's name, and how far its box is grown.

    margin_mm: (x, y, z), added on both sides along the patient's axes.
    least_mm: (x, y, z), the box's least size: where the coarse model saw only a part of the
    pancreas, the rest lies not far off.

    Raises `InputError` for a length below 0, or a name that leads to another folder.
    """

    model: str
    margin_mm: Millimetres
    least_mm: Millimetres = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        refuse_folder("model", self.model)
        refuse_negative("margin_mm", self.margin_mm)
        refuse_negative("least_mm", self.least_mm)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Everything that the segmenter knows about a model besides its weights.

    network: as `networks.build_network` takes it.
    spacing_mm: (x, y, z) of the patient-aligned grid that the network was trained on.
    views: which of that grid's slices the network takes: axial, coronal or sagittal ones; its
    probabilities are averaged where there are several. An RNN relates axial slices.
    organs: what the network's classes are from 2 on; none where it knows the pancreas alone.
    combination: how the mask is made of the probabilities.
    region: None where the network runs on the whole scan.
    field_of_view_mm: (x, y, z), what of the scan the network sees at least, about the region's
    centre; its answer counts inside the region alone.
    calibration: points (probability, share of pancreas that voxels of it had in cross-validation);
    none where that is not known.
    training, measured: free text and numbers, for people and reports.
    weights, sha256: file name beside the manifest, and the hash of that file.

    Raises `InputError` for a value that cannot be.
    """

    name: str
    title: str
    task: Task
    network: dict[str, Any]
    modality: Modality
    window: Window
    spacing_mm: Millimetres
    views: tuple[View, ...] = ("axial",)
    organs: tuple[str, ...] = ()
    combination: Combination = field(default_factory=Combination)
    region: RegionStage | None = None
    field_of_view_mm: Millimetres = (0.0, 0.0, 0.0)
    calibration: Curve = ()
    training: dict[str, Any]
    measured: dict[str, Any]
    licence: str
    weights: str
    sha256: str

    def __post_init__(self) -> None:
        refuse_folder("name", self.name)
        refuse_folder("weights", self.weights)
        if min(self.spacing_mm) <= 0:
            raise InputError(f"spacing_mm is {list(self.spacing_mm)}; it must be lengths above 0.")
        refuse_negative("field_of_view_mm", self.field_of_view_mm)
        if not self.views or len(self.views) != len(set(self.views)):
            raise InputError(f"views is {list(self.views)}; it must name one or more, each once.")
        if self.organs and len(self.organs) != self.network.get("classes", 0) - 2:
            raise InputError(
                f"organs is {list(self.organs)}; it must name the network's classes from 2 on."
            )
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise InputError(
                f"sha256 is '{self.sha256}'; it must be a SHA-256 of 64 hexadecimal digits."
            )
        shares = all(0 <= share <= 1 for point in self.calibration for share in point)
        if not shares or any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(self.calibration)):
            raise InputError("calibration must be a list of rising points [x, y] from 0 to 1.")

    @property
    def settings_sha256(self) -> str:
        """The hash of all entries on which a mask and its report depend, besides the weights."""
        content = self.as_dict()
        settings = {name: content[name] for name in content.keys() - NO_SETTINGS}
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @property
    def fingerprint(self) -> dict[str, str]:
        """Its name with the hashes of weights and settings: by what a mask was made."""
        return {
            "name": self.name,
            "weights_sha256": self.sha256,
            "settings_sha256": self.settings_sha256,
        }

    @classmethod
    def from_file(cls, path: Path) -> Manifest:
        """Read and check the manifest `path`; raises WeightsError with a sentence naming it.

        A file that is as it was is not read again: Slicer's panel asks for all at every change.
        """
        path = Path(path)
        try:
            state = path.stat()
            return _read(path, state.st_mtime_ns, state.st_size)
        except FileNotFoundError as error:
            raise WeightsError(
                f"The manifest {path} is missing; put it back beside its weights, or install "
                "PancreasSeg again."
            ) from error
        except OSError as error:
            raise WeightsError(
                f"The manifest {path} cannot be opened ({error.strerror}); check the path."
            ) from error
        except ValueError as error:
            raise WeightsError(f"The manifest {path} is not a readable JSON file.") from error

    @classmethod
    def from_dict(cls, content: Any, path: Path) -> Manifest:
        """Check the content of a manifest; `path` is named in the WeightsError if it is wrong."""
        try:
            manifest: Manifest = read_table(cls, content, f"The manifest {path}")
        except InputError as error:
            raise WeightsError(str(error)) from None
        return manifest

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return dataclasses.asdict(self)

    def to_file(self, path: Path) -> None:
        """Write the manifest as JSON; the file is there as a whole or not at all."""
        write_json(self.as_dict(), Path(path))


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Manifest:
    return Manifest.from_dict(json.loads(path.read_text(encoding="utf-8")), path)
