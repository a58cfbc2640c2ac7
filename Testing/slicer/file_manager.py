"""Loading and saving by the real storage nodes, in the place of `qSlicerCoreIOManager`.

It knows the formats that PancreasSeg reads and writes; names of methods and file types are Slicer's
own, so that `slicer.util.loadVolume`, `saveNode`, `saveScene` and their like work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SEGMENTATION = (".seg.nrrd", ".seg.nhdr")
ENDINGS = {
    "SegmentationFile": SEGMENTATION,
    "VolumeFile": (".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd"),
    "ModelFile": (".vtk", ".vtp", ".stl", ".obj", ".ply"),
    "TransformFile": (".tfm", ".h5"),
    "TableFile": (".tsv", ".csv"),
    "SceneFile": (".mrml", ".mrb"),
}
NODES = {
    "SegmentationFile": "vtkMRMLSegmentationNode",
    "VolumeFile": "vtkMRMLVolumeNode",
    "ModelFile": "vtkMRMLModelNode",
    "TransformFile": "vtkMRMLTransformNode",
    "TableFile": "vtkMRMLTableNode",
}


class FileManager:
    """Reads files into nodes of the scene and writes them back."""

    def __init__(self, scene: Any, logics: dict[str, Any]) -> None:
        self.scene = scene
        self.logics = logics

    def fileType(self, file_name: Any) -> str:  # noqa: N802
        """By the ending of the name."""
        name = str(file_name).lower()
        return next((kind for kind, ends in ENDINGS.items() if name.endswith(ends)), "NoFile")

    def fileWriterFileType(self, node: Any) -> str:  # noqa: N802
        """By the class of the node."""
        return next((kind for kind, name in NODES.items() if node.IsA(name)), "NodeFile")

    def loadNodes(  # noqa: N802
        self, kind: str, properties: dict[str, Any], loaded: Any, messages: Any = None
    ) -> bool:
        """Add what the file `properties["fileName"]` holds; False if it cannot be read."""
        path = Path(properties["fileName"])
        if not path.is_file():
            return False
        if kind == "SceneFile":
            return self._load_scene(path)
        name = properties.get("name") or path.name.partition(".")[0]
        node = self._load_node(kind, path, name, properties)
        if node is None:
            return False
        loaded.AddItem(node)
        return True

    def saveNodes(  # noqa: N802
        self, kind: str, properties: dict[str, Any], messages: Any = None
    ) -> bool:
        """Write the node `properties["nodeID"]`, or the scene, to `properties["fileName"]`."""
        file_name = str(properties["fileName"])
        if kind == "SceneFile":
            if file_name.endswith(".mrb"):
                return bool(self.scene.WriteToMRB(file_name))
            return bool(self.scene.Commit(file_name))
        node = self.scene.GetNodeByID(properties["nodeID"])
        if node.GetStorageNode() is None:
            node.AddDefaultStorageNode(file_name)
        node.GetStorageNode().SetFileName(file_name)
        return bool(node.GetStorageNode().WriteData(node))

    def _load_scene(self, path: Path) -> bool:
        if path.suffix == ".mrb":
            return bool(self.scene.ReadFromMRB(str(path), False))
        self.scene.SetURL(str(path))
        return bool(self.scene.Import())

    def _load_node(self, kind: str, path: Path, name: str, properties: dict[str, Any]) -> Any:
        if kind == "VolumeFile":
            as_labels = 1 if properties.get("labelmap") else 0
            return self.logics["volumes"].AddArchetypeVolume(str(path), name, as_labels)
        if kind == "SegmentationFile" and not path.name.lower().endswith(SEGMENTATION):
            logic = self.logics["segmentations"]
            return logic.LoadSegmentationFromFile(str(path), True, name)
        if kind not in NODES:
            return None
        node = self.scene.AddNewNodeByClass(NODES[kind], name)
        node.AddDefaultStorageNode(str(path))
        if not node.GetStorageNode().ReadData(node):
            self.scene.RemoveNode(node)
            return None
        if hasattr(node, "CreateDefaultDisplayNodes"):
            node.CreateDefaultDisplayNodes()
        return node
