"""The engine's data as nodes of Slicer's scene, and back."""
