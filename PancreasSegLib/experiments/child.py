"""`python -m PancreasSegLib.experiments.child FOLDER RUN DEVICE PARENT`: one run in a process
of its own, which ends with the process PARENT."""

from __future__ import annotations

import sys
from pathlib import Path

from PancreasSegLib.errors import Cancelled, PancreasSegError
from PancreasSegLib.experiments.run import do_run, keep_failure
from PancreasSegLib.experiments.study import open_study
from PancreasSegLib.files.lock import Held
from PancreasSegLib.process import exit_codes
from PancreasSegLib.process.cancellation import Cancellation
from PancreasSegLib.process.parent_watch import end_with_parent

HELD = 4
"""The exit code where another process is at the run, which has not failed by that."""


def main(folder: Path, name: str, device: str) -> int:
    """Do the run; the exit code. A failure's sentence goes to the run's folder."""
    study = open_study(folder)
    run = study.runs[name]
    try:
        do_run(study, run, device)
    except (KeyboardInterrupt, Cancelled):
        return exit_codes.CANCELLED
    except Held as error:
        print(error, file=sys.stderr)  # into the run's log
        return HELD
    except PancreasSegError as error:
        print(error, file=sys.stderr)  # into the run's log
        keep_failure(study, run, error)
        return exit_codes.FAILED
    return exit_codes.DONE


if __name__ == "__main__":
    end_with_parent(int(sys.argv[4]))
    with Cancellation(process_ends=True):
        sys.exit(main(Path(sys.argv[1]), *sys.argv[2:4]))
