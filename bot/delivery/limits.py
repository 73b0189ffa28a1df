"""How fast we may send: to all, to a person, to a group; and who has to be left alone for a while.

Telegram's own limits (about 30 a second to all, one a second to a person with short bursts, 20 a
minute to a group) are kept with a little room. Times are seconds of a clock that never jumps.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from bot.delivery.pace import Pace, Window
from bot.delivery.policy import ChatMissing, NotSent, Outcome, Scope, Sent, Unknown
from bot.delivery.turns import Gate, Turns

PERSON_INTERVAL_S: Final = 1.0
PERSON_BURST: Final = 3
GROUP_INTERVAL_S: Final = 60 / 18
HORIZON_S: Final = 1.0
"""What is claimed goes out within it."""
# The rest is what the gate keeps back anyway: its second is a hundredth longer than a clock's.
_USED: Final = 0.99
_SLACK_S: Final = 0.5
"""A turn that comes a little late (timers do, and machines are busy) is made up for."""

_ALL: Final = 0
_FORGET_AT: Final = 10_000
# Two chats throttled within a second: it is about us, not about them.
_SAME_CAUSE_S: Final = 1.0
FAILURES_UNTIL_DOWN: Final = 3
LONGEST_PROBE_S: Final = 8.0
"""Short enough that sending goes on within 10 s when Telegram is back."""
MISLED_REST_S: Final = 10 * 60.0
RICH_REST_S: Final = 24 * 3600.0
_MISSING_WINDOW_S: Final = 20 * 60.0
_MISSING_LEAST: Final = 5
_MISSING_SHARE: Final = 0.2


class Limits:
    """One for the whole process; Telegram counts per bot."""

    def __init__(self, *, per_second: float = 28.0, paid_per_second: float = 0.0) -> None:
        # No bursts here: the turns are evenly spaced, and never too many in any second.
        self._all = _even(per_second)
        self._paid = _even(paid_per_second) if paid_per_second else self._all
        self.turns = Turns(self)
        self.gate = Gate(per_second)
        """To go through at the last moment before a request."""
        self.paid_gate = Gate(paid_per_second) if paid_per_second else self.gate
        self._new_chat_from = float("-inf")
        self._chats: dict[int, Pace] = {}
        self._rests: dict[int, float] = {}
        """What Telegram told us to leave alone until when."""
        self._paced: dict[int, float] = {}
        """Chats whose next message comes later."""
        self._last_throttled: tuple[int, float] = (_ALL, float("-inf"))
        self._failures = 0
        self._probe_at = float("-inf")
        self._rich_from = float("-inf")
        self._tries: deque[tuple[float, bool]] = deque(maxlen=2000)
        self._is_ours = True

    # Asking

    def room(self, now: float, *, paid: bool = False) -> int:
        """How many turns there are within the horizon."""
        if self.is_resting(_ALL, now):
            return 0
        pace = self._paid if paid else self._all
        return max(0, int((now + HORIZON_S - pace.earliest(now)) / pace.interval + 1e-9))

    def next_turn(self, now: float, *, paid: bool = False) -> float:
        """When the next message may go out, to whomever."""
        return (self._paid if paid else self._all).earliest(now)

    def take(self, telegram_id: int, now: float, *, paid: bool = False) -> float | None:
        """Seconds until this chat's turn, which is used up; None if it has to rest first.

        0 stands for no chat: an edit or a deletion counts for all together, not as a chat's next message.
        """
        pace = self._paid if paid else self._all
        turn = pace.earliest(now)
        if self._rests and (self.is_resting(_ALL, turn) or self.is_resting(telegram_id, turn)):
            return None
        if self._paced.get(telegram_id, turn) > turn:
            return None
        if telegram_id != _ALL:
            chat = self._chat(telegram_id, now)
            chat.take(turn)
            again = chat.earliest(turn)
            if again > turn:
                self._paced[telegram_id] = again
        pace.take(turn)
        return turn - now

    def is_resting(self, telegram_id: int, now: float) -> bool:
        """Whether Telegram told us to leave it alone."""
        return self._rests.get(telegram_id, now) > now

    def resting(self, now: float) -> list[int]:
        """The chats that cannot have a turn now."""
        self._rests = _still(self._rests, now)
        self._paced = _still(self._paced, now)
        return [number for number in {**self._rests, **self._paced} if number != _ALL]

    def rest_of(self, telegram_id: int, now: float) -> float:
        """Seconds until a message to this chat can have a turn."""
        until = self._paced.get(telegram_id, now)
        return max(0.0, until - now, self.told_rest_of(telegram_id, now))

    def told_rest_of(self, telegram_id: int, now: float) -> float:
        """Seconds this chat, or every chat, has to be left alone yet."""
        return max(0.0, self._rests.get(telegram_id, now) - now, self._rests.get(_ALL, now) - now)

    # Learning

    @property
    def is_ours(self) -> bool:
        """Whether this process is the one that writes to Telegram, as far as it knows."""
        return self._is_ours

    def hold(self, now: float, *, is_ours: bool) -> bool:
        """Whether this process is the one that sends; another's turns are not known to it. True if anew."""
        is_new = is_ours and not self._is_ours
        if is_new:
            self.take_over(now)
        self._is_ours = is_ours
        return is_new

    def take_over(self, now: float) -> None:
        """Another process sent until a moment ago, or may have: take every burst for used up."""
        self._chats.clear()
        self._new_chat_from = now
        self._all.take(now)

    def rest(self, telegram_id: int, until: float) -> None:
        """Leave a chat alone until then; 0 stands for all."""
        self._rests[telegram_id] = max(until, self._rests.get(telegram_id, until))

    def scope_of_throttle(self, telegram_id: int, now: float) -> Scope:
        """Whether a 429 is about this chat or about all; Telegram does not say."""
        other, at = self._last_throttled
        self._last_throttled = (telegram_id, now)
        return Scope.BOT if other not in (_ALL, telegram_id) and now - at <= _SAME_CAUSE_S else Scope.CHAT

    def note(self, outcome: Outcome, now: float) -> None:
        """Learn from a try whether Telegram is there and whether it knows our chats."""
        if isinstance(outcome, NotSent | Unknown):
            self._failures += 1
            return
        self._failures = 0
        if isinstance(outcome, Sent | ChatMissing):
            self._tries.append((now, isinstance(outcome, ChatMissing)))

    def rest_rich(self, now: float) -> None:
        """The server knows no rich messages: ask again tomorrow (or after a restart)."""
        self._rich_from = now + RICH_REST_S

    def allows_rich(self, now: float) -> bool:
        return now >= self._rich_from

    @property
    def is_down(self) -> bool:
        """Several tries in a row had no answer: probe before risking more messages."""
        return self._failures >= FAILURES_UNTIL_DOWN

    def may_probe(self, now: float) -> bool:
        return now >= self._probe_at

    def probed(self, now: float, *, is_reachable: bool) -> None:
        """Learn from a probe; the next one waits longer, but not long."""
        self._failures = 0 if is_reachable else self._failures + 1
        self._probe_at = now + min(0.5 * 2 ** min(self._failures - FAILURES_UNTIL_DOWN, 10), LONGEST_PROBE_S)

    def is_trusted(self, now: float) -> bool:
        """False while so many chats are "not found" that the mistake must be ours."""
        recent = [missing for at, missing in self._tries if now - at <= _MISSING_WINDOW_S]
        missing = sum(recent)
        return missing < _MISSING_LEAST or missing <= _MISSING_SHARE * len(recent)

    def _chat(self, telegram_id: int, now: float) -> Pace:
        if len(self._chats) >= _FORGET_AT:
            self._chats = {number: pace for number, pace in self._chats.items() if not pace.is_rested(now)}
        chat = self._chats.get(telegram_id)
        if chat is None:
            chat = Pace(PERSON_INTERVAL_S, PERSON_BURST) if telegram_id > 0 else Pace(GROUP_INTERVAL_S, 1)
            self._chats[telegram_id] = chat
            if now - self._new_chat_from < chat.burst * chat.interval:
                chat.spend(self._new_chat_from)
        return chat


def _still(rests: dict[int, float], now: float) -> dict[int, float]:
    return {number: until for number, until in rests.items() if until > now}


def _even(per_second: float) -> Pace:
    return Pace(1 / (_USED * per_second), 1, _SLACK_S, Window(per_second))
