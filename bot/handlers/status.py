"""/status - what this chat will get and when, and whether the news keep coming in."""

from __future__ import annotations

from datetime import timedelta

from bot.handlers.command import Command
from bot.handlers.times import shown_time
from bot.handlers.turn import Turn
from bot.rota import is_written_to
from storage.wishes import SubscriptionState


async def status(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        followed = await tx.chats.subscriptions(turn.chat.id)
        digests = await tx.digests.of_chat(turn.chat.id)
        publisher_count = await tx.articles.publisher_count()
        last_seen_at = await tx.articles.last_seen_at()
        fresh = await tx.articles.count_since(turn.now - timedelta(days=1))
    await turn.reply(
        "status",
        chat=turn.chat,
        active=[one.topic.query for one in followed if one.state is SubscriptionState.ACTIVE],
        paused=[one.topic.query for one in followed if one.state is SubscriptionState.PAUSED],
        digests=[(shown_time(one.local_time, turn.chat.language), one.weekdays) for one in digests],
        next_due_at=min((digest.next_due_at for digest in digests), default=None),
        publisher_count=publisher_count,
        fresh=fresh,
        is_paused=not is_written_to(turn.chat, turn.now),
        quiet=tuple(
            shown_time(one, turn.chat.language) for one in (turn.chat.quiet_from, turn.chat.quiet_to) if one
        ),
        last_seen_at=last_seen_at,
    )


COMMAND = Command(name="status", alias="status", handle=status, menu="menu_status")
