"""What the delivery's flow tests share: parts to send with, and debts to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.delivery.limits import Limits
from bot.services import Services
from bot.settings import Settings
from storage.database import Storage
from storage.messages import Lane, MessagePart, NewDelivery
from storage.records import Chat, ChatKind, NewChat
from storage.schema_chats import outbox

NO_LIMIT = 1_000_000.0


def services_for(storage: Storage, clock: Any, **settings: Any) -> Services:
    """Delivery uses the settings, the clock and the storage; the rest is not built here."""
    parts: Any = dict.fromkeys(("analyser", "renderer", "window", "topics", "shelf"))
    values = {"send_lanes": 4, **settings}
    return Services(settings=Settings(**values), clock=clock, storage=storage, **parts)


def no_limits() -> Limits:
    return Limits(per_second=NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Postbox:
    """Owes messages and looks at what became of them."""

    storage: Storage
    clock: Any

    async def chat(self, telegram_id: int, *, thread_id: int = 0) -> Chat:
        kind = ChatKind.PRIVATE if telegram_id > 0 else ChatKind.GROUP
        new = NewChat(
            telegram_id=telegram_id, thread_id=thread_id, kind=kind, language="de", timezone="Europe/Berlin"
        )
        async with self.storage.write() as tx:
            return await tx.chats.get_or_add(new, self.clock.now())

    async def owe(
        self,
        telegram_id: int,
        *texts: str,
        key: str = "",
        lane: Lane = Lane.DIGEST,
        thread_id: int = 0,
    ) -> Chat:
        """A delivery with a part for each text."""
        chat = await self.chat(telegram_id, thread_id=thread_id)
        delivery = NewDelivery(
            chat_id=chat.id,
            key=key or f"{telegram_id}:{thread_id}:{texts[0]}",
            lane=lane,
            parts=tuple(MessagePart(html=text) for text in texts),
            not_before=self.clock.now(),
        )
        async with self.storage.write() as tx:
            assert await tx.outbox.put(delivery, now=self.clock.now())
        return chat

    async def states(self) -> list[str]:
        """Of all parts, in the order they were owed."""
        return [state for state, _, _ in await self.rows()]

    async def rows(self) -> list[tuple[str, int, str]]:
        """(state, number of unreadable answers, error) of all parts."""
        async with self.storage.read() as tx:
            statement = select(outbox.c.state, outbox.c.ambiguous, outbox.c.error).order_by(outbox.c.id)
            return [tuple(row) for row in await tx.outbox._connection.execute(statement)]
