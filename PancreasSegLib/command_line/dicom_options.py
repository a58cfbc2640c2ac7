"""`--series`, `--phase` and `--list-series`: what of a DICOM folder is meant."""

from __future__ import annotations

import argparse
from pathlib import Path

ALL = "all"
_OUTPUTS = ("output", "probability", "report", "manifest", "html")


def add_dicom_options(parser: argparse.ArgumentParser) -> None:
    """The options, and `refuse_usage`, which ends the command as argparse does."""
    parser.add_argument(
        "--series",
        metavar="NUMBER|UID|TEXT",
        help="of several DICOM series the one with this number, UID or description, or with this "
        "text in its description (default: the only one that is a scan, or the only axial CT of "
        "80 mm or more; if there is not just one, they are listed and none is segmented)",
    )
    parser.add_argument(
        "--phase",
        type=_phase,
        metavar="N|all",
        help="of several volumes in the DICOM series, such as phases, the N-th; with all, each "
        "gets its own files: OUTPUT_phase1.nii.gz, ... (default: the only one; of several none)",
    )
    parser.add_argument(
        "--list-series",
        action="store_true",
        help="only show the DICOM series of INPUT with their descriptions and UIDs, on the screen "
        "alone: no message, report or manifest has them, but for what you write after --series",
    )
    parser.set_defaults(refuse_usage=parser.error)


def of_each_phase(arguments: argparse.Namespace) -> list[argparse.Namespace]:
    """The arguments, or with `--phase all` those of a run for each phase, with files of its own.

    Raises InputError as `count_phases`.
    """
    if arguments.phase != ALL:
        return [arguments]
    from PancreasSegLib.volume.dicom.reading import count_phases

    count = count_phases(arguments.input, arguments.series)
    return [_of_phase(arguments, phase) for phase in range(1, count + 1)]


def _of_phase(arguments: argparse.Namespace, phase: int) -> argparse.Namespace:
    own = argparse.Namespace(**vars(arguments))
    own.phase = phase
    for name in _OUTPUTS:
        path = getattr(arguments, name)
        if path is not None:
            setattr(own, name, numbered(path, phase))
    return own


def numbered(path: Path, phase: int) -> Path:
    """`mask.nii.gz` becomes `mask_phase2.nii.gz`."""
    ending = ".nii.gz" if path.name.lower().endswith(".nii.gz") else path.suffix
    stem = path.name[: len(path.name) - len(ending)]
    return path.with_name(f"{stem}_phase{phase}{path.name[len(stem) :]}")


def _phase(text: str) -> int | str:
    if text == ALL:
        return ALL
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is neither a phase (1, 2, ...) nor '{ALL}'")
