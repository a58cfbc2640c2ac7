"""Slicer finds things by their names: one name, everywhere."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "PancreasSeg"


def base_classes(file: Path) -> dict[str, str]:
    """The classes of a Python file, and the first class that each is made from."""
    return {
        one.name: ast.unparse(one.bases[0])
        for one in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(one, ast.ClassDef) and one.bases
    }


def test_the_project_is_called_as_its_entry_in_the_extensions_index() -> None:
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")

    (project,) = re.findall(r"^project\((\w+)\)$", text, flags=re.MULTILINE)

    assert [path.stem for path in ROOT.glob("*.json")] == [project] == ["PancreasSeg"]


@pytest.mark.parametrize("folder", ["PancreasSeg", "PancreasSegLib"])
def test_a_folder_for_slicer_is_added_and_called_as_it_says(folder: str) -> None:
    added = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    own = (ROOT / folder / "CMakeLists.txt").read_text(encoding="utf-8")

    assert f"add_subdirectory({folder})\n" in added
    assert re.search(rf"\b(NAME|set\(MODULE_NAME) {folder}\b", own)


def test_the_module_has_the_four_classes_that_slicer_looks_for() -> None:
    classes = base_classes(MODULE / "PancreasSeg.py")

    for role in ["", "Widget", "Logic", "Test"]:
        assert classes[f"PancreasSeg{role}"] == f"ScriptedLoadableModule{role}"


def test_every_python_file_beside_the_module_is_itself_a_module() -> None:
    # Slicer takes each of them for one, and tells the user of those that are not.
    files = sorted(MODULE.glob("*.py"))

    assert files
    for file in files:
        assert base_classes(file).get(file.stem) == "ScriptedLoadableModule", file.name
