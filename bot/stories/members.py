"""The articles of the window: kept as bytes, opened when somebody looks at them."""

from __future__ import annotations

from bot.stories.member import Member
from bot.stories.packing import member_from, tail_of
from storage.records import ArticleId

OPENED = 8_192
"""So many stay opened: those of the stories that are told now."""


class Members:
    """Numbered from 0 in the order they come, for good; the oldest can be dropped."""

    def __init__(self) -> None:
        self._first = 0
        self._tails: list[bytes] = []
        self._wires: dict[int, ArticleId] = {}
        self._opened: dict[int, Member] = {}

    def __len__(self) -> int:
        return len(self._tails)

    @property
    def end(self) -> int:
        """Number of the one that comes next."""
        return self._first + len(self._tails)

    @property
    def memory(self) -> int:
        """Memory it takes, without what is opened."""
        return sum(len(tail) + 33 + 8 for tail in self._tails)

    def __getitem__(self, number: int) -> Member:
        member = self._opened.get(number)
        if member is None:
            member = member_from(self._tails[number - self._first], self._wires.get(number))
            self._open(number, member)
        return member

    def append(self, member: Member) -> None:
        self.append_tail(tail_of(member), member.wire_of)
        self._open(self.end - 1, member)

    def append_tail(self, tail: bytes, wire_of: ArticleId | None) -> None:
        """One that was kept before."""
        if wire_of is not None:
            self._wires[self.end] = wire_of
        self._tails.append(tail)

    def tail(self, number: int) -> bytes:
        """What is to be kept of it."""
        return self._tails[number - self._first]

    def set_wire_of(self, number: int, original: ArticleId | None) -> None:
        """It prints this article's text; None: a text of its own."""
        if original is None:
            self._wires.pop(number, None)
        else:
            self._wires[number] = original
        if number in self._opened:
            self._opened[number].wire_of = original

    def drop(self, before: int) -> None:
        """Forget all with lower numbers."""
        del self._tails[: before - self._first]
        self._first = before
        for table in (self._wires, self._opened):
            for number in [number for number in table if number < before]:
                del table[number]

    def _open(self, number: int, member: Member) -> None:
        if len(self._opened) >= OPENED:
            del self._opened[next(iter(self._opened))]
        self._opened[number] = member
