"""Where the bundled models are."""

from pathlib import Path

from PancreasSegLib.errors import WeightsError

PACKAGE = Path(__file__).resolve().parent.parent


def models_folder() -> Path:
    """The folder of the bundled models, in each of the three places PancreasSeg lives in.

    - a wheel: `PancreasSegLib/Resources/Models`
    - a source tree: `Resources/Models` beside `PancreasSegLib`
    - an installed extension: `qt-scripted-modules/Resources/Models` beside
      `qt-scripted-modules/PancreasSegLib`, so the same place as in a source tree

    Raises WeightsError where there is none of them.
    """
    for root in (PACKAGE, PACKAGE.parent):
        folder = root / "Resources" / "Models"
        if folder.is_dir():
            return folder
    raise WeightsError(
        f"The folder Resources/Models with the bundled models was found neither in {PACKAGE} "
        "nor beside it; install PancreasSeg again."
    )
