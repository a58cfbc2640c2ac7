"""Files of any name are read and written; what is no file is told so, and nothing waits for it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError, OutputError
from PancreasSegLib.volume import Volume, read_volume, write_volume
from PancreasSegLib.volume.image_file import image_of
from Testing.sentences import assert_tells

ODD = os.fsdecode(b"B\xe4uche") if os.name == "posix" else "Bäuche"
WRITTEN = [".nii", ".nii.gz", ".nrrd", ".mha"]


@pytest.mark.parametrize("suffix", WRITTEN)
@pytest.mark.parametrize("place", [f"{ODD}/scan", f"good/{ODD}", f"{ODD}/{ODD}"])
def test_a_name_that_is_not_utf_8_is_written_and_read(
    place: str, suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"{place}{suffix}"
    path.parent.mkdir()
    write_volume(sheared_scan, path)
    back = read_volume(path)

    assert list(path.parent.iterdir()) == [path]
    np.testing.assert_array_equal(back.array, sheared_scan.array)
    assert back.grid.is_same_as(sheared_scan.grid)


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
@pytest.mark.parametrize("place", [f"{ODD}/scan", f"good/{ODD}"])
def test_the_data_file_beside_an_odd_name_is_found(
    place: str, suffix: str, sheared_scan: Volume, tmp_path: Path
) -> None:
    path = tmp_path / f"{place}{suffix}"
    path.parent.mkdir()
    sitk.WriteImage(image_of(sheared_scan), str(tmp_path / f"plain{suffix}"))
    for written in tmp_path.glob("plain*"):
        written.rename(path if written.suffix == suffix else path.parent / written.name)

    np.testing.assert_array_equal(read_volume(path).array, sheared_scan.array)


@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_damaged_file_with_an_odd_name_is_refused_as_any_other(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{ODD}{suffix}"
    path.write_bytes(b"no scan")

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert str(told.value).startswith(f"{path} is not an image")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_named_pipe_is_refused_and_not_waited_for(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"pipe{suffix}"
    os.mkfifo(path)

    with pytest.raises(InputError, match="is a pipe or a device"):
        read_volume(path)


@pytest.mark.parametrize("suffix", ["", *WRITTEN])
@pytest.mark.parametrize("target", ["itself", "nothing"])
def test_a_link_that_leads_to_no_file_is_told(target: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"link{suffix}"
    path.symlink_to(path.name if target == "itself" else "gone")

    with pytest.raises(InputError) as told:
        read_volume(path)
    assert str(told.value).startswith(f"{path} is a link that leads to no file")


def test_itk_may_quote_the_operating_system_in_another_alphabet(
    sheared_scan: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a German locale of ISO 8859-1, when the disk is full."""

    def fail(*_: object, **__: object) -> None:
        b"auf dem Ger\xe4t ist kein Speicherplatz mehr".decode()

    monkeypatch.setattr(sitk, "WriteImage", fail)
    path = tmp_path / "scan.nrrd"

    with pytest.raises(OutputError) as told:
        write_volume(sheared_scan, path)
    assert_tells(told.value, str(path), "free some space")
    assert list(tmp_path.iterdir()) == []
