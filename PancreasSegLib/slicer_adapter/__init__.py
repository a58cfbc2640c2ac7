"""Between MRML nodes and the engine: the only part of the library that touches Slicer's scene.

MRML is RAS, the engine is LPS; both meet in `transforms.py`. Nothing here knows about Qt, keeps an
observer, or imports torch. Where a result cannot be put into the scene an `InputError` says why,
and the scene is as it was before.
"""
