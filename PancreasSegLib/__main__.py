"""`python -m PancreasSegLib` does what `pancreasseg` does, also inside `PythonSlicer`."""

from PancreasSegLib.command_line.main import main

if __name__ == "__main__":
    raise SystemExit(main())
