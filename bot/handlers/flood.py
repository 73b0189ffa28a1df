"""A limit per person, so that nobody's storm delays the others; in memory, for one process."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

BURST = 20
EVERY = timedelta(seconds=1.5)
MOST_PEOPLE = 20_000


class Verdict(Enum):
    WELCOME = auto()
    SLOW_DOWN = auto()
    """Over the limit, and not yet told so."""
    IGNORED = auto()


class FloodLimit:
    """`BURST` messages at once, then one `EVERY` so often; who is over it is told once."""

    def __init__(self) -> None:
        # When the person's whole burst is free again, and whether they were told to slow down.
        self._free_at: dict[int, tuple[datetime, bool]] = {}

    def judge(self, person: int, *, now: datetime) -> Verdict:
        free_at, told = self._free_at.pop(person, (now, False))
        waiting = max(free_at - now, timedelta())
        if waiting > EVERY * (BURST - 1):
            self._free_at[person] = (free_at, True)
            return Verdict.IGNORED if told else Verdict.SLOW_DOWN
        # Whoever has calmed down by half is told again next time.
        self._free_at[person] = (now + waiting + EVERY, told and waiting > EVERY * BURST / 2)
        self._forget(now)
        return Verdict.WELCOME

    def _forget(self, now: datetime) -> None:
        if len(self._free_at) <= MOST_PEOPLE:
            return
        self._free_at = {person: known for person, known in self._free_at.items() if known[0] > now}
