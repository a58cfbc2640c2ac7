"""`--jobs` and `--dask`: who does the work, the same in every command that has a lot of it."""

from __future__ import annotations

import argparse

from PancreasSegLib.errors import InputError
from PancreasSegLib.jobs.spread import Workers


def add_workers_options(parser: argparse.ArgumentParser, what: str) -> None:
    """Add both; `what` is done at the same time, as "scans"."""
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        metavar="N",
        help=f"as many {what} at a time, in processes that share the cores (default: 1)",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help=f"spread the {what} over the workers of the Dask scheduler at this address"
        " (tcp://HOST:8786), which have PancreasSeg installed and see the same files under the same"
        " paths; best are workers with one thread each (dask worker --nthreads 1)",
    )


def chosen_workers(arguments: argparse.Namespace) -> Workers | None:
    """None where this process does the work itself; raises `InputError` for both at once."""
    if arguments.jobs < 1:
        raise InputError(f"--jobs is {arguments.jobs}; give 1 or more.")
    if arguments.dask is None:
        return None if arguments.jobs == 1 else Workers(arguments.jobs)
    if arguments.jobs > 1:
        raise InputError(
            "--jobs is for this computer, --dask for a cluster, which knows itself how many"
            " workers it has; leave one of the two out."
        )
    return Workers(dask=arguments.dask)
