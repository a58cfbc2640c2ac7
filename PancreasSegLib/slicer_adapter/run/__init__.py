"""The engine as a child of Slicer: is it ready, start it, listen to it, put its result in place."""
