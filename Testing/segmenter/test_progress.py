import pytest

from PancreasSegLib.errors import Cancelled
from PancreasSegLib.segmenter.progress import Progress, Steps


def test_fractions_follow_the_shares_of_the_steps() -> None:
    told: list[Progress] = []
    steps = Steps({"read": 1.0, "think": 3.0}, told.append)
    steps.start("read")
    steps.advance(1, 2)
    steps.start("think")
    steps.advance(1, 3)
    steps.finish()
    assert [(p.step, p.fraction) for p in told] == [
        ("read", 0.0),
        ("read", 0.125),
        ("think", 0.25),
        ("think", 0.5),
        ("think", 1.0),
    ]
    assert list(steps.seconds) == ["read", "think"]


def test_the_time_left_is_told_once_it_can_be_known() -> None:
    told: list[Progress] = []
    steps = Steps({"think": 1.0}, told.append)
    steps.start("think")
    steps.began -= 10.0  # ten seconds have passed
    steps.advance(1, 4)
    assert told[0].seconds_left is None
    assert told[1].seconds_left == pytest.approx(30.0, rel=0.01)


def test_a_wish_to_cancel_is_heard() -> None:
    with pytest.raises(Cancelled):
        Steps({"think": 1.0}, cancelled=lambda: True).start("think")
