"""The wheel holds the library with its models, installs anywhere, and brings the command."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import hatchling
import pytest

from PancreasSegLib import __version__

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_one_package_and_nothing_else_at_top_level(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top_level = {name.split("/")[0] for name in archive.namelist()}

    assert top_level == {"PancreasSegLib", f"pancreasseg-{__version__}.dist-info"}


def test_the_wheel_has_the_bundled_models_inside_the_package(wheel: Path) -> None:
    bundled = {path.name for path in (ROOT / "Resources" / "Models").iterdir()}
    with zipfile.ZipFile(wheel) as archive:
        folder = "PancreasSegLib/Resources/Models/"
        packed = {n.removeprefix(folder) for n in archive.namelist() if n.startswith(folder)}

    assert "README.md" in packed
    assert packed == bundled


def test_the_wheel_has_the_experiments_of_the_paper(wheel: Path) -> None:
    home = ROOT / "Resources" / "experiments" / "paper"
    own = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        folder = "PancreasSegLib/Resources/experiments/paper/"
        packed = {n.removeprefix(folder) for n in archive.namelist() if n.startswith(folder)}

    assert {"table1_ct.toml", "smoke.toml", "published/table1.toml"} <= packed
    assert packed == own


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a virtual environment with this wheel, and what else is installed here."""
    venv = tmp_path_factory.mktemp("wheel") / "mý päth with spaces" / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    install = ["-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([venv / "bin" / "python", *install, wheel], check=True)
    (packages,) = venv.glob("lib/python3.*/site-packages")
    for other in Path(hatchling.__file__).parents[1].iterdir():
        if not (packages / other.name).exists():
            (packages / other.name).symlink_to(other)
    return venv / "bin"


@pytest.mark.parametrize("command", [["pancreasseg"], ["python", "-m", "PancreasSegLib"]])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_command_runs_where_the_path_has_spaces_and_other_letters(
    installed: Path, tmp_path: Path, command: list[str], locale: str
) -> None:
    done = subprocess.run(
        [installed / command[0], *command[1:], "models"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LC_ALL": locale},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_to_cite_is_the_version_of_the_package() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert f"\nversion: {__version__}\n" in citation


def test_every_package_that_the_project_names_has_an_exact_tested_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = list(chain(project["dependencies"], *project["optional-dependencies"].values()))
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in constraints if "==" in line}

    without_version = {re.split("[>=;]", entry)[0] for entry in named} - pinned

    assert {entry for entry in without_version if not entry.startswith("pancreasseg[")} == set()
