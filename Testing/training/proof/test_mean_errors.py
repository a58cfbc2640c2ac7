"""Distance and volume error over the scans of a cross-validation."""

from __future__ import annotations

from PancreasSegLib.training.proof.mean_errors import mean_errors


def test_too_much_in_one_scan_does_not_make_up_for_too_little_in_another() -> None:
    cases = [
        {"hd95_mm": 4.0, "volume_difference_percent": 30.0},
        {"hd95_mm": 8.0, "volume_difference_percent": -10.0},
    ]

    assert mean_errors(cases) == {"mean_hd95_mm": 6.0, "mean_volume_error_percent": 20.0}


def test_a_scan_without_a_result_has_no_distance_but_a_volume_error() -> None:
    cases = [
        {"hd95_mm": 4.0, "volume_difference_percent": 0.0},
        {"hd95_mm": None, "volume_difference_percent": -100.0},
    ]

    assert mean_errors(cases) == {"mean_hd95_mm": 4.0, "mean_volume_error_percent": 50.0}


def test_of_cases_that_an_earlier_version_measured_there_is_nothing_to_tell() -> None:
    assert mean_errors([{"dice": 0.5}]) == {}
