"""From words to a query: what /thema, /abo, /suche and /abbestellen share."""

from __future__ import annotations

from bot.clock import zone_of
from bot.errors import BadQuery
from bot.handlers.turn import Turn
from bot.topics.query import Query, parse
from storage.records import NewTopic, Topic


async def understand(turn: Turn, text: str) -> Query | None:
    """The query a person means; None when it cannot be understood and they have been told so."""
    try:
        return parse(text, analyser=turn.services.analyser, now=turn.now, zone=zone_of(turn.chat.timezone))
    except BadQuery as error:
        await explain(turn, text, error)
        return None


async def explain(turn: Turn, text: str, error: BadQuery) -> None:
    """Say what is wrong with the words, and what may be meant."""
    await turn.reply(
        "query_unclear", text=text, fault=error.fault, about=error.about, suggestion=error.suggestion
    )


async def topic_of(turn: Turn, query: Query) -> Topic:
    """The query's row, so that a button can name it."""
    async with turn.services.storage.write() as tx:
        return await tx.topics.get_or_add(NewTopic(key=query.key, query=query.text))
