from Testing.slicer.fixtures import opengl, running_slicer, slicer
from Testing.slicer.module_fixtures import desktop

__all__ = ["desktop", "opengl", "running_slicer", "slicer"]
