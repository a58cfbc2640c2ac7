"""The command `pancreasseg`: a thin door to the engine, one file per sub-command."""
