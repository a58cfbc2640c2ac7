"""Another process, which holds a lock until it is ended."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PancreasSegLib.files.lock import locked

if __name__ == "__main__":
    with locked(Path(sys.argv[1])):
        print("locked", flush=True)
        time.sleep(60)
