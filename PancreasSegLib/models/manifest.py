"""The manifest of a model: what a weight file is, what it expects and where it comes from."""

import dataclasses
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from PancreasSegLib.errors import WeightsError
from PancreasSegLib.files.atomic_file import atomic_file
from PancreasSegLib.metrics.reliability import Curve
from PancreasSegLib.models.fields import Fields
from PancreasSegLib.volume.views import VIEWS

AveragedBy = Literal["mean", "median"]
"""How the probabilities of several views and models are put together, voxel by voxel."""

AVERAGES: tuple[str, ...] = get_args(AveragedBy)


@dataclass(frozen=True)
class Window:
    """The grey values that become 0 and 1 at the network's input.

    kind "hu": low and high are grey values as they stand (HU).
    kind "percentile": low and high are percentiles of the body's grey values (MR).
    """

    kind: str
    low: float
    high: float


@dataclass(frozen=True)
class RegionStage:
    """Where to look for the pancreas: the coarse model's name, and how far its box is grown.

    margin_mm: (x, y, z), added on both sides along the patient's axes.
    least_mm: (x, y, z), the box's least size: where the coarse model saw only a part of the
    pancreas, the rest lies not far off.
    """

    model: str
    margin_mm: tuple[float, float, float]
    least_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Manifest:
    """Everything that the segmenter knows about a model besides its weights.

    network: as `networks.build_network` takes it.
    spacing_mm: (x, y, z) of the patient-aligned grid that the network was trained on.
    views: which of that grid's slices the network takes: axial, coronal or sagittal ones; its
    probabilities are averaged where there are several. An RNN relates axial slices.
    averaged_with: names of models beside this one, whose probabilities are averaged with its own,
    all inside its region and cut at its threshold. Every view of every model counts alike.
    averaged_by: one of `AVERAGES`. In a median of three or more no single one puts in what none of
    the others sees, or takes out what all of them see; the median of two is their mean.
    smoothing_mm: standard deviation of the 3D Gaussian that smooths the probability, 0 for none.
    intensity_likelihood: whether the probability is then weighed by the scan's own grey values.
    region: None where the network runs on the whole scan.
    threshold: a voxel is pancreas where its probability, before calibration, is above it.
    least_component: the mask's connected components smaller than this share of the largest are left
    out; 0 keeps all.
    calibration: points (probability, share of pancreas that voxels of it had in cross-validation);
    none where that is not known.
    training, measured: free text and numbers, for people and reports.
    weights, sha256: file name beside the manifest, and the hash of that file.
    """

    name: str
    title: str
    task: str
    network: dict[str, Any]
    modality: str
    window: Window
    spacing_mm: tuple[float, float, float]
    views: tuple[str, ...]
    averaged_with: tuple[str, ...]
    averaged_by: str
    smoothing_mm: float
    intensity_likelihood: bool
    region: RegionStage | None
    threshold: float
    least_component: float
    calibration: Curve
    training: dict[str, Any]
    measured: dict[str, Any]
    licence: str
    weights: str
    sha256: str

    @classmethod
    def from_file(cls, path: Path) -> "Manifest":
        """Read and check the manifest `path`; raises WeightsError with a sentence naming it."""
        path = Path(path)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise WeightsError(
                f"The manifest {path} is missing; put it back beside its weights, or install "
                "PancreasSeg again."
            ) from error
        except (OSError, ValueError) as error:
            raise WeightsError(f"The manifest {path} is not a readable JSON file.") from error
        return cls.from_dict(content, path)

    @classmethod
    def from_dict(cls, content: Any, path: Path) -> "Manifest":
        """Check the content of a manifest; `path` is named in the WeightsError if it is wrong."""
        fields = Fields(content, path)
        return cls(
            name=fields.text("name"),
            title=fields.text("title"),
            task=fields.choice("task", ("region", "pancreas")),
            network=_network(fields),
            modality=fields.choice("modality", ("CT", "MR")),
            window=_window(fields.section("window")),
            spacing_mm=fields.millimetres("spacing_mm"),
            views=_views(fields),
            averaged_with=fields.optional(fields.texts, "averaged_with", ()),
            averaged_by=fields.optional(
                partial(fields.choice, choices=AVERAGES), "averaged_by", "mean"
            ),
            smoothing_mm=fields.optional(fields.length, "smoothing_mm", 0.0),
            intensity_likelihood=fields.optional(fields.truth, "intensity_likelihood", False),
            region=_region(fields),
            threshold=fields.number("threshold", above=0, below=1),
            least_component=fields.share("least_component"),
            calibration=fields.optional(fields.curve, "calibration", ()),
            training=fields.mapping("training"),
            measured=fields.mapping("measured"),
            licence=fields.text("licence"),
            weights=fields.file_name("weights"),
            sha256=fields.sha256("sha256"),
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return dataclasses.asdict(self)

    def to_file(self, path: Path) -> None:
        """Write the manifest as JSON; the file is there as a whole or not at all."""
        text = json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n"
        with atomic_file(Path(path)) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")


def _network(fields: Fields) -> dict[str, Any]:
    fields.section("network").text("kind")
    return fields.mapping("network")


def _window(fields: Fields) -> Window:
    kind = fields.choice("kind", ("hu", "percentile"))
    window = Window(kind, fields.number("low"), fields.number("high"))
    if not window.low < window.high:
        raise fields.error("low", f"is {window.low:g}, and must be below 'high' ({window.high:g})")
    return window


def _views(fields: Fields) -> tuple[str, ...]:
    views: tuple[str, ...] = fields.optional(fields.texts, "views", ("axial",))
    if not views or set(views) - set(VIEWS) or len(views) != len(set(views)):
        raise fields.error("views", f"must name some of {', '.join(VIEWS)}, each once")
    return views


def _region(fields: Fields) -> RegionStage | None:
    if fields.is_null("region"):
        return None
    region = fields.section("region")
    lengths = partial(region.millimetres, zero_allowed=True)
    return RegionStage(
        region.text("model"),
        lengths("margin_mm"),
        region.optional(lengths, "least_mm", (0.0, 0.0, 0.0)),
    )
