"""What is written down of a run besides its mask."""
