"""How it is trained: the configuration, checked before anything is read or run, and its setup."""
