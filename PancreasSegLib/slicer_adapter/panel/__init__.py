"""What Slicer's panel does: `PancreasSeg.py` hands in its widgets and dialogs.

One section of the panel is one file `*_section.py`; what it rests on is beside it. Widgets come as
`ui` (`slicer.util.childWidgetVariables`) and are used by PythonQt's names.
"""
