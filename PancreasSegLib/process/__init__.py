"""A process and those that it starts: signals, exit codes, an end without leftovers."""
