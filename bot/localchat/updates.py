"""The updates that wait for the bot, confirmed by getUpdates as Telegram has it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.localchat.changes import Changes
from bot.localchat.refusals import conflict
from bot.localchat.values import Update

FIRST_UPDATE_ID: Final = 100_000_001
MAX_AGE: Final = timedelta(hours=24)
MAX_POLL_SECONDS: Final = 50
NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates in order; an offset beyond one confirms it, and it never comes again."""

    def __init__(self, changes: Changes | None = None, *, first_id: int = FIRST_UPDATE_ID) -> None:
        self._waiting: list[Update] = []
        self._next_id = first_id
        self._allowed: frozenset[str] | None = None
        self._poll = 0
        self._closed = False
        self.changes = changes or Changes()

    @property
    def waiting(self) -> tuple[Update, ...]:
        return tuple(self._waiting)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds to queue from now on; an empty list means the usual ones, None leaves it as it is."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def put(self, kind: str, payload: Mapping[str, Any], *, at: datetime) -> Update | None:
        """Queue an update; None if the bot does not want this kind."""
        if kind in NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed:
            return None
        update = Update(id=self._next_id, kind=kind, payload=payload, at=at)
        self._next_id += 1
        self._waiting.append(update)
        self.changes.ring()
        return update

    def take(self, offset: int, limit: int, *, now: datetime) -> list[Update]:
        """The first updates from the offset on, all earlier ones confirmed; a negative one means the last."""
        kept = [update for update in self._waiting if now - update.at < MAX_AGE]
        if offset < 0:
            kept = kept[offset:]
        elif offset > 0:
            kept = [update for update in kept if update.id >= offset]
        self._keep(kept)
        return kept[:limit]

    def close(self) -> None:
        """Send everybody who waits home with nothing."""
        self._closed = True
        self.changes.ring()

    def confirm(self, update: Update) -> None:
        """The update and all before it are done with."""
        self._keep([other for other in self._waiting if other.id > update.id])

    def _keep(self, kept: list[Update]) -> None:
        fewer = len(kept) < len(self._waiting)
        self._waiting = kept
        if fewer:
            self.changes.ring()

    async def poll(self, offset: int, limit: int, seconds: float, *, now: datetime) -> list[Update]:
        """Updates at once, or the first that come in time; a second poller ends the first one's wait."""
        self._poll += 1
        mine = self._poll
        self.changes.ring()
        loop = asyncio.get_running_loop()
        end = loop.time() + min(seconds, MAX_POLL_SECONDS)
        while not (updates := self.take(offset, limit, now=now)):
            left = end - loop.time()
            if left <= 0 or self._closed:
                return []
            await self.changes.wait(left)
            if self._poll != mine:
                raise conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
        return updates
