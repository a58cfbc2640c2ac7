"""Pictures of a result: slices with outlines, and 3D surfaces.

Slice pictures and meshes need no OpenGL. Only ``surface_scene`` does, and it runs in a child
process: the VTK wheel ends with a segmentation fault where no OpenGL library is installed.
"""
