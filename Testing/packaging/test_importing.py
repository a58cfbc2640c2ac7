"""Importing the package is light, because Slicer does it at start-up."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import PancreasSegLib

ROOT = Path(__file__).resolve().parents[2]


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_package_imports_neither_torch_nor_simpleitk_nor_vtk() -> None:
    heavy = run_python(
        "import sys, PancreasSegLib\n"
        "print({name.partition('.')[0] for name in sys.modules}"
        " & {'torch', 'SimpleITK', 'vtk', 'vtkmodules', 'numpy', 'matplotlib'})"
    )

    assert heavy == "set()"


def test_importing_the_package_takes_under_a_third_of_a_second() -> None:
    # Processor time: a busy machine does not make it longer.
    timing = (
        "import time; start = time.process_time(); import PancreasSegLib;"
        "print(time.process_time() - start)"
    )

    assert min(float(run_python(timing)) for _ in range(3)) < 0.3


@pytest.mark.parametrize("name", sorted(set(PancreasSegLib.__all__)))
def test_every_public_name_can_be_imported_from_the_package(name: str) -> None:
    assert getattr(PancreasSegLib, name) is not None


def test_a_public_name_is_the_object_of_its_own_module() -> None:
    reading = import_module("PancreasSegLib.volume.reading")

    assert PancreasSegLib.read_volume is reading.read_volume


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Spleen'"):
        PancreasSegLib.Spleen  # noqa: B018


def test_public_names_are_listed_before_they_are_loaded() -> None:
    assert run_python("import PancreasSegLib; print('Segmenter' in dir(PancreasSegLib))") == "True"
