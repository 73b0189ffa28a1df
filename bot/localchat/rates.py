"""How fast a bot may write, as Telegram counts: what comes faster is refused with 429, and noted."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil
from typing import Final

ALL_IN_A_SECOND: Final = 30
TO_A_PERSON_AT_ONCE: Final = 5
"""Then one a second."""
TO_A_GROUP_IN_A_MINUTE: Final = 20
_WRITES: Final = frozenset({"sendMessage", "sendRichMessage"})
_COUNTED: Final = _WRITES | {"editMessageText", "editMessageReplyMarkup", "deleteMessage", "deleteMessages"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A call that came too early."""

    method: str
    chat_id: int
    """0 where it was too much for all chats together."""
    at: float


@dataclass(slots=True, kw_only=True)
class Rates:
    """All requests that show or change messages count for all chats, new messages also for their chat.

    With `refuses=False` nobody is turned away: the violations are counted and nothing else changes.
    """

    per_second: int = ALL_IN_A_SECOND
    paid_per_second: int = 1000
    refuses: bool = True
    violations: list[Violation] = field(default_factory=list)
    fastest: int = 0
    """The most that came within a second."""
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)

    def check(self, method: str, chat_id: int | None, now: float, *, paid: bool = False) -> int | None:
        """Whole seconds the caller has to wait; None if the call may be."""
        if method not in _COUNTED:
            return None
        ceiling = self.paid_per_second if paid else self.per_second
        over = [0] if self._counted(self._all, now, 1.0) >= ceiling else []
        wait = 1.0
        chat = self._chats.setdefault(chat_id or 0, deque()) if method in _WRITES else None
        if chat is not None and (too_early := self._too_early(chat, chat_id or 0, now)):
            over.append(chat_id or 0)
            wait = too_early
        self.violations += [Violation(method=method, chat_id=number, at=now) for number in over]
        if over and self.refuses:
            return ceil(wait)
        self._all.append(now)
        self.fastest = max(self.fastest, self._counted(self._all, now, 1.0))
        if chat is not None:
            chat.append(now)
        return None

    def _too_early(self, chat: deque[float], chat_id: int, now: float) -> float:
        """Seconds until this chat may get its next message."""
        if chat_id < 0:
            full = self._counted(chat, now, 60.0) >= TO_A_GROUP_IN_A_MINUTE
            return max(0.0, chat[0] + 60.0 - now) if full else 0.0
        # One a second, and a few at once after a rest.
        self._counted(chat, now, 60.0)
        debt, last = 0.0, chat[0] if chat else now
        for at in chat:
            debt = max(0.0, debt - (at - last)) + 1.0
            last = at
        return max(0.0, debt - (now - last) + 1.0 - TO_A_PERSON_AT_ONCE)

    @staticmethod
    def _counted(times: deque[float], now: float, span: float) -> int:
        while times and times[0] <= now - span + 1e-9:
            times.popleft()
        return len(times)
