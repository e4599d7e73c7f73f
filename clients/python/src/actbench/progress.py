"""Lines that say how far a long call is."""

from __future__ import annotations

import sys
import threading
import time
from typing import Optional

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_UPDATES = 0.1


class Progress:
    """One line on standard error. A terminal and a notebook show it again in place; a log file gets a line now and then."""

    def __init__(self, shown: Optional[bool] = None) -> None:
        self._in_place = sys.stderr.isatty() or "ipykernel" in sys.modules
        self._shown = self._in_place if shown is None else shown
        self._lock = threading.Lock()
        # A log file gets no line of a call that ends soon.
        self._last = 0.0 if self._in_place else time.monotonic()
        self._length = 0

    def show(self, text: str) -> None:
        """Shows the present state, unless the last line is too recent."""
        pause = _SECONDS_BETWEEN_UPDATES if self._in_place else _SECONDS_BETWEEN_LINES
        with self._lock:
            if self._shown and time.monotonic() - self._last >= pause:
                self._write(text, end="" if self._in_place else "\n")
                self._last = time.monotonic()

    def end(self, text: str) -> None:
        """Shows the final state."""
        with self._lock:
            if self._shown:
                self._write(text, end="\n")
                self._length = 0
                self._last = 0.0

    def _write(self, text: str, end: str) -> None:
        start, padding = ("\r", " " * (self._length - len(text))) if self._in_place else ("", "")
        self._length = len(text)
        sys.stderr.write(f"{start}{text}{padding}{end}")
        sys.stderr.flush()
