"""What a segmentation gives back."""

from dataclasses import dataclass

from PancreasSegLib.segmenter.report import Report
from PancreasSegLib.volume.volume import Volume


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The pancreas on exactly the input's grid.

    mask: uint8, 1 = pancreas; all 0 where none was found.
    probability: float32 in [0, 1], if it was asked for; calibrated where the model's manifest says
    how. The mask was cut from it before that, at the manifest's threshold.
    """

    mask: Volume
    probability: Volume | None
    report: Report

    @property
    def found(self) -> bool:
        """False if no pancreas was found."""
        return self.report.found
