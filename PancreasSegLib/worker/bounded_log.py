"""The last words of a worker, however much it says."""

import threading

MOST_CHARACTERS = 100_000
CUT = "[...]\n"


class BoundedLog:
    """Text that threads append to; of more than MOST_CHARACTERS the last ones are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text = ""
        self._is_cut = False

    def append(self, text: str) -> None:
        """Add `text` at the end."""
        with self._lock:
            text = self._text + text
            self._is_cut |= len(text) > MOST_CHARACTERS
            self._text = text[-MOST_CHARACTERS:]

    @property
    def text(self) -> str:
        """All that is kept, after CUT where something is not."""
        with self._lock:
            return CUT + self._text if self._is_cut else self._text
