"""The Slicer extension's CMake files list and install what is in the tree."""

import shutil
import subprocess
from pathlib import Path

import pytest

from Testing.packaging.cmake_listing import LIBRARY, listing

ROOT = LIBRARY.parent

# Stands in for Slicer's own CMake package, with the same variables and the macro's install rule.
SLICER_CONFIG = """
set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/Empty.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/Empty.cmake)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
"""
USE_SLICER = """
macro(slicerMacroBuildScriptedModule)
  cmake_parse_arguments(MY "WITH_SUBDIR" "NAME" "SCRIPTS;RESOURCES" ${ARGN})
  if(MY_UNPARSED_ARGUMENTS OR NOT MY_WITH_SUBDIR)
    message(FATAL_ERROR "unexpected arguments: ${ARGN}")
  endif()
  foreach(file ${MY_SCRIPTS} ${MY_RESOURCES})
    get_filename_component(folder ${file} DIRECTORY)
    install(FILES ${file}
      DESTINATION ${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR}/${MY_NAME}/${folder})
  endforeach()
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


@pytest.mark.skipif(
    not all(shutil.which(tool) for tool in ("cmake", "make", "cc", "c++")),
    reason="cmake, make and a C++ compiler are not installed",
)
def test_the_extension_installs_the_library_and_the_models_side_by_side(tmp_path: Path) -> None:
    slicer, build, installed = tmp_path / "slicer", tmp_path / "build", tmp_path / "installed"
    slicer.mkdir()
    (slicer / "SlicerConfig.cmake").write_text(SLICER_CONFIG)
    (slicer / "UseSlicer.cmake").write_text(USE_SLICER)
    (slicer / "Empty.cmake").touch()

    subprocess.run(["cmake", "-S", ROOT, "-B", build, f"-DSlicer_DIR={slicer}"], check=True)
    subprocess.run(["cmake", "--install", build, "--prefix", installed], check=True)

    modules = installed / "lib" / "Slicer-5.12" / "qt-scripted-modules"
    assert {path.name for path in modules.iterdir()} == {"PancreasSegLib", "Resources"}
    assert files_below(modules / "PancreasSegLib") == files_below(LIBRARY)
    assert files_below(modules / "Resources") == {
        f"Models/{name}" for name in files_below(ROOT / "Resources" / "Models")
    }
