"""Public data sets are recognised by how they lie on disk, and read where they belong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.cases import find_cases
from PancreasSegLib.training.data.public_sets import recognise
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells
from Testing.training.data import downloads

SETS = [
    (downloads.nih_pancreas_ct, "NIH Pancreas-CT", ["0001", "0002"]),
    (downloads.msd, "MSD Task07_Pancreas", ["pancreas_001", "pancreas_002"]),
    (downloads.btcv, "BTCV", ["0001", "0002"]),
    (downloads.amos, "AMOS", ["amos_0001", "amos_0002"]),
    (downloads.total_segmentator, "TotalSegmentator", ["s0001", "s0002"]),
]


@pytest.mark.parametrize(("make", "kind", "names"), SETS, ids=[kind for _, kind, _ in SETS])
def test_a_download_is_known_and_its_pancreas_lies_in_its_scan(
    make: Callable[[Path, tuple[int, ...]], None], kind: str, names: list[str], tmp_path: Path
) -> None:
    make(tmp_path, (1, 2))

    found = recognise(tmp_path)
    cases = find_cases(found.source, tmp_path)

    assert found.kind == kind
    assert [case.name for case in cases] == names
    for case in cases:
        scan = read_volume(case.image)
        reference = read_reference(case, scan)
        assert reference.grid.is_same_as(scan.grid)
        np.testing.assert_allclose(scan.affine, downloads.AFFINE)
        assert set(np.unique(reference.array)) == {0, 1}
        assert scan.array[reference.array == 1].min() > 0
        assert scan.array[reference.array == 0].max() < 0


def test_scans_without_their_references_say_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "PANCREAS_0001").mkdir()

    with pytest.raises(InputError) as told:
        recognise(tmp_path)

    assert_tells(str(told.value), str(tmp_path), "label0001.nii.gz")


def test_a_set_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    for copy in ("first", "second"):
        downloads.btcv(tmp_path / copy, (1,))
    for copy in ("first", "second"):
        training = tmp_path / copy / "Abdomen" / "RawData" / "Training"
        training.rename(tmp_path / copy / "Training")

    with pytest.raises(InputError, match="more than once"):
        recognise(tmp_path)
