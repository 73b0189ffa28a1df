"""When the next turn is: evenly spaced, with a burst after a rest, never too many within a second.

Times are seconds of a clock that never jumps.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_MOST_COUNTED: Final = 1000
"""Telegram sells no higher rate; tests and benchmarks that want none are not counted."""
_SECOND_S: Final = 1.01
"""A second, and a little: two that leave a second apart may come closer together."""
_CATCHING_UP: Final = 0.6
"""Of the usual time between two turns."""


class Window:
    """So many in any second and no more, never close together: what was late catches up at a quicker pace.

    A heap that is let out at once would be one again a second later, and a little delay on its way to
    Telegram puts two heaps into one second.
    """

    def __init__(self, per_second: float) -> None:
        counted = 1 <= per_second <= _MOST_COUNTED
        self._times: deque[float] = deque(maxlen=int(per_second) if counted else 0)
        self._gap = _CATCHING_UP / per_second if counted else 0.0

    def earliest(self, now: float) -> float:
        """When there is room for one more."""
        times = self._times
        if not times:
            return now
        is_full = len(times) == times.maxlen
        return max(now, times[-1] + self._gap, times[0] + _SECOND_S if is_full else now)

    def take(self, at: float) -> None:
        self._times.append(at)


@dataclass(slots=True)
class Pace:
    """One turn each `interval` seconds, and `burst` at once after a rest (GCRA)."""

    interval: float
    burst: int
    slack: float = 0.0
    """How late a turn may come and still be made up for by the next ones."""
    window: Window = field(default_factory=lambda: Window(0))
    _next: float = float("-inf")

    def earliest(self, now: float) -> float:
        """When the next turn is."""
        return self.window.earliest(max(now, self._next - (self.burst - 1) * self.interval))

    def take(self, at: float) -> None:
        """Use up the turn at that time, which is not before `earliest`."""
        late = at - self._next
        self._next = (self._next if 0 <= late <= self.slack else max(self._next, at)) + self.interval
        self.window.take(at)

    def spend(self, at: float) -> None:
        """As if the whole burst had gone out then."""
        self._next = at + self.burst * self.interval

    def is_rested(self, now: float) -> bool:
        return self._next <= now
