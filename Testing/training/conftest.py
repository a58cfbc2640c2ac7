"""Small scans as files, and a configuration that trains on them within seconds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import Volume, write_mask, write_volume

AFFINE = np.diag([3.0, 3.0, 4.0, 1.0])

RNN_RECIPE = """\
[rnn]
steps = 2
batch = 1
length = 3
learning_rate = 1e-4
recurrent_learning_rate = 1e-3
validate_every = 2
"""

CONFIGURATION = (
    """\
name = "tiny"
output = "run"
seed = 1
network = { channels = 4, blocks = 1, scales = 2, hidden = 2, directions = ["superior"] }

[data]
volumes = [{ folder = "scans" }]
window = { kind = "hu", low = -100, high = 240 }
spacing_mm = [3.0, 3.0, 4.0]
validation = ["b"]
held_out = ["c"]

[sampling]
crop = [16, 16]
centre = "pancreas"
jitter_mm = 5

[augmentation]

[cnn]
steps = 2
batch = 2
learning_rate = 1e-3
refit_steps = 2
validate_every = 2

"""
    + RNN_RECIPE
    + """
[export]
folder = "models"
cnn = "tiny-jac"
rnn = "tiny-rnn"
task = "pancreas"
licence = "Weights for research use only."
"""
)

WITHOUT_RNN = ((RNN_RECIPE, ""), ('rnn = "tiny-rnn"\n', ""))
CORONAL = (
    ("4.0]", '4.0]\nviews = ["coronal"]'),
    ('cnn = "tiny-jac"', 'cnn = "tiny-coronal"'),
)

UNET3D = (
    ("{ channels = 4, blocks = 1", '{ cnn = "UNet3D", classes = 3, channels = 4, blocks = 1'),
    (
        'volumes = [{ folder = "scans" }]',
        'volumes = [{ folder = "scans", organs = { file = "{case}_organs.nii.gz", '
        "labels = { liver = 6 } } }]",
    ),
    (
        '[sampling]\ncrop = [16, 16]\ncentre = "pancreas"\njitter_mm = 5',
        "[patches]\nsize = [8, 16, 16]\njitter_mm = 5",
    ),
    ("batch = 2\n", 'batch = 2\nloss = "classes"\nweight_average = 0.5\n'),
    ('"tiny-jac"', '"tiny-3d"'),
)
"""Changes to a UNet3D that knows the liver as well; `organ_maps` writes where that is."""

SUPERPIXELS = (
    (
        '{ channels = 4, blocks = 1, scales = 2, hidden = 2, directions = ["superior"] }',
        '{ cnn = "Superpixels", channels = 2, size = 4, stride = 2, scales = [1.5, 3.0] }',
    ),
    (
        '[sampling]\ncrop = [16, 16]\ncentre = "pancreas"\njitter_mm = 5',
        "[superpixels]\njitter_mm = 3\n"
        "[superpixels.forests]\ntrees = 4\nrows_per_scan = 300\nsensitivity = 0.9\n"
        "[superpixels.boxes]\ndeformations = 2\npositive = 0.5",
    ),
    ("batch = 2\n", 'batch = 8\nloss = "cross_entropy"\n'),
    ('cnn = "tiny-jac"', 'cnn = "tiny-superpixels"'),
    (
        'task = "pancreas"',
        'task = "pancreas"\nregion = { model = "coarse-ct", margin_mm = [15, 15, 8] }',
    ),
)
"""Changes to Superpixels, in the region of a coarse model that is among the bundled ones."""

ALL_SCANS = (
    ('validation = ["b"]\n', ""),
    ('held_out = ["c"]\n', ""),
    ("refit_steps = 2\n", ""),
)
"""Changes that leave no scan aside: cross-validation does that."""

AVERAGE = (
    'task = "pancreas"',
    'task = "pancreas"\naverage = { name = "mean", '
    'combination = { averaged_with = ["tiny-coronal"], threshold = 0.3 } }',
)


def refused(sentence: str) -> pytest.RaisesExc[InputError]:
    """Expects an `InputError` that begins with `sentence`."""
    return pytest.raises(InputError, match=f"^{re.escape(sentence)}")


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    """A scan (10, 20, 24) in HU, air around a body with a bright box, and the box as its mask."""
    random = np.random.default_rng(7)
    scan = np.full((10, 20, 24), -1000, np.int16)
    scan[:, 2:18, 2:22] = random.integers(20, 60, (10, 16, 20))
    mask = np.zeros(scan.shape, np.uint8)
    mask[3:7, 6:13, 8:17] = 1
    scan[mask == 1] += 100
    return scan, mask


@pytest.fixture
def write_pair(pair: tuple[np.ndarray, np.ndarray]) -> Callable[..., None]:
    """Writes the scan and its mask to two files, on the grid 3 x 3 x 4 mm."""

    def write(image: Path, label: Path) -> None:
        for path in (image, label):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_volume(Volume(pair[0], AFFINE), image)
        write_mask(Volume(pair[1], AFFINE), label)

    return write


@pytest.fixture
def scans(tmp_path: Path, write_pair: Callable[..., None]) -> Path:
    """The folder `scans` with the cases a, b and c."""
    folder = tmp_path / "scans"
    for name in "abc":
        write_pair(folder / f"{name}.nii.gz", folder / f"{name}_label.nii.gz")
    return folder


@pytest.fixture
def organ_maps(scans: Path) -> np.ndarray:
    """A label map (10, 20, 24) beside each scan: 6 is the liver, beside the pancreas."""
    labels = np.zeros((10, 20, 24), np.uint8)
    labels[1:8, 4:14, 3:8] = 6
    labels[0, 0, 0] = 4
    for name in "abc":
        write_volume(Volume(labels, AFFINE), scans / f"{name}_organs.nii.gz")
    return labels


@pytest.fixture
def write_config(tmp_path: Path) -> Callable[..., Path]:
    """Writes `tiny.toml`, each text of `changes` replaced by the one after it."""

    def write(*changes: tuple[str, str], name: str = "tiny.toml") -> Path:
        text = CONFIGURATION
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def config(scans: Path, write_config: Callable[..., Path]) -> Path:
    """A configuration that leaves no scan aside."""
    return write_config(*ALL_SCANS)


def made_from(
    scans: Path, name: str, write: Callable[..., Path], *changes: tuple[str, str]
) -> Path:
    """A configuration with a scan that was made from `name` of `scans`, for training only."""
    folder = scans.parent / "made"
    folder.mkdir()
    for ending in (".nii.gz", "_label.nii.gz"):
        shutil.copyfile(scans / f"{name}{ending}", folder / f"{name}-native{ending}")
    patients = f"case,patient\n{name}-native,{name}\n"
    (folder / "patients.csv").write_text(patients, encoding="utf-8")
    both = '[{ folder = "scans" }, { folder = "made", training_only = true }]'
    return write(('[{ folder = "scans" }]', both), *changes)


def coronal(write_config: Callable[..., Path], *changes: tuple[str, str]) -> Path:
    """The configuration of a CNN of coronal slices, on all scans."""
    named = (('"tiny"', '"coronal"'), ('"run"', '"coronal-run"'))
    return write_config(*ALL_SCANS, *WITHOUT_RNN, *CORONAL, *named, *changes, name="coronal.toml")
