"""The 48 orders in which a scan's axes can be stored, and how to change from one to another."""

from __future__ import annotations

import itertools

import numpy as np

from PancreasSegLib.volume.volume import Volume

_LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))  # against and along x, y, z of LPS


def axis_codes(affine: np.ndarray) -> str:
    """Where i, j and k run, to the nearest patient axis: "LPS" for an axial scan from below."""
    order, flipped = nearest_axes(affine, np.eye(4))
    codes = [""] * 3
    for world_axis in range(3):
        codes[order[world_axis]] = _LETTERS[world_axis][0 if flipped[world_axis] else 1]
    return "".join(codes)


def nearest_axes(affine: np.ndarray, onto: np.ndarray) -> tuple[list[int], list[bool]]:
    """Which axes of `affine` run nearest to the axes of the affine `onto`.

    Returns:
        For each of the axes i, j, k of `onto`: the axis (0, 1, 2 for i, j, k) of `affine` that
        belongs to it, and whether that axis runs the other way.
    """
    cosines = _unit_columns(onto).T @ _unit_columns(affine)  # row: axis of onto, column: of affine
    order = max(
        itertools.permutations(range(3)),
        key=lambda order: round(sum(abs(cosines[axis, order[axis]]) for axis in range(3)), 9),
    )
    return list(order), [bool(cosines[axis, order[axis]] < 0) for axis in range(3)]


def reorient(volume: Volume, onto: np.ndarray) -> Volume:
    """The same voxels at the same places, stored in the axis order nearest to the affine `onto`.

    Nothing is interpolated: axes are only swapped and flipped. The array is a view.
    """
    order, flipped = nearest_axes(volume.affine, onto)
    sizes = volume.array.T.shape  # i, j, k
    array = volume.array.T.transpose(order)
    from_new_index = np.zeros((4, 4))
    from_new_index[3, 3] = 1.0
    for axis in range(3):
        from_new_index[order[axis], axis] = -1.0 if flipped[axis] else 1.0
        if flipped[axis]:
            array = np.flip(array, axis)
            from_new_index[order[axis], 3] = sizes[order[axis]] - 1
    return Volume(array.T, volume.affine @ from_new_index, volume.modality)


def _unit_columns(affine: np.ndarray) -> np.ndarray:
    columns = affine[:3, :3]
    return np.asarray(columns / np.linalg.norm(columns, axis=0))
