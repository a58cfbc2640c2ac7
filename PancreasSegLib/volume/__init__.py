"""A scan with its geometry: reading, writing, axis order, resampling.

Everything that knows about spacing, origin and direction is here and nowhere else.
"""

from PancreasSegLib.volume.box import Box
from PancreasSegLib.volume.grid import Grid
from PancreasSegLib.volume.orientation import axis_codes, reorient
from PancreasSegLib.volume.reading import read_mask, read_volume
from PancreasSegLib.volume.resampling import patient_grid, resample, resample_mask
from PancreasSegLib.volume.volume import Volume
from PancreasSegLib.volume.writing import check_output_path, write_mask, write_volume

__all__ = [
    "Box",
    "Grid",
    "Volume",
    "axis_codes",
    "check_output_path",
    "patient_grid",
    "read_mask",
    "read_volume",
    "reorient",
    "resample",
    "resample_mask",
    "write_mask",
    "write_volume",
]
