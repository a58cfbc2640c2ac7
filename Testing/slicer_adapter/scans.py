"""Small synthetic scans in Slicer's scene, and a stand-in for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from PancreasSegLib.volume.volume import Volume

RAS_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
SHAPE = (10, 14, 16)  # k, j, i
CENTRE = np.array([14.0, -9.0, 31.0])  # of the bright ball, LPS mm of the world
RADIUS = 9.0  # mm


def turned(degrees: float, axis: int) -> np.ndarray:
    """(4, 4) rotation about an axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    one, other = [number for number in range(3) if number != axis]
    matrix = np.eye(4)
    matrix[[one, one, other, other], [one, other, one, other]] = c, -s, s, c
    return matrix


def around_the_ball(axes: np.ndarray) -> np.ndarray:
    """An affine whose grid has the ball near its middle. axes: (3, 3), steps in LPS mm."""
    affine = np.eye(4)
    affine[:3, :3] = axes
    middle = (np.array(SHAPE[::-1]) - 1) / 2
    middle += np.array([0.3, -0.6, 0.2])  # no voxel lies exactly on it
    affine[:3, 3] = CENTRE - axes @ middle
    return affine


_STEPS = np.diag([2.0, 2.2, 3.0])
AFFINES = {
    "axial": around_the_ball(_STEPS),
    "flipped in all directions": around_the_ball(-_STEPS),
    "sagittally stored": around_the_ball(np.roll(_STEPS, 1, axis=0)),
    "left-handed": around_the_ball(_STEPS @ np.diag([1, -1, 1])),
    "oblique": around_the_ball((turned(25, 0) @ turned(-35, 2))[:3, :3] @ _STEPS),
}


def ball(points: np.ndarray) -> np.ndarray:
    """Grey values of the world (N,) at points (N, 3), LPS mm: falls off from 200 in the middle."""
    return np.asarray(200 - 100 / RADIUS * np.linalg.norm(points - CENTRE, axis=1))


def add_scan(slicer: Any, array: np.ndarray, affine: np.ndarray, name: str = "Scan") -> Any:
    """A volume node of the array (k, j, i); affine: voxel index (i, j, k) to LPS mm."""
    return slicer.util.addVolumeFromArray(array, RAS_LPS @ affine, name)


def label_volume(slicer: Any, array: np.ndarray, affine: np.ndarray, name: str = "Labels") -> Any:
    """A labelmap node; array and affine as for `add_scan`."""
    kind = "vtkMRMLLabelMapVolumeNode"
    return slicer.util.addVolumeFromArray(array, RAS_LPS @ affine, name, kind)


def scan_of_the_ball(slicer: Any, affine: np.ndarray, to_world: Any = None) -> Any:
    """A scan of the ball. to_world: from the scan's own LPS points to those of the world."""
    k, j, i = np.indices(SHAPE).reshape(3, -1)
    own = np.stack([i, j, k], axis=1) @ affine[:3, :3].T + affine[:3, 3]
    values = ball(own if to_world is None else to_world(own))
    return add_scan(slicer, np.rint(values).astype(np.int16).reshape(SHAPE), affine)


@dataclass
class StandIn:
    """What the engine gives back, made by a threshold."""

    mask: Volume
    probability: Volume | None


def segmented(volume: Volume) -> StandIn:
    """In the place of the network: all that is brighter than 100 is pancreas."""
    bright = (volume.array > 100).astype(np.uint8)
    probability = np.clip(volume.array / 200, 0, 1).astype(np.float32)
    return StandIn(volume.with_array(bright), volume.with_array(probability))


def voxel_centres(mask: Volume) -> np.ndarray:
    """LPS mm (N, 3) of the voxels that are set."""
    return mask.grid.to_world(np.argwhere(mask.array)[:, ::-1])


def cloned(slicer: Any, node: Any) -> Any:
    """*Clone* of the Data module: attributes are kept, references to other nodes are not."""
    tree = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    clone = slicer.vtkSlicerSubjectHierarchyModuleLogic.CloneSubjectHierarchyItem
    clone(tree, tree.GetItemByDataNode(node), "Clone")
    return slicer.util.getNode("Clone")
