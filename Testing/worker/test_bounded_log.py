"""A log of limited length."""

from PancreasSegLib.worker.bounded_log import CUT, MOST_CHARACTERS, BoundedLog


def test_a_short_log_is_kept_whole() -> None:
    log = BoundedLog()

    log.append("one\n")
    log.append("zwei, ü\n")

    assert log.text == "one\nzwei, ü\n"


def test_of_a_long_log_the_end_is_kept_and_that_it_is_cut_is_said() -> None:
    log = BoundedLog()

    log.append("a" * MOST_CHARACTERS)
    assert log.text == "a" * MOST_CHARACTERS
    log.append("the end")

    assert log.text == CUT + "a" * (MOST_CHARACTERS - len("the end")) + "the end"
