"""From words to a query: what /thema, /abo, /suche and /abbestellen share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.clock import zone_of
from bot.errors import BadQuery
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key
from bot.search import read_query
from bot.topics.query import Query
from bot.topics.spelling import instead
from storage.records import NewTopic, Topic

Ask = Callable[[Turn, str], Awaitable[Key]]
"""Makes the button that asks something else the same way."""


async def understand(turn: Turn, text: str, *, ask: Ask) -> Query | None:
    """The query a person means; None when it cannot be understood and they have been told so."""
    try:
        return await read(turn, text)
    except BadQuery as error:
        await explain(turn, text, error, ask=ask)
        return None


async def read(turn: Turn, text: str) -> Query:
    """As a search reads it, so that a topic finds the same; raises BadQuery."""
    return await read_query(turn.services, text, zone=zone_of(turn.chat.timezone))


async def explain(turn: Turn, text: str, error: BadQuery, *, ask: Ask) -> None:
    """Say what is wrong with the words, and what may be meant: one press asks that."""
    suggestion = await _understood(turn, instead(text, error))
    await turn.reply(
        "query_unclear",
        rows=[[await ask(turn, suggestion)]] if suggestion else [],
        text=text,
        fault=error.fault,
        about=error.about,
        suggestion=suggestion,
    )


async def _understood(turn: Turn, text: str) -> str:
    """The text, if it can be asked."""
    if not text:
        return ""
    try:
        await read(turn, text)
    except BadQuery:
        return ""
    return text


async def topic_of(turn: Turn, query: Query) -> Topic:
    """The query's row, so that a button can name it."""
    async with turn.services.storage.write() as tx:
        return await tx.topics.get_or_add(NewTopic(key=query.key, query=query.text))
