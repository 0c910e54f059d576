"""Scripted bad days of a mail server, to try how the sender bears them."""

from __future__ import annotations

import threading

NORMAL = "normal"
REFUSE = "refuse"  # 421 to the greeting, then hangs up
STALL = "stall"  # takes the message, says nothing for ten minutes, and does not keep it
TEMPORARY = "4xx"  # 451 to each recipient
PERMANENT = "5xx"  # 550 to each recipient
DROP_AFTER_DATA = "drop-after-data"  # keeps the message but hangs up before saying so
MODES = (NORMAL, REFUSE, STALL, TEMPORARY, PERMANENT, DROP_AFTER_DATA)


class Misbehaviour:
    """The current mode; with ``times`` it goes back to normal after that many occasions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode = NORMAL
        self._times: int | None = None

    def set(self, mode: str, times: int | None = None) -> None:
        if mode not in MODES or (times is not None and times < 1):
            raise ValueError(mode)
        with self._lock:
            self._mode, self._times = mode, times

    def described(self) -> dict[str, object]:
        with self._lock:
            return {"mode": self._mode, "times": self._times}

    def due(self, *modes: str) -> str | None:
        """Return the mode if it is one of these, and use up one of its occasions."""
        with self._lock:
            if self._mode not in modes:
                return None
            mode = self._mode
            if self._times is not None:
                self._times -= 1
                if self._times == 0:
                    self._mode, self._times = NORMAL, None
            return mode
