"""Figure 5 of Cai et al. 2017: 3D surfaces of cases at about 90, 75 and 60 % DSC."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from PancreasSegLib.experiments.report.figure_files import figure
from PancreasSegLib.experiments.report.rows import Row
from PancreasSegLib.experiments.study import Study
from PancreasSegLib.rendering.surface_picture import surface_picture
from PancreasSegLib.training.data.references import read_reference
from PancreasSegLib.volume import read_mask, read_volume

WANTED = (0.90, 0.75, 0.60)


def draw_surfaces(study: Study, row: Row, path: Path) -> str:
    """Draw the cases of `row` that are nearest to WANTED; the caption.

    Raises `RenderingUnavailable` where there is no OpenGL.
    """
    from matplotlib import image

    chosen = nearest_cases({case: values["dice"] for case, values in row.cases.items()})
    told = []
    with (
        TemporaryDirectory(prefix="pancreasseg-") as folder,
        figure(path, (10, 4.4 * len(chosen)), len(chosen), ground="black") as (drawn, axes),
    ):
        for number, key in enumerate(chosen):
            case = study.cases[row.cases[key]["scan"]]
            picture = Path(folder) / f"{number}.png"
            reference = read_reference(case, read_volume(case.image))
            score = f"{key}: DSC {row.cases[key]['dice']:.2f}"
            surface_picture(read_mask(row.masks[key]), picture, reference, score)
            axes[number, 0].imshow(image.imread(picture))
            axes[number, 0].set_axis_off()
            told.append(score)
        drawn.tight_layout(pad=0.2)
    return (
        f"Surfaces of {row.label}, of the cases nearest to a DSC of 0.90, 0.75 and 0.60"
        f" ({'; '.join(told)}): reference golden, result green. From the front and from below."
    )


def nearest_cases(dice: Mapping[str, float]) -> list[str]:
    """The case nearest to each of WANTED; none twice, so fewer where there are fewer."""
    left, chosen = dict(dice), []
    for wanted in WANTED:
        if left:
            nearest = min(sorted(left), key=lambda case: abs(left[case] - wanted))
            chosen.append(nearest)
            del left[nearest]
    return chosen
