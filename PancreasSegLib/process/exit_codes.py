"""What the command tells the program that started it."""

DONE = 0
FAILED = 1
NO_PANCREAS = 3
CANCELLED = 130  # what a shell reports after Ctrl-C

EXPLANATION = """\
exit codes: 0 done; 1 failed, with one sentence on the error stream; 2 wrong usage; 3 no pancreas
found (an empty mask and the report are written); 130 cancelled by Ctrl-C, nothing half-written.
rerun: 1 as well where the mask differs; data check: where something is wrong with the data.

For research, not for diagnosis."""
