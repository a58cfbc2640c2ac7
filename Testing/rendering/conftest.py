import numpy as np
import pytest

from PancreasSegLib.volume.volume import Volume

# A small abdomen, 40 x 30 x 24 voxels of 4 x 5 x 6 mm, stored left-posterior-superior.
SHAPE = (24, 30, 40)
AFFINE = np.array(
    [[4.0, 0, 0, -80], [0, 5.0, 0, -70], [0, 0, 6.0, -900], [0, 0, 0, 1]], dtype=np.float64
)
PANCREAS_CENTRE = (20.0, -10.0, -830.0)  # LPS mm
PANCREAS_RADIUS = 25.0  # mm


@pytest.fixture
def scan() -> Volume:
    """Soft tissue at 40 HU, a bright organ (240 HU) at the right and front of the patient."""
    array = np.full(SHAPE, 40, dtype=np.float32)
    array[:, :8, :18] = 240
    return Volume(array, AFFINE)


@pytest.fixture
def pancreas() -> Volume:
    """A ball in the patient's left."""
    return ball(PANCREAS_CENTRE, PANCREAS_RADIUS)


@pytest.fixture
def reference() -> Volume:
    """The ball as someone else drew it, 8 mm to the left."""
    x, y, z = PANCREAS_CENTRE
    return ball((x + 8, y, z), PANCREAS_RADIUS)


def ball(centre: tuple[float, float, float], radius: float) -> Volume:
    k, j, i = np.indices(SHAPE)
    points = np.stack([i, j, k], axis=-1) @ AFFINE[:3, :3].T + AFFINE[:3, 3]
    inside = np.linalg.norm(points - np.array(centre), axis=-1) <= radius
    return Volume(inside.astype(np.uint8), AFFINE)
