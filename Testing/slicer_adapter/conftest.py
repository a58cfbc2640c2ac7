from Testing.slicer.fixtures import opengl, running_slicer, slicer

__all__ = ["opengl", "running_slicer", "slicer"]
