"""What Slicer's Extensions Manager shows: the metadata in CMakeLists.txt and PancreasSeg.json.

The rules are those of the schema 1.0.2 (Slicer/Slicer, Schemas/) and of the extensions index
(Slicer/ExtensionsIndex, scripts/check_description_files.py).
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY_FILE = ROOT / "PancreasSeg.json"
ENTRY = json.loads(ENTRY_FILE.read_text(encoding="utf-8"))
METADATA = dict(
    re.findall(
        r'^set\(EXTENSION_(\w+) "(.*)"\)$',
        (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
)

TYPES = {
    "$schema": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "category": str,
    "dicom_support_rule": str,
    "enabled": bool,
    "scm_revision": str,
    "scm_type": str,
    "scm_url": str,
    "tier": int,
}
PICTURE = r"https://\S+\.(png|jpg|jpeg|gif)"


def test_the_entry_has_only_fields_of_the_schema_and_those_that_it_requires() -> None:
    assert {"$schema", "category", "scm_url"} <= set(ENTRY) <= set(TYPES)
    assert ENTRY["$schema"].endswith("/Schemas/slicer-extension-catalog-entry-schema-v1.0.2.json#")


@pytest.mark.parametrize("field", sorted(ENTRY))
def test_a_field_of_the_entry_has_the_type_of_the_schema(field: str) -> None:
    assert type(ENTRY[field]) is TYPES[field]


def test_the_entry_says_that_the_extension_is_experimental() -> None:
    assert ENTRY["tier"] == 1  # of 1 to 5


def test_the_entry_is_sorted_and_ends_its_lines_as_the_index_wants() -> None:
    written = ENTRY_FILE.read_bytes()

    assert list(ENTRY) == sorted(ENTRY)
    assert b"\r" not in written
    assert written == (json.dumps(ENTRY, indent=2) + "\n").encode()


def test_the_metadata_is_complete() -> None:
    assert set(METADATA) == {
        "CATEGORY",
        "CONTRIBUTORS",
        "DEPENDS",
        "DESCRIPTION",
        "HOMEPAGE",
        "ICONURL",
        "KEYWORDS",
        "RECOMMENDS",
        "SCREENSHOTURLS",
    }
    assert all(METADATA.values())


def test_entry_and_metadata_say_the_same() -> None:
    assert METADATA["CATEGORY"] == ENTRY["category"] == "Segmentation"
    assert METADATA["DEPENDS"].split(";") == ENTRY["build_dependencies"] == ["PyTorch"]


def test_the_reader_and_writer_of_dicom_segmentations_is_recommended() -> None:
    assert METADATA["RECOMMENDS"] == "QuantitativeReporting"


def test_the_description_says_for_research() -> None:
    assert "For research, not for diagnosis." in METADATA["DESCRIPTION"]


def test_public_addresses_are_given_together_or_not_yet() -> None:
    addresses = [METADATA[name] for name in ("HOMEPAGE", "ICONURL", "SCREENSHOTURLS")]
    addresses.append(ENTRY["scm_url"])

    assert set(addresses) == {"NA"} or "NA" not in addresses


@pytest.mark.skipif(ENTRY["scm_url"] == "NA", reason="the repository has no public address yet")
def test_public_addresses_are_as_the_extensions_index_wants_them() -> None:
    assert re.fullmatch(r"https://\S+", METADATA["HOMEPAGE"])
    assert re.fullmatch(PICTURE, METADATA["ICONURL"])
    assert all(re.fullmatch(PICTURE, one) for one in METADATA["SCREENSHOTURLS"].split())
    # The index wants "Slicer" in the name of the repository.
    assert re.fullmatch(r"https://\S+/[^/]*slicer[^/]*", ENTRY["scm_url"], flags=re.IGNORECASE)
