"""Slicer installs only the files that PancreasSegLib/CMakeLists.txt lists.

`python Testing/packaging/cmake_listing.py` writes the listing anew from the files in the tree.
"""

from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2] / "PancreasSegLib"

TEMPLATE = """\
# Slicer installs only what is listed here. Written by Testing/packaging/cmake_listing.py:
# run `python Testing/packaging/cmake_listing.py` after adding, moving or removing a file.
slicerMacroBuildScriptedModule(
  NAME PancreasSegLib
  SCRIPTS
{scripts}
{resources}  WITH_SUBDIR
  )
"""


def listing(library: Path) -> str:
    """The text of CMakeLists.txt for the files that lie in the folder `library`."""
    files = sorted(
        path.relative_to(library).as_posix()
        for path in library.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "CMakeLists.txt"
    )
    scripts = [name for name in files if name.endswith(".py")]
    resources = [name for name in files if not name.endswith(".py")]
    return TEMPLATE.format(
        scripts="\n".join(f"    {name}" for name in scripts),
        resources="".join(["  RESOURCES\n", *(f"    {name}\n" for name in resources)])
        if resources
        else "",
    )


if __name__ == "__main__":
    (LIBRARY / "CMakeLists.txt").write_text(listing(LIBRARY), encoding="utf-8", newline="\n")
