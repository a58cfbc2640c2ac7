"""The training set: every scan on the training grid, in the patient's axis order."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from PancreasSegLib.errors import InputError
from PancreasSegLib.training.data.stack import Stack, Stored
from PancreasSegLib.training.data.training_set import TrainingSet, load_training_set, to_hu
from PancreasSegLib.training.recipe.config import GreyMapping, read_config
from PancreasSegLib.volume import Volume, read_mask, write_mask, write_volume
from PancreasSegLib.volume.orientation import reorient
from Testing.training.conftest import AFFINE, ALL_SCANS, UNET3D, made_from, refused

Write = Callable[..., Path]
WITH_SLICES = (
    "[sampling]",
    '[[data.slices]]\nfolder = "slices"\nspacing_mm = 3.0\n'
    "[data.slices.grey]\nHU = { low = -100, high = 240 }\n[sampling]",
)


def load(config: Path) -> TrainingSet:
    return load_training_set(read_config(config))


def stack_of(training_set: TrainingSet, name: str) -> Stack:
    return next(stack for stack in training_set.together if stack.name == name)


def damage(path: Path) -> None:
    """Make a file unreadable, but as old as before."""
    times = path.stat()
    path.write_bytes(b"no scan")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_cases_fall_into_training_validation_and_held_out(scans: Path, write_config: Write) -> None:
    data = load(write_config())

    assert [stack.name for stack in data.training] == ["a"]
    assert [stack.name for stack in data.validation] == ["b"]
    assert [stack.name for stack in data.together] == ["a", "b"]
    assert [case.name for case in data.held_out] == ["c"]


def test_other_organs_are_classes_from_2_on(
    organ_maps: np.ndarray, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    for _ in range(2):  # made, then read from the cache
        stack = stack_of(load(write_config(*UNET3D)), "a")

        assert stack.organs is not None
        np.testing.assert_array_equal(stack.organs, np.where(organ_maps == 6, 2, 0))
        np.testing.assert_array_equal(stack.classes == 1, pair[1] == 1)
        np.testing.assert_array_equal(stack.classes == 2, organ_maps == 6)


def test_organs_of_another_grid_are_refused_by_name(
    organ_maps: np.ndarray, scans: Path, write_config: Write
) -> None:
    path = scans / "a_organs.nii.gz"
    write_volume(Volume(organ_maps, np.diag([3.0, 3.0, 5.0, 1.0])), path)

    with refused(f"{path} is not on the grid of {scans / 'a.nii.gz'}"):
        load(write_config(*UNET3D))


def test_a_scan_without_its_organs_is_named(
    organ_maps: np.ndarray, scans: Path, write_config: Write
) -> None:
    path = scans / "b_organs.nii.gz"
    path.unlink()

    with refused(f"The case b lacks {path}"):
        load(write_config(*UNET3D))


def test_held_out_cases_are_never_read(scans: Path, write_config: Write) -> None:
    damage(scans / "c.nii.gz")
    damage(scans / "c_label.nii.gz")

    assert [case.name for case in load(write_config()).held_out] == ["c"]


@pytest.mark.parametrize(("name", "trained_on"), [("a", True), ("b", False), ("c", False)])
def test_a_scan_for_training_only_is_left_out_with_its_patients_own(
    name: str, trained_on: bool, scans: Path, write_config: Write
) -> None:
    data = load(made_from(scans, name, write_config))

    made = [f"{name}-native"] if trained_on else []
    assert [stack.name for stack in data.training] == ["a", *made]
    assert [stack.name for stack in data.validation] == ["b"]
    assert [case.name for case in data.held_out] == ["c"]


@pytest.mark.parametrize("part", ["validation", "held_out"])
def test_nothing_is_measured_on_a_scan_for_training_only(
    part: str, scans: Path, write_config: Write
) -> None:
    own = {"validation": 'validation = ["b"', "held_out": 'held_out = ["c"'}[part]
    config = made_from(scans, "a", write_config, (own, f'{own}, "a-native"'))

    with refused("The scan 'a-native' is for training only; take it out of validation and"):
        load(config)


def test_scans_are_in_the_order_of_their_names_whatever_their_folders(
    scans: Path, write_config: Write
) -> None:
    config = made_from(scans, "a", write_config, *ALL_SCANS)

    assert [stack.name for stack in load(config).training] == ["a", "a-native", "b", "c"]


def test_grey_values_are_clipped_to_the_window_and_kept_in_steps_of_a_255th(
    scans: Path, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    scan, mask = pair
    scan[0, 0, :6] = [-1000, -100, -32, 36, 240, 1500]
    write_volume(Volume(scan, AFFINE), scans / "a.nii.gz")

    stack = stack_of(load(write_config()), "a")

    assert stack.image.dtype == stack.mask.dtype == np.uint8
    assert stack.image.shape == (10, 20, 24)
    assert stack.image[0, 0, :6].tolist() == [0, 0, 51, 102, 255, 255]
    assert np.array_equal(stack.mask, mask)
    assert stack.stored == Stored((24, 20, 10), (3.0, 3.0, 4.0), (-1000.0, 1500.0))
    assert not stack.loose


def test_a_scan_in_any_of_the_48_axis_orders_gives_the_same_stack(
    scans: Path, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    expected = stack_of(load(write_config()), "a")

    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            axes = np.eye(4)
            axes[:3, :3] = np.eye(3)[:, list(order)] * signs
            for array, name in zip(pair, ("a", "a_label"), strict=True):
                stored = reorient(Volume(array, AFFINE), axes)
                path = scans / f"{name}.nii.gz"
                write_mask(stored, path) if name == "a_label" else write_volume(stored, path)
            stack = stack_of(load(write_config()), "a")
            assert np.array_equal(stack.image, expected.image)
            assert np.array_equal(stack.mask, expected.mask)


def test_a_stack_runs_from_inferior_to_superior_front_to_back_and_right_to_left(
    scans: Path, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    scan, mask = pair
    marked = np.full(scan.shape, -100, np.int16)
    marked[9, 0, 0] = 240
    # Stored against all three axes: index (0, 0, 0) is the patient's left, back and top.
    affine = np.diag([-3.0, -3.0, -4.0, 1.0])
    write_volume(Volume(marked[::-1, ::-1, ::-1].copy(), affine), scans / "a.nii.gz")
    write_mask(Volume(mask[::-1, ::-1, ::-1].copy(), affine), scans / "a_label.nii.gz")

    stack = stack_of(load(write_config()), "a")

    assert np.argwhere(stack.image > 0).tolist() == [[9, 0, 0]]


def test_a_mask_on_another_spacing_keeps_its_volume(scans: Path, write_config: Write) -> None:
    k, j, i = np.mgrid[:40, :60, :60]
    ball = (((k - 20) * 1.25) ** 2 + ((j - 30) * 0.8) ** 2 + ((i - 30) * 0.8) ** 2) < 16**2
    affine = np.diag([0.8, 0.8, 1.25, 1.0])
    write_volume(Volume(np.where(ball, 100, 0).astype(np.int16), affine), scans / "a.nii.gz")
    write_mask(Volume(ball.astype(np.uint8), affine), scans / "a_label.nii.gz")

    stack = stack_of(load(write_config(("3.0, 3.0, 4.0", "1.5, 1.5, 3.0"))), "a")

    assert stack.image.shape == (18, 33, 33)
    assert stack.mask.sum() * 1.5 * 1.5 * 3.0 / 1000 == pytest.approx(
        ball.sum() * 0.8 * 0.8 * 1.25 / 1000, rel=0.03
    )


def test_a_label_on_another_grid_than_its_image_is_told(
    scans: Path, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    moved = AFFINE.copy()
    moved[0, 3] = 1.0
    write_mask(Volume(pair[1], moved), scans / "b_label.nii.gz")

    sentence = (
        f"{scans / 'b_label.nii.gz'} is not on the grid of {scans / 'b.nii.gz'}; correct the pair."
    )
    with refused(sentence):
        load(write_config())


def test_a_scan_is_read_once_and_then_taken_from_the_cache(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    first = load(write_config())
    for path in scans.iterdir():
        damage(path)

    second = load(write_config())

    assert len(list((tmp_path / "cache").iterdir())) == 2
    for one, other in zip(first.together, second.together, strict=True):
        assert np.array_equal(one.image, other.image) and one.image.dtype == other.image.dtype
        assert np.array_equal(one.mask, other.mask) and one.mask.dtype == other.mask.dtype
        assert (one.name, one.loose, one.stored) == (other.name, other.loose, other.stored)


@pytest.mark.parametrize(
    "change", [("low = -100", "low = -125"), ("3.0, 3.0, 4.0", "3.0, 3.0, 5.0")]
)
def test_another_window_or_grid_is_read_anew(
    scans: Path, write_config: Write, change: tuple[str, str]
) -> None:
    before = stack_of(load(write_config()), "a")

    after = stack_of(load(write_config(change)), "a")

    assert not np.array_equal(before.image, after.image)


def test_a_scan_that_was_replaced_is_read_anew(scans: Path, write_config: Write) -> None:
    load(write_config())
    (scans / "a.nii.gz").write_bytes(b"no scan")

    with refused(f"{scans / 'a.nii.gz'} is"):
        load(write_config())


def test_a_damaged_cache_is_told(scans: Path, write_config: Write, tmp_path: Path) -> None:
    load(write_config())
    cached = next((tmp_path / "cache").glob("a-*.npz"))
    cached.write_bytes(cached.read_bytes()[:200])

    with refused(f"The cached scan {cached} is damaged; delete it."):
        load(write_config())


def test_a_cache_with_a_wrong_byte_is_told(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    load(write_config())
    cached = next((tmp_path / "cache").glob("a-*.npz"))
    content = bytearray(cached.read_bytes())
    content[60:90] = b"\xff" * 30
    cached.write_bytes(bytes(content))

    with refused(f"The cached scan {cached} is damaged; delete it."):
        load(write_config())


def test_a_case_that_is_not_in_the_data_is_told(scans: Path, write_config: Write) -> None:
    with refused("The configuration names the case 'd', which is not in the data; correct it."):
        load(write_config(('held_out = ["c"]', 'held_out = ["d"]')))


def test_two_cases_of_one_name_are_told(scans: Path, write_config: Write, tmp_path: Path) -> None:
    twice = ('[{ folder = "scans" }]', '[{ folder = "scans" }, { folder = "./scans" }]')

    with refused("The data holds 2 cases of the name 'a'; give each a name of its own."):
        load(write_config(twice))


@pytest.fixture
def organs(scans: Path) -> Path:
    """The references of `scans` with a second label beside the first."""
    for path in scans.glob("*_label.nii.gz"):
        mask = read_mask(path)
        labels = mask.array.copy()
        labels[0, :2, :3] = 2
        write_volume(mask.with_array(labels), path)
    return scans


def test_a_reference_with_several_labels_is_refused_with_the_labels_it_has(
    organs: Path, write_config: Write
) -> None:
    with refused(f"{organs / 'a_label.nii.gz'} has several labels (1, 2); name the one"):
        load(write_config())


@pytest.mark.parametrize(("label", "voxels"), [(1, 4 * 7 * 9), (2, 6)])
def test_of_several_labels_the_named_one_is_trained_on(
    label: int, voxels: int, organs: Path, write_config: Write
) -> None:
    data = load(write_config(('folder = "scans"', f'folder = "scans", label = {label}')))

    assert [int(stack.mask.sum()) for stack in data.together] == [voxels, voxels]
    assert [case.label for case in data.held_out] == [label]


def test_grey_levels_become_the_hu_that_they_are_taken_for() -> None:
    grey = np.array([[0, 51], [204, 255]], np.uint8)

    assert to_hu(grey, GreyMapping(-160, 240)).tolist() == [[-160, -80], [160, 240]]
    assert to_hu(grey, GreyMapping(0, 255, black_is=-100)).tolist() == [[-100, 51], [204, 255]]
    assert to_hu(grey, GreyMapping(0, 255)).dtype == np.float32


def write_slice(tmp_path: Path, patient: str = "p1", mask_size: int = 24) -> Path:
    """The loose slice s1: grey level 10 times the column, and a mask."""
    folder = tmp_path / "slices"
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    grey = np.tile(np.arange(24, dtype=np.uint8) * 10, (20, 1))
    mask = np.zeros((20, mask_size), np.uint8)
    mask[5:9, 3:12] = 255
    sitk.WriteImage(sitk.GetImageFromArray(grey), folder / "images" / "s1.png")
    sitk.WriteImage(sitk.GetImageFromArray(mask), folder / "masks" / "s1.png")
    (folder / "index.csv").write_text(
        f"name,modality,patient,grey\ns1,CT,{patient},HU\n", encoding="utf-8"
    )
    return folder


def test_a_loose_slice_is_a_stack_of_one_slice_for_training(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path)

    data = load(write_config(WITH_SLICES))

    stack = data.training[-1]
    assert (stack.name, stack.loose, stack.stored) == ("s1", True, None)
    assert stack.image.shape == stack.mask.shape == (1, 20, 24)
    assert stack.image[0, 3].tolist() == list(range(0, 240, 10))
    assert (stack.mask.sum(), stack.mask[0, 5, 3], stack.mask[0, 8, 11]) == (36, 1, 1)
    assert "s1" not in [stack.name for stack in data.validation]


def test_the_assumed_spacing_of_loose_slices_is_part_of_what_is_cached(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path)
    load(write_config(WITH_SLICES))

    wider = (WITH_SLICES[0], WITH_SLICES[1].replace("spacing_mm = 3.0", "spacing_mm = 6.0"))

    assert load(write_config(wider)).training[-1].image.shape == (1, 39, 47)


def test_loose_slices_of_a_patient_who_is_kept_aside_are_not_trained_on(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path, patient="c")

    assert [stack.name for stack in load(write_config(WITH_SLICES)).training] == ["a"]


def write_patients(scans: Path, *patients: str) -> None:
    """Those of the scans a, b and c."""
    rows = "".join(f"{scan},{one}\n" for scan, one in zip("abc", patients, strict=True))
    (scans / "patients.csv").write_text(f"case,patient\n{rows}", encoding="utf-8")


def test_loose_slices_of_a_patient_whose_scan_has_another_name_are_not_trained_on(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_patients(scans, "p1", "p2", "p3")
    write_slice(tmp_path, patient="p3")

    assert [stack.name for stack in load(write_config(WITH_SLICES)).training] == ["a"]


@pytest.mark.parametrize("patients", [("p1", "p2", "p1"), ("p1", "p1", "p2"), ("p1", "p2", "p2")])
def test_scans_of_one_patient_are_not_trained_on_and_held_out_or_validated_by(
    scans: Path, write_config: Write, patients: tuple[str, ...]
) -> None:
    write_patients(scans, *patients)

    with pytest.raises(InputError, match="are scans of one patient"):
        load(write_config())


def test_a_scan_in_several_files_is_read_anew_where_one_of_them_is_another_now(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    from PancreasSegLib.training.data.cases import Case
    from PancreasSegLib.training.data.training_set import _files

    header, data = tmp_path / "scan.mhd", tmp_path / "scan.raw"
    sitk.WriteImage(sitk.Image([2, 2, 2], sitk.sitkInt16), header)
    case = Case("scan", header, scans / "a_label.nii.gz")
    before = _files(case)

    os.utime(data, ns=(1, 1))

    assert (str(data), 1) in _files(case) != before


def test_a_loose_slice_and_its_mask_must_have_one_size(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    folder = write_slice(tmp_path, mask_size=25)

    sentence = f"{folder / 'masks/s1.png'} has another size than {folder / 'images/s1.png'};"
    with refused(sentence):
        load(write_config(WITH_SLICES))


def test_a_picture_in_colour_or_no_picture_at_all_is_told(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    image = write_slice(tmp_path) / "images" / "s1.png"
    colours = sitk.GetImageFromArray(np.zeros((20, 24, 3), np.uint8), isVector=True)
    sitk.WriteImage(colours, image)
    with refused(f"{image} is not an 8-bit grey picture; save it again as one."):
        load(write_config(WITH_SLICES))

    image.write_bytes(b"no picture")
    with refused(f"{image} is not a picture that can be read; save it again."):
        load(write_config(WITH_SLICES))


FOR_MR = (
    ('kind = "hu", low = -100, high = 240', 'kind = "percentile", low = 1, high = 99'),
    ("[data]\n", '[data]\nmodality = "MR"\n'),
    (
        'volumes = [{ folder = "scans" }]',
        'volumes = [{ folder = "scans", modality = "CT", organs = { file = "{case}_organs.nii.gz", '
        "labels = { liver = 6 } } }]",
    ),
    ('validation = ["b"]\n', ""),
    ('held_out = ["c"]\n', ""),
    ("refit_steps = 2\n", ""),
)


def test_a_ct_that_trains_a_model_for_mr_keeps_its_tissues(
    organ_maps: np.ndarray, write_config: Write, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    for _ in range(2):  # made, then read from the cache
        stack = stack_of(load(write_config(*FOR_MR)), "a")

        assert stack.tissues is not None
        inside = (pair[1] == 1) & (stack.tissues > 0)
        assert inside.any() and (stack.tissues[inside] == 1).all()
        coronal = stack.sliced("coronal")
        assert coronal.tissues is not None and coronal.tissues.shape == coronal.image.shape


def test_a_ct_that_trains_a_model_for_ct_has_no_tissues(scans: Path, write_config: Write) -> None:
    named = ('folder = "scans" }', 'folder = "scans", modality = "CT" }')

    assert stack_of(load(write_config(named)), "a").tissues is None


def test_a_ct_that_is_not_in_hu_cannot_be_drawn_anew(
    organ_maps: np.ndarray, scans: Path, write_config: Write
) -> None:
    path = scans / "a.nii.gz"
    scan = np.random.default_rng(1).integers(-1000, -900, (10, 20, 24)).astype(np.int16)
    write_volume(Volume(scan, AFFINE), path)

    with refused(f"The pancreas of {path} is as dark as air"):
        load(write_config(*FOR_MR))


def test_a_ct_cannot_be_held_out_from_a_model_for_mr(
    organ_maps: np.ndarray, write_config: Write
) -> None:
    kept = [change for change in FOR_MR if not change[0].startswith("held_out")]

    with refused("The scan 'c' is of another modality than the model"):
        load(write_config(*kept))


def test_a_patient_of_loose_slices_alone_can_be_held_out(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path, patient="p1")
    held_out = ('held_out = ["c"]', 'held_out = ["c", "p1"]')

    assert [s.name for s in load(write_config(WITH_SLICES)).training] == ["a", "s1"]
    data = load(write_config(WITH_SLICES, held_out))

    assert [stack.name for stack in data.training] == ["a"]
    assert [case.name for case in data.held_out] == ["c"]


def test_a_patient_of_loose_slices_cannot_validate(
    scans: Path, write_config: Write, tmp_path: Path
) -> None:
    write_slice(tmp_path, patient="p1")

    with refused("'p1' is a patient of loose slices, and only scans can validate"):
        load(write_config(WITH_SLICES, ('validation = ["b"]', 'validation = ["b", "p1"]')))
