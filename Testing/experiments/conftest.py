"""The phantom as an examination, once for all tests."""

from __future__ import annotations

import pytest
from kinds.examination import Examination

from PancreasSegLib.phantom.synthetic_ct import SyntheticScan, synthetic_ct
from Testing.experiments.kinds.examinations import of_phantom
from Testing.segmenter.conftest import bright_jac, save_model

__all__ = ["bright_jac", "save_model"]


@pytest.fixture(scope="session")
def phantom() -> SyntheticScan:
    return synthetic_ct(spacing_mm=(3.0, 3.0, 4.0))


@pytest.fixture(scope="session")
def examination(phantom: SyntheticScan) -> Examination:
    return of_phantom(phantom)
