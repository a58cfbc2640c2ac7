"""Small DICOM files of nobody's body, as scanners and archives write them; by pydicom.

Every file has a patient in its header, `SECRETS`, of which nothing may ever be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import UID, EncapsulatedPDFStorage, ExplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
DOSE_REPORT = "1.2.840.10008.5.1.4.1.1.88.67"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
PRESENTATION = "1.2.840.10008.5.1.4.1.1.11.1"
ENCAPSULATED_PDF = EncapsulatedPDFStorage

ROOT = "1.2.826.0.1.3680043.2.1125.9"
SECRETS = {
    "PatientName": "Doe^Jane",
    "PatientID": "SECRET-4711",
    "PatientBirthDate": "19510203",
    "PatientSex": "F",
    "StudyDate": "20240105",
    "StudyTime": "121314",
    "StudyID": "STUDY77",
    "AccessionNumber": "ACC-8899",
    "ReferringPhysicianName": "House^Gregory",
    "InstitutionName": "Saint Nowhere",
    "StudyInstanceUID": f"{ROOT}.77",
}
INTERCEPT = -1024
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SPACING = (0.5, 0.75)  # row to row, column to column, mm

Position = tuple[float, float, float]


def even(count: int, step: float = 2.0, start: Position = (10.0, 20.0, -100.0)) -> list[Position]:
    """Positions upwards along z."""
    x, y, z = start
    return [(x, y, z + step * k) for k in range(count)]


def values_at(k: int, rows: int = 3, columns: int = 4) -> np.ndarray:
    """The HU of the k-th slice: 0, 1, 2, ... plus 100 k, less 1024."""
    return np.arange(rows * columns, dtype=np.int16).reshape(rows, columns) + 100 * k - 1024


def ct_slice(
    hu: np.ndarray,
    position: Position,
    number: int = 1,
    series: int = 1,
    orientation: Sequence[float] = AXIAL,
    signed: bool = False,
    **tags: Any,
) -> FileDataset:
    """One slice (rows, columns) of a CT series; `tags` by their keywords, None leaves one out."""
    instance = f"{ROOT}.{series}.{number}"
    scan = new_dataset(CT, instance)
    scan.Modality = "CT"
    scan.SeriesInstanceUID = f"{ROOT}.{series}"
    scan.SeriesNumber = series
    scan.SeriesDescription = f"Abdomen {series}"
    scan.InstanceNumber = number
    scan.AcquisitionNumber = 1
    scan.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    scan.FrameOfReferenceUID = f"{ROOT}.2"
    scan.PositionReferenceIndicator = ""
    scan.SliceThickness = 2.0
    scan.ImagePositionPatient = list(position)
    scan.ImageOrientationPatient = list(orientation)
    scan.PixelSpacing = list(SPACING)
    scan.RescaleIntercept = INTERCEPT
    scan.RescaleSlope = 1
    scan.RescaleType = "HU"
    set_pixels(scan, hu.astype(np.int32) - INTERCEPT, signed)
    for keyword, value in tags.items():
        if value is None:
            del scan[keyword]
        else:
            setattr(scan, keyword, value)
    if tags.get("SOPClassUID"):
        scan.file_meta.MediaStorageSOPClassUID = UID(tags["SOPClassUID"])
    return scan


def ct_series(
    positions: Iterable[Position], series: int = 1, rows: int = 3, columns: int = 4, **tags: Any
) -> list[FileDataset]:
    """A slice for each position, numbered from 1, with `values_at`."""
    return [
        ct_slice(values_at(k, rows, columns), position, k + 1, series, **tags)
        for k, position in enumerate(positions)
    ]


def enhanced_ct(
    frames: Sequence[np.ndarray],
    positions: Sequence[Position],
    rescale: Sequence[tuple[float, float]] | None = None,
    content: Sequence[Mapping[str, Any]] | None = None,
    series: int = 1,
    number: int = 1,
    **tags: Any,
) -> FileDataset:
    """Enhanced multi-frame CT: stored values `frames`, each frame with its own position.

    rescale: (slope, intercept) of each frame; by default all share 1 and -1024.
    content: what each frame's Frame Content Sequence holds.
    """
    scan = new_dataset(ENHANCED_CT, f"{ROOT}.{series}.{number}")
    scan.Modality = "CT"
    scan.SeriesInstanceUID = f"{ROOT}.{series}"
    scan.SeriesNumber = series
    scan.SeriesDescription = f"Abdomen {series}"
    scan.InstanceNumber = number
    scan.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    scan.FrameOfReferenceUID = f"{ROOT}.2"
    scan.PositionReferenceIndicator = ""
    shared = Dataset()
    shared.PixelMeasuresSequence = _one(PixelSpacing=list(SPACING), SliceThickness=2.0)
    shared.PlaneOrientationSequence = _one(ImageOrientationPatient=list(AXIAL))
    if rescale is None:
        shared.PixelValueTransformationSequence = _rescale(1, INTERCEPT)
    scan.SharedFunctionalGroupsSequence = DicomSequence([shared])
    scan.PerFrameFunctionalGroupsSequence = DicomSequence(
        _frame(k, position, rescale, content) for k, position in enumerate(positions)
    )
    set_pixels(scan, np.stack(list(frames)), signed=False)
    for keyword, value in tags.items():
        setattr(scan, keyword, value)
    return scan


def _frame(
    k: int,
    position: Position,
    rescale: Sequence[tuple[float, float]] | None,
    content: Sequence[Mapping[str, Any]] | None,
) -> Dataset:
    frame = Dataset()
    frame.PlanePositionSequence = _one(ImagePositionPatient=list(position))
    frame.FrameContentSequence = _one(**({} if content is None else content[k]))
    if rescale is not None:
        frame.PixelValueTransformationSequence = _rescale(*rescale[k])
    return frame


def _one(**tags: Any) -> DicomSequence:
    item = Dataset()
    for keyword, value in tags.items():
        setattr(item, keyword, value)
    return DicomSequence([item])


def _rescale(slope: float, intercept: float) -> DicomSequence:
    return _one(RescaleSlope=slope, RescaleIntercept=intercept, RescaleType="HU")


def without_pixels(sop_class: str, series: int, modality: str, number: int = 1) -> FileDataset:
    """A report, a plan, a presentation state: an object of the study that is no image."""
    thing = new_dataset(sop_class, f"{ROOT}.{series}.{number}")
    thing.Modality = modality
    thing.SeriesInstanceUID = f"{ROOT}.{series}"
    thing.SeriesNumber = series
    return thing


def secondary_capture(series: int, number: int = 1) -> FileDataset:
    """A picture of a screen, in colours, without a place in the patient."""
    picture = without_pixels(SECONDARY_CAPTURE, series, "OT", number)
    picture.PhotometricInterpretation = "RGB"
    picture.SamplesPerPixel = 3
    picture.PlanarConfiguration = 0
    picture.Rows, picture.Columns = 4, 4
    picture.BitsAllocated, picture.BitsStored, picture.HighBit = 8, 8, 7
    picture.PixelRepresentation = 0
    picture.PixelData = bytes(48)
    return picture


def new_dataset(sop_class: str, instance: str) -> FileDataset:
    """The patient, the study and the names of one object."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(instance)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    scan = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    scan.SOPClassUID, scan.SOPInstanceUID = UID(sop_class), UID(instance)
    for keyword, value in SECRETS.items():
        setattr(scan, keyword, value)
    return scan


def set_pixels(scan: Dataset, stored: np.ndarray, signed: bool) -> None:
    """Grey values (rows, columns) or (frames, rows, columns) of 16 bits, uncompressed."""
    scan.SamplesPerPixel = 1
    scan.PhotometricInterpretation = "MONOCHROME2"
    scan.Rows, scan.Columns = stored.shape[-2:]
    if stored.ndim == 3:
        scan.NumberOfFrames = len(stored)
    scan.BitsAllocated, scan.BitsStored, scan.HighBit = 16, 16, 15
    scan.PixelRepresentation = int(signed)
    scan.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()
    scan["PixelData"].VR = "OW"


def write(
    folder: Path, datasets: Iterable[FileDataset], name: str = "{:04}.dcm", start: int = 900
) -> Path:
    """Write each under a name of its own, numbered downwards: names run against positions."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, dataset in enumerate(datasets):
        path = folder / name.format(start - number)
        assert not path.exists(), path
        dataset.save_as(path, enforce_file_format=True)
    return folder
