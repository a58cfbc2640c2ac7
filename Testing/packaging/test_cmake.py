"""The Slicer extension's CMake files list and install what is in the tree."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from Testing.packaging.cmake_listing import LIBRARY, listing

ROOT = LIBRARY.parent
MODULE = ROOT / "PancreasSeg"

# Stands in for Slicer's own CMake package, with the same variables and rules: `WITH_SUBDIR`
# installs into a folder that is called as the source folder is; tests are there to be counted.
SLICER_CONFIG = """
set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/Empty.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/Empty.cmake)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
"""
USE_SLICER = """
macro(slicerMacroBuildScriptedModule)
  cmake_parse_arguments(MY "WITH_GENERIC_TESTS;WITH_SUBDIR" "NAME" "SCRIPTS;RESOURCES" ${ARGN})
  if(MY_UNPARSED_ARGUMENTS OR NOT MY_NAME)
    message(FATAL_ERROR "unexpected arguments: ${ARGN}")
  endif()
  set(destination ${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR})
  if(MY_WITH_SUBDIR)
    get_filename_component(subdir ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    string(APPEND destination /${subdir})
  endif()
  foreach(file ${MY_SCRIPTS} ${MY_RESOURCES})
    get_filename_component(folder ${file} DIRECTORY)
    install(FILES ${file} DESTINATION ${destination}/${folder})
  endforeach()
  if(BUILD_TESTING AND MY_WITH_GENERIC_TESTS)
    message(STATUS "generic tests of ${MY_NAME}")
  endif()
endmacro()

macro(slicer_add_python_unittest)
  cmake_parse_arguments(MY_TEST "" "SCRIPT" "" ${ARGN})
  if(MY_TEST_UNPARSED_ARGUMENTS OR NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${MY_TEST_SCRIPT})
    message(FATAL_ERROR "unexpected arguments: ${ARGN}")
  endif()
  message(STATUS "unit test ${MY_TEST_SCRIPT}")
endmacro()
"""


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "CMakeLists.txt"
    }


def test_every_file_of_the_library_is_listed_for_slicer() -> None:
    listed = (LIBRARY / "CMakeLists.txt").read_text(encoding="utf-8")

    assert listed == listing(LIBRARY), (
        "PancreasSegLib/CMakeLists.txt does not list the files in the tree: "
        "run `python Testing/packaging/cmake_listing.py`."
    )


def test_the_listing_has_scripts_and_resources_of_every_folder(tmp_path: Path) -> None:
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    for name in ["b.py", "room/a.py", "room/table.csv", "room/__pycache__/a.pyc", "CMakeLists.txt"]:
        (tmp_path / name).touch()

    entries = [line.strip() for line in listing(tmp_path).splitlines() if line[:1] != "#"]

    assert entries == [
        "slicerMacroBuildScriptedModule(",
        "NAME PancreasSegLib",
        *["SCRIPTS", "b.py", "room/a.py"],
        *["RESOURCES", "room/table.csv"],
        "WITH_SUBDIR",
        ")",
    ]


def test_every_file_of_the_module_is_listed_for_slicer() -> None:
    text = (MODULE / "CMakeLists.txt").read_text(encoding="utf-8")
    listed = text.replace("${MODULE_NAME}", "PancreasSeg").split()

    assert {name for name in listed if re.fullmatch(r"[\w/]+\.\w+", name)} == files_below(MODULE)


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The installed `qt-scripted-modules`, and what CMake said."""
    if not all(shutil.which(tool) for tool in ("cmake", "make", "cc", "c++")):
        pytest.skip("cmake, make and a C++ compiler are not installed")
    folder = tmp_path_factory.mktemp("extension")
    slicer, build, installed = folder / "slicer", folder / "build", folder / "installed"
    slicer.mkdir()
    (slicer / "SlicerConfig.cmake").write_text(SLICER_CONFIG)
    (slicer / "UseSlicer.cmake").write_text(USE_SLICER)
    (slicer / "Empty.cmake").touch()
    configure = ["cmake", "-S", ROOT, "-B", build, f"-DSlicer_DIR={slicer}", "-DBUILD_TESTING=ON"]

    said = subprocess.run(configure, check=True, capture_output=True, text=True).stdout
    subprocess.run(["cmake", "--install", build, "--prefix", installed], check=True)

    return installed / "lib" / "Slicer-5.12" / "qt-scripted-modules", said


def test_the_extension_installs_module_library_and_models_side_by_side(
    extension: tuple[Path, str],
) -> None:
    installed, _ = extension

    assert {path.name for path in installed.iterdir()} == {
        "PancreasSeg.py",
        "PancreasSegLib",
        "Resources",
    }
    assert files_below(installed / "PancreasSegLib") == files_below(LIBRARY)
    assert files_below(installed / "Resources") == {
        *files_below(MODULE / "Resources"),
        *(f"Models/{name}" for name in files_below(ROOT / "Resources" / "Models")),
    }


def test_the_installed_library_finds_the_installed_models(extension: tuple[Path, str]) -> None:
    installed, _ = extension
    find = "from PancreasSegLib.models.folder import models_folder; print(models_folder())"

    found = subprocess.run(
        [sys.executable, "-c", find],
        env={"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=installed,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert Path(found.strip()) == installed / "Resources" / "Models"


def test_slicer_runs_the_self_test_and_its_own_generic_tests(extension: tuple[Path, str]) -> None:
    _, said = extension

    assert "-- generic tests of PancreasSeg\n" in said
    assert "-- unit test PancreasSeg.py\n" in said
