"""Segmentation in a child process: Slicer's window stays alive, cancel really ends the work, and
its memory is given back.

`client` is the side of the program that asks, and loads no torch; `main` is the side that works.
"""
