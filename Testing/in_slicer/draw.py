"""Pictures for the README, from a real Slicer: `draw SLICER`.

The standard library only: it runs in any Python from 3.11 on, outside of Slicer.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from Testing.in_slicer.slicer_process import ROOT, SlicerProcess, go_on_under_a_screen

PICTURES = ROOT / "Resources" / "Pictures"
SECONDS = 300


def main() -> int:
    """Draw; 0 if all pictures were written."""
    if len(sys.argv) != 2:
        sys.exit("Give Slicer's program, and nothing else.")
    go_on_under_a_screen()
    with tempfile.TemporaryDirectory(prefix="pancreasseg-in-slicer-") as folder:
        script = Path(__file__).with_name("pictures.py")
        process = SlicerProcess(
            Path(sys.argv[1]), script, ["pictures", str(PICTURES)], Path(folder)
        )
        exit_code = process.wait(SECONDS)
        if exit_code != 0:
            print(process.output())
            sys.exit(f"No pictures: Slicer's exit code is {exit_code}.")
    print(f"The pictures are in {PICTURES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
