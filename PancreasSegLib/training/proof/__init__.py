"""How good it is: whole scans, segmented by models that never saw them."""
