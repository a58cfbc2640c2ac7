"""DICOM as it comes: which files are slices, of which series and phase, where they lie.

`files` -> `header` -> `frames` -> `series` -> `choice` and `phases` -> `stack` -> `reading`.
"""
