"""The experiments that come with PancreasSeg, and those of the user, by name or by path."""

from __future__ import annotations

from pathlib import Path

from PancreasSegLib.errors import InputError
from PancreasSegLib.models.folder import PACKAGE


def definitions_folder() -> Path:
    """`Resources/experiments/paper`: inside of the package in a wheel, beside it in a source tree.

    Raises `InputError` where it is not there: the extension in Slicer does not bring it.
    """
    for root in (PACKAGE, PACKAGE.parent):
        folder = root / "Resources" / "experiments" / "paper"
        if folder.is_dir():
            return folder
    raise InputError(
        "The experiments of the paper are not installed here; install PancreasSeg by pip, or give"
        " the path of a .toml file."
    )


def find_definition(name_or_path: str) -> Path:
    """The file of an experiment: a name such as table1_ct, or the path of a .toml file.

    Raises `InputError` with the known names where there is none.
    """
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise InputError(f"There is no experiment {path}; check the path.")
        return path
    folder = definitions_folder()
    path = folder / f"{name_or_path}.toml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
        raise InputError(
            f"There is no experiment '{name_or_path}'; known are {known}. One of your own is named"
            " by the path of its .toml file."
        )
    return path
