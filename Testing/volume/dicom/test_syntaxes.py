"""Every way to pack pixels that scanners and archives use gives the same values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from PancreasSegLib.errors import InputError
from PancreasSegLib.volume import read_volume
from Testing.sentences import assert_tells
from Testing.volume.dicom.dicom_files import ct_slice, even, write

MPEG = "1.2.840.10008.1.2.4.102"
VALUES = np.random.default_rng(0).integers(-1024, 3000, (3, 32, 40)).astype(np.int16)


def slices(signed: bool) -> list[pydicom.FileDataset]:
    return [
        ct_slice(hu, position, number, signed=signed)
        for number, (hu, position) in enumerate(zip(VALUES, even(3), strict=True), start=1)
    ]


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_packed_pixels_are_read(syntax: UID, signed: bool, tmp_path: Path) -> None:
    scans = slices(signed)
    for scan in scans:
        scan.compress(syntax)
    read = read_volume(write(tmp_path, scans))

    np.testing.assert_array_equal(read.array, VALUES)
    assert read.array.dtype == np.int16
    np.testing.assert_allclose(read.grid.spacing, [0.75, 0.5, 2.0])


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_plain_pixels_are_read(syntax: UID, signed: bool, tmp_path: Path) -> None:
    scans = slices(signed)
    for scan in scans:
        scan.file_meta.TransferSyntaxUID = syntax
    read = read_volume(write(tmp_path, scans))

    np.testing.assert_array_equal(read.array, VALUES)
    np.testing.assert_allclose(read.grid.origin, [10.0, 20.0, -100.0])


def test_big_endian_is_read(tmp_path: Path) -> None:
    for number, scan in enumerate(slices(signed=False)):
        scan.PixelData = np.frombuffer(scan.PixelData, "<u2").astype(">u2").tobytes()
        scan.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        pydicom.dcmwrite(
            tmp_path / f"{number}.dcm",
            scan,
            implicit_vr=False,
            little_endian=False,
            force_encoding=True,
        )
    read = read_volume(tmp_path)

    np.testing.assert_array_equal(read.array, VALUES)
    np.testing.assert_allclose(read.grid.spacing, [0.75, 0.5, 2.0])


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_a_slice_that_was_cut_in_its_packed_pixels_is_told(syntax: UID, tmp_path: Path) -> None:
    scans = slices(signed=False)
    for scan in scans:
        scan.compress(syntax)
    path = write(tmp_path, scans) / "0899.dcm"
    whole = path.read_bytes()

    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"0899\.dcm is damaged or cut short"):
            read_volume(tmp_path)


def test_pixels_packed_by_an_unknown_method_are_told_with_it(tmp_path: Path) -> None:
    scans = slices(signed=False)
    for scan in scans:
        scan.compress(JPEG2000Lossless)
        scan.file_meta.TransferSyntaxUID = UID(MPEG)

    with pytest.raises(InputError) as told:
        read_volume(write(tmp_path, scans))
    assert_tells(told.value, ".dcm", MPEG, "export it again, uncompressed")
