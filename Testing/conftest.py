"""What every test shares: children import this tree, and `cuda` tests are skipped visibly."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # As many processes as cores: more threads would only wait for each other.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Child processes of the tests import the tree under test, in whatever folder they run.
    others = filter(None, [os.environ.get("PYTHONPATH")])
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *others])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needing_cuda = [item for item in items if item.get_closest_marker("cuda")]
    if not needing_cuda:
        return
    import torch  # takes seconds: only where a test needs it

    if torch.cuda.is_available():
        return
    for item in needing_cuda:
        item.add_marker(pytest.mark.skip(reason="no CUDA device on this machine"))


NOBODY = 65534


@pytest.fixture
def ordinary_user(tmp_path: Path) -> Iterator[None]:
    """The test runs with the rights of an ordinary user: root may read and write everything."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    for folder in (ROOT, Path(sys.prefix)):
        if not all(one.stat().st_mode & 0o001 for one in (folder, *folder.parents)):
            pytest.skip(f"{folder} is for root alone, so that nobody else could run the tests")
    os.chown(tmp_path, NOBODY, NOBODY)
    # They stay open, for the tests that run beside this one: pytest's next run closes them.
    for folder in tmp_path.parents:
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    yield
    os.setresuid(0, 0, 0)
    os.setresgid(0, 0, 0)
