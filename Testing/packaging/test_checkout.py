"""What the extensions index asks of the repository itself."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_BYTES = 100e6


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a git checkout")
def test_the_checkout_is_smaller_than_the_index_allows() -> None:
    # Also what is new and not yet added.
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {ROOT / name for name in names.split("\0") if name}

    size = sum(file.stat().st_size for file in files if file.is_file())

    assert ROOT / "CMakeLists.txt" in files
    assert 0 < size < LIMIT_BYTES


def test_the_licence_lies_at_the_root() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
