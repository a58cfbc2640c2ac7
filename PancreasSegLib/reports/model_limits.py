"""What a model is known to reach and not to do, as sentences for a report."""

from __future__ import annotations

from PancreasSegLib.models.catalogue import list_models
from PancreasSegLib.models.manifest import Manifest

UNKNOWN = (
    "It is no bundled model: its card says what it was trained on and what it reaches.",
    "Look at every result.",
)
BUNDLED = (
    "It was made for contrast-enhanced CT of the abdomen and measured in the portal venous phase; "
    "other phases and plain CT have not been measured.",
    "Operated or diseased pancreata and children have not been measured; tumours and cysts may be "
    "left out of the mask.",
    "It was trained on few scans: look at every result.",
)


def model_limits(model: dict[str, str]) -> list[str]:
    """Of the `model` of a report (name, weights_sha256, licence)."""
    known = [one.manifest for one in list_models()]
    for manifest in known:
        if (manifest.name, manifest.sha256) == (model["name"], model["weights_sha256"]):
            return [*_measured(manifest), *BUNDLED, model["licence"]]
    return [*UNKNOWN, model["licence"]]


def _measured(manifest: Manifest) -> list[str]:
    measured = manifest.measured
    if "mean_dice" not in measured:
        return []
    return [
        f"By cross-validation over {len(measured['cases'])} scans it reaches a DSC of "
        f"{measured['mean_dice']:.2f} ± {measured['sd_dice']:.2f}, {measured['worst_dice']:.2f} "
        "in the worst one (1 is perfect). Its recipe was chosen on these same scans, so expect "
        "less on others."
    ]
