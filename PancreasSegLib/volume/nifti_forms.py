"""Where a NIfTI file's voxels lie: its sform, its qform or its voxel sizes alone, by ITK's rule.

ITK (and so 3D Slicer) takes the sform where there is no qform, where the sform is the scanner's
own (code 1), or where both agree but for the sign of axes; else the qform. Source:
`SetImageIOOrientationFromNIfTI` of itkNiftiImageIO.cxx, ITK 5.4. Unlike ITK, a sheared sform is
taken if it is the only one, and a matrix that is none (zeros, NaN) is passed over in favour of
the other.
"""

from __future__ import annotations

import numpy as np

from PancreasSegLib.volume.grid import Grid, checked_affine
from PancreasSegLib.volume.orientation import axis_codes
from PancreasSegLib.volume.reading_warnings import (
    ASSUMED_SPACING,
    FORMS_DISAGREE,
    NEGATIVE_SIZES,
    NO_ORIENTATION,
    VOXEL_SIZES_DIFFER,
)

LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])

_SCANNER = 1  # code of a form that gives the scanner's own coordinates
_MM_PER_UNIT = {1: 1000.0, 3: 0.001}  # metres, micrometres; 2 is mm, 0 means that nobody said
_SAME_MM = 1e-3  # both forms are stored as float32
_TOLD_MM = 1.0  # a mask that is moved by less is no other mask
_SAME_ELEMENT = 1e-4  # of two matrices, as in ITK
_RIGHT_ANGLE = 1e-4  # in the product of two unit axes, as in ITK
_SAME_SIZE = 1e-3  # of a voxel


def header_affine(header: np.ndarray) -> np.ndarray:
    """Voxel index (i, j, k, 1) to LPS millimetres, (4, 4) float64.

    Without any form, the voxel sizes are taken along L, P, S. May hold anything that a broken file
    holds: check before use.
    """
    sform, qform = _form(header, "sform"), _form(header, "qform")
    if sform is not None and qform is not None:
        return _affine_of_both(header, sform, qform)[1]
    if sform is not None:
        return sform
    if qform is not None:
        return qform
    if header["sform_code"] > 0 or header["qform_code"] > 0:
        return np.full((4, 4), np.nan)
    return np.diag([*_sizes(header), 1.0])


def form_warnings(header: np.ndarray) -> tuple[str, ...]:
    """What a person should know of a header whose affine can be used: doubts about the place."""
    sform, qform = _form(header, "sform"), _form(header, "qform")
    if sform is not None and qform is not None:
        return _both_told(header, sform, qform)
    if sform is None and (_sizes(header) < 0).any():
        return (NEGATIVE_SIZES.format(sizes=_millimetres(_sizes(header))),)
    if sform is not None and _is_orthogonal(sform):
        if np.allclose(_lengths(sform), _sizes(header), rtol=_SAME_SIZE):
            return ()
        sizes, lengths = _millimetres(_sizes(header)), _millimetres(_lengths(sform))
        return (VOXEL_SIZES_DIFFER.format(sizes=sizes, sform=lengths),)
    if sform is None and qform is None:
        unsized = bool((header["pixdim"][1:4] == 1).all())
        return (NO_ORIENTATION, ASSUMED_SPACING) if unsized else (NO_ORIENTATION,)
    return ()


def _both_told(header: np.ndarray, sform: np.ndarray, qform: np.ndarray) -> tuple[str, ...]:
    apart = _apart(header, sform, qform)
    if apart <= _TOLD_MM:
        return ()
    used, _ = _affine_of_both(header, sform, qform)
    told = {"qform": _in_words(qform), "sform": _in_words(sform)}
    return (FORMS_DISAGREE.format(apart=apart, used=used, **told),)


def _form(header: np.ndarray, name: str) -> np.ndarray | None:
    """The affine of one form, LPS millimetres; None if its code says so, or it is no affine."""
    if header[f"{name}_code"] <= 0:
        return None
    with np.errstate(all="ignore"):  # a broken header may hold anything
        affine = LPS_FROM_RAS @ (_sform(header) if name == "sform" else _qform(header))
        affine[:3] *= _mm_per_unit(header)
    try:
        return checked_affine(affine)
    except ValueError:
        return None


def _affine_of_both(
    header: np.ndarray, sform: np.ndarray, qform: np.ndarray
) -> tuple[str, np.ndarray]:
    """The name and the affine of the form that counts."""
    if _apart(header, sform, qform) <= _SAME_MM or _differ_in_signs(sform, qform):
        return "sform", sform
    if header["sform_code"] != _SCANNER or not _is_orthogonal(sform):
        return "qform", qform
    affine = sform.copy()
    # ITK takes the lengths of the axes from the voxel sizes, always.
    affine[:3, :3] *= _lengths(qform) / _lengths(sform)
    return "sform", affine


def _differ_in_signs(sform: np.ndarray, qform: np.ndarray) -> bool:
    """The same first voxel and axes, some of which run the other way: for ITK, still the same."""
    signs = np.sign(np.sum(sform[:3, :3] * qform[:3, :3], axis=0))
    flipped = np.column_stack([sform[:3, :3] * signs, sform[:3, 3]])
    return bool(np.abs(flipped - qform[:3]).max() <= _SAME_ELEMENT)


def _is_orthogonal(affine: np.ndarray) -> bool:
    axes = affine[:3, :3] / _lengths(affine)
    return bool(np.abs(axes.T @ axes - np.eye(3)).max() <= _RIGHT_ANGLE)


def _apart(header: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """The largest distance of a corner voxel's two places, mm."""
    i, j, k = (max(int(size), 1) for size in header["dim"][1:4])
    corners = [Grid((k, j, i), affine).corners() for affine in (one, other)]
    return float(np.linalg.norm(corners[0] - corners[1], axis=1).max())


def _sform(header: np.ndarray) -> np.ndarray:
    return np.vstack([header["srow"], [0, 0, 0, 1]]).astype(np.float64)


def _qform(header: np.ndarray) -> np.ndarray:
    b, c, d = header["quatern"].astype(np.float64)
    squares = b * b + c * c + d * d
    if squares > 1.0:  # by float32 rounding, for a half turn
        b, c, d = (part / np.sqrt(squares) for part in (b, c, d))
    a = np.sqrt(max(1.0 - squares, 0.0))
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    steps = header["pixdim"][1:4].astype(np.float64)
    steps[2] *= -1.0 if header["pixdim"][0] < 0 else 1.0
    ras = np.eye(4)
    ras[:3, :3] = rotation * steps
    ras[:3, 3] = header["qoffset"]
    return ras


def _sizes(header: np.ndarray) -> np.ndarray:
    """(3,) the header's voxel sizes, mm."""
    return np.asarray(header["pixdim"][1:4].astype(np.float64) * _mm_per_unit(header))


def _lengths(affine: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(affine[:3, :3], axis=0))


def _mm_per_unit(header: np.ndarray) -> float:
    return _MM_PER_UNIT.get(int(header["xyzt_units"]) & 7, 1.0)


def _in_words(affine: np.ndarray) -> str:
    x, y, z = affine[:3, 3]
    return (
        f"{axis_codes(affine)}, {_millimetres(_lengths(affine))} from ({x:.0f}, {y:.0f}, {z:.0f})"
    )


def _millimetres(sizes: np.ndarray) -> str:
    return " x ".join(f"{size:.3g}" for size in sizes) + " mm"
