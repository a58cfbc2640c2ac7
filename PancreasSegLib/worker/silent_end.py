"""Why a worker ended that could not say it itself."""

from __future__ import annotations

import signal

from PancreasSegLib.errors import OutOfMemory, PancreasSegError

MEMORY_FAILURES = ("MemoryError", "std::bad_alloc", "annot allocate memory", "can't allocate")
"""As Python, C++, the system and torch write them before they end."""

FIRST_SIGNAL_CODE, SIGNALS = 128, 65
"""Of a shell; a signal's number is below 65."""

ADVICE = "close other programs, or give a region of interest around the pancreas"
BATCH_ADVICE = "close other programs, and start the batch again: it goes on where it stopped"
"""What to do where the memory was not enough."""


def explanation(code: int, log: str, advice: str) -> PancreasSegError:
    """A sentence on an exit code (below 0: a signal's number), and on what the log says.

    advice: one of those above.
    A launcher that survives its killed child, as `PythonSlicer` may be one, tells the child's
    signal as a shell does: 128 and its number.
    """
    if FIRST_SIGNAL_CODE < code < FIRST_SIGNAL_CODE + SIGNALS:
        code = FIRST_SIGNAL_CODE - code
    if code != 0 and any(failure in log for failure in MEMORY_FAILURES):
        return OutOfMemory(f"The computer's memory was not enough for the segmentation; {advice}.")
    if code in (-signal.SIGTERM, -signal.SIGINT):
        return PancreasSegError(
            "The segmentation was stopped from outside of PancreasSeg (SIGTERM); start it again."
        )
    if code < 0:
        return _ended_by(-code, advice)
    if code == 0:
        return PancreasSegError(
            "The segmentation ended without a result and without a reason; its log may tell more."
        )
    # Windows gives the kind of a crash as a large number that is known in this form.
    shown = str(code) if code < 256 else f"0x{code:08X}"
    return PancreasSegError(
        f"The segmentation ended unexpectedly with the exit code {shown}; its log tells more."
    )


def _ended_by(number: int, advice: str) -> PancreasSegError:
    name = _signal_name(number)
    if name == "SIGKILL":
        return PancreasSegError(
            "The segmentation was killed from outside (SIGKILL), as the system does when the "
            f"computer's memory runs out: {advice}."
        )
    return PancreasSegError(
        f"The segmentation crashed or was ended from outside ({name}); its log tells more."
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
