"""The whole suite on each Python that is given, or with the lowest versions that we promise.

    python3 Testing/every_python.py python3.11 python3.12 python3.13
    python3 Testing/every_python.py --lowest python3.11

Each Python gets a virtual environment in `build/`, which is used again the next time. PyTorch for
3.12 and newer is the build with CUDA, several gigabytes, so this is no part of `.ci/run`.
With --lowest every `>=` of `pyproject.toml` is taken at its word. slicer-core, which pins a newer
VTK, is left out then, and the tests on Slicer's classes are skipped.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lowest_requirements(pyproject: dict) -> list[str]:
    """The lower bounds of runtime, training and tests as exact versions, for pip."""
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    optional = chain.from_iterable(
        extras[name] for name in ("train", "reports", "dask", "dicom", "test")
    )
    everything = [*project["dependencies"], *optional]
    return sorted(
        {
            requirement.replace(">=", "==")
            for requirement in everything
            if not requirement.startswith(("pancreasseg[", "slicer-core"))
        }
    )


def test_on(python: str, lowest: bool) -> str:
    """Install and test; the last line that pytest printed, or what went wrong before it."""
    version = subprocess.run(
        [python, "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    home = ROOT / "build" / f"python-{version}{'-lowest' if lowest else ''}"
    own = str(home / "bin" / "python")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = (
        lowest_requirements(pyproject)
        if lowest
        else ["--constraint", str(ROOT / "constraints.txt"), ".[test]"]
    )
    make = [] if Path(own).exists() else [[python, "-m", "venv", str(home)]]
    for command in (*make, [own, "-m", "pip", "install", *wanted]):
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return f"{version}: failed: {' '.join(command)}"
    tests = subprocess.run(
        [own, "-m", "pytest", "-q"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    print(tests.stdout)
    return f"{home.name}: {tests.stdout.strip().splitlines()[-1]}"


def main() -> int:
    """Exit code 0 if every suite passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="+", metavar="PYTHON", help="such as python3.12")
    parser.add_argument("--lowest", action="store_true", help="with the lowest versions we promise")
    options = parser.parse_args()
    ends = [test_on(python, options.lowest) for python in options.pythons]
    print("\n".join(ends))
    return any("failed" in end or "error" in end or "passed" not in end for end in ends)


if __name__ == "__main__":
    sys.exit(main())
