"""What the README says to type in Slicer works, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_lines_for_slicers_console_segment_and_compare(
    module: Any, slicer: Any, capsys: Any
) -> None:
    from PancreasSegLib.slicer_adapter.nodes.synthetic_sample import add_synthetic_scan

    (lines,) = re.findall(r"^```py\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    scan, reference = add_synthetic_scan(spacing_mm=(4, 4, 4))
    scan.SetName("Panoramix-cropped")
    reference.SetName("Reference")

    exec(lines, {"slicer": slicer})

    volume, comparison = capsys.readouterr().out.splitlines()[-2:]
    assert float(volume.split()[0]) > 10
    assert float(comparison.split()[0]) > 0.4


def test_every_file_that_is_linked_or_named_as_an_example_is_there() -> None:
    linked = re.findall(r"(?:\]\(|src=\")((?!http|#)[^)\"]+)", README)
    examples = re.findall(r"Resources/examples/\w+\.\w+", README)

    assert len(set(examples)) == 2
    files = [name.partition("#")[0] for name in (*linked, *examples)]
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_every_link_into_the_page_meets_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", README, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}

    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors


def test_the_small_build_of_pytorch_is_the_version_of_the_constraints() -> None:
    (version,) = re.findall(r"whl/cpu (torch==[\d.]+\d)", README)

    assert version in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
