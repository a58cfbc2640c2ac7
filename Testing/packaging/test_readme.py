"""What the README says to type works: its commands stand in CI, its Python example runs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_opens_with_one_command_for_the_demo_and_one_for_the_tests() -> None:
    demo, tests = (block.strip() for block in fenced_blocks("bash")[:2])

    assert demo.startswith("python3 -m venv .venv && ")
    assert demo.endswith(" && .venv/bin/pancreasseg demo")
    assert tests.startswith("python3 -m venv .venv && ")
    assert tests.endswith(" && .venv/bin/python -m pytest")
    assert "\n" not in demo + tests


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    tests = fenced_blocks("bash")[1].strip()

    assert tests in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_python_example_segments_and_scores_a_scan(tmp_path: Path) -> None:
    (example,) = fenced_blocks("python")

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{example}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mask.nii.gz").is_file()
    assert re.search(r"\d+\.\d ml, DSC 0\.\d\d", done.stdout)
