"""Jobs as tasks of an existing Dask cluster, which sees the same files under the same paths."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PancreasSegLib.errors import InputError, PancreasSegError
from PancreasSegLib.jobs.outcome import SECONDS_BETWEEN_LOOKS, check, lost, told

if TYPE_CHECKING:
    from distributed import Client

Job = TypeVar("Job")
Result = TypeVar("Result")

SECONDS_TO_CONNECT = 10


def on_dask(
    work: Callable[[Job], Result],
    jobs: Mapping[str, Job],
    address: str,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[str, Result | PancreasSegError]]:
    """`spread` over the workers of the scheduler at `address`.

    The job of a worker that is gone is given to another one: `work` sees by its files what is done.
    A worker that is on a job when the user cancels ends it.
    """
    with _client(address) as client, client.as_current():
        # The scheduler knows tasks by keys, also those of other users and of earlier runs.
        run = uuid.uuid4().hex
        names = {client.submit(work, job, key=f"{name}-{run}"): name for name, job in jobs.items()}
        try:
            while names:
                for future in _ended(list(names), cancelled):
                    yield names[future], _outcome(names[future], future)
                    del names[future]
        finally:
            client.cancel(list(names))


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "Dask is not installed; install it with PancreasSeg's extra, in its"
            " checkout: pip install '.[dask]', here and on the cluster."
        ) from None
    try:
        return Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError):
        raise InputError(
            f"No Dask scheduler answers at {address}; start one (dask scheduler), and give the"
            " address that it shows."
        ) from None


def _ended(futures: list[Any], cancelled: Callable[[], bool]) -> set[Any]:
    """Those that have ended, as soon as there is one."""
    from distributed import wait

    while True:
        check(cancelled)
        try:
            ended: set[Any] = wait(futures, SECONDS_BETWEEN_LOOKS, "FIRST_COMPLETED").done
        except TimeoutError:
            continue
        return ended


def _outcome(name: str, future: Any) -> Any:
    from distributed import KilledWorker

    try:
        return told(future.result)
    except KilledWorker:
        return lost(name)
