"""Sentences for ends that the worker could not explain itself."""

from __future__ import annotations

import pytest

from PancreasSegLib.errors import OutOfMemory, PancreasSegError
from PancreasSegLib.worker.silent_end import ADVICE, BATCH_ADVICE, explanation


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (-9, "was killed from outside (SIGKILL), as the system does when the computer's memory"),
        (-11, "(SIGSEGV); its log tells more."),
        (-6, "(SIGABRT); its log tells more."),
        (-15, "was stopped from outside of PancreasSeg (SIGTERM)"),
        (137, "was killed from outside (SIGKILL), as the system does when the computer's memory"),
        (139, "(SIGSEGV); its log tells more."),
        (143, "was stopped from outside of PancreasSeg (SIGTERM)"),
        (193, "with the exit code 193;"),
        (130, "was stopped from outside of PancreasSeg (SIGTERM)"),
        (-63, "(signal 63)"),
        (2, "with the exit code 2;"),
        (3221225477, "with the exit code 0xC0000005;"),
        (0, "without a result and without a reason"),
    ],
)
@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no signals")
def test_every_exit_code_has_its_sentence(code: int, told: str) -> None:
    error = explanation(code, log="", advice=ADVICE)

    assert type(error) is PancreasSegError
    assert told in str(error)


@pytest.mark.parametrize(
    ("code", "log"),
    [
        (1, "Traceback ...\nMemoryError"),
        (1, "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 3 GiB"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'"),
        (1, "OSError: [Errno 12] Cannot allocate memory"),
        (1, "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
    ],
)
def test_a_log_that_ends_for_want_of_memory_is_out_of_memory(code: int, log: str) -> None:
    error = explanation(code, log, ADVICE)

    assert isinstance(error, OutOfMemory)
    assert "memory was not enough" in str(error)


@pytest.mark.parametrize(("code", "log"), [(137, ""), (1, "MemoryError")])
def test_a_batch_which_has_no_region_of_interest_gets_advice_of_its_own(
    code: int, log: str
) -> None:
    assert str(explanation(code, log, BATCH_ADVICE)).endswith(
        "close other programs, and start the batch again: it goes on where it stopped."
    )
