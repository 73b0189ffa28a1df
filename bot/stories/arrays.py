"""Arrays that grow at the end and shrink at the front, and sums over stretches of them."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.generic)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_LEAST_ROOM = 1024


class Growing(Generic[Number]):
    """An array whose end is moved out in steps, so that adding costs little."""

    def __init__(self, kind: type[Number]) -> None:
        self._room: npt.NDArray[Number] = np.zeros(_LEAST_ROOM, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Number]:
        """What was added so far, to read and to change in place."""
        return self._room[: self._size]

    @property
    def memory(self) -> int:
        """Memory it takes."""
        return self._room.nbytes

    def extend(self, more: npt.NDArray[Number]) -> None:
        needed = self._size + len(more)
        if needed > len(self._room):
            self._make_room(max(needed, len(self._room) * 9 // 8))
        self._room[self._size : needed] = more
        self._size = needed

    def _make_room(self, size: int) -> None:
        """A large array is not copied but given more pages, so that no second one stands beside it."""
        try:
            self._room.resize(size)
        except ValueError:  # somebody reads in it still
            room = np.zeros(size, self._room.dtype)
            room[: self._size] = self.values
            self._room = room

    def drop(self, count: int) -> None:
        """Forget so many at the front and give their room back.

        Whoever reads in it has to be done by then: what is kept moves.
        """
        kept = self._size - count
        self._room[:kept] = self.values[count:]
        self._size = kept
        self._make_room(max(_LEAST_ROOM, kept))


def stretches(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Every place in these stretches, one after the other, and where in that list each stretch ends."""
    ends = np.cumsum(lengths)
    places = np.arange(ends[-1] if len(ends) else 0, dtype=np.int64)
    return places + np.repeat(starts - (ends - lengths), lengths), ends


def sums(values: Floats, ends: Ints) -> Floats:
    """Sum of each stretch; an empty one sums to 0."""
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    filled = starts < ends
    totals = np.zeros(len(ends), np.float32)
    if filled.any():
        totals[filled] = np.add.reduceat(values, starts[filled])
    return totals
