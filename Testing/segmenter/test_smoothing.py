import numpy as np
import pytest

from PancreasSegLib.segmenter.smoothing import smoothed
from PancreasSegLib.volume import Volume


def test_smoothing_is_in_millimetres_and_keeps_the_sum() -> None:
    array = np.zeros((21, 21, 21), dtype=np.float32)
    array[10, 10, 10] = 1.0
    answer = smoothed(Volume(array, np.diag([1.0, 2.0, 4.0, 1.0])), 3.0).array
    assert answer.sum() == pytest.approx(1.0, abs=1e-3)
    offsets = np.arange(21) - 10
    for axis, spacing in ((0, 4.0), (1, 2.0), (2, 1.0)):
        others = tuple(other for other in range(3) if other != axis)
        variance = (answer.sum(axis=others) * (offsets * spacing) ** 2).sum()
        assert np.sqrt(variance) == pytest.approx(3.0, rel=0.05)
