"""Every kind of the catalogue can be made of the phantom."""

from __future__ import annotations

import numpy as np
import pytest
from kinds.catalogue import KINDS, WHOLE
from kinds.examination import Examination

from PancreasSegLib.volume import Volume


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_has_a_pancreas_and_leaves_the_scan_it_is_made_of_as_it_was(
    name: str, examination: Examination
) -> None:
    before = examination.scan.array.copy()

    made = KINDS[name](examination)

    assert (examination.scan.array == before).all()
    if made is None:
        assert name.startswith(("slab:", "half the dose")), "this one can always be made"
        return
    assert made.reference.array.any()
    assert np.isfinite(made.scan.array).all()
    assert made.scan.modality == "CT"
    assert (made is examination) == (name == WHOLE)


def test_an_examination_lies_on_one_grid(examination: Examination) -> None:
    elsewhere = examination.grid.affine.copy()
    elsewhere[0, 3] += 1

    with pytest.raises(ValueError, match="one grid"):
        Examination(
            examination.scan, Volume(examination.reference.array, elsewhere), examination.organs
        )
