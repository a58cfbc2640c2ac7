"""The synthetic abdominal CT that the demo, the tests and the benchmarks share."""

from PancreasSegLib.phantom.synthetic_ct import SyntheticScan, synthetic_ct
from PancreasSegLib.phantom.tissue import Organ

__all__ = ["Organ", "SyntheticScan", "synthetic_ct"]
