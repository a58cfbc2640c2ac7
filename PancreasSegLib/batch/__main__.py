"""`python -m PancreasSegLib.batch`, as Slicer's panel starts it."""

from PancreasSegLib.batch.child import main

if __name__ == "__main__":
    raise SystemExit(main())
