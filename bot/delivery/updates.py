"""Hands stored updates to the handlers: those of one chat in order, those of several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson

from storage.messages import InboxUpdate

AT_ONCE: Final = 8
"""Chats answered at the same time."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of one update; no error means done."""

    update: InboxUpdate
    error: str = ""
    wait: timedelta = timedelta()
    """How long until it is tried again."""
    is_poison: bool = True
    """Whether the failure is the update's own, and counts against it."""


async def handle_all(
    due: Sequence[InboxUpdate],
    *,
    held_back: Iterable[InboxUpdate],
    handle: Callable[[InboxUpdate], Awaitable[Handled]],
    on_handled: Callable[[Handled], Awaitable[None]],
    stop: asyncio.Event,
) -> list[Handled]:
    """Handle updates that wait for nothing; a chat's later ones wait when an earlier one failed."""
    waiting = {chat_of(update) for update in held_back}
    chats: dict[int, list[InboxUpdate]] = {}
    for update in due:
        chats.setdefault(chat_of(update), []).append(update)
    done: list[Handled] = []
    places = asyncio.Semaphore(AT_ONCE)

    async def answer(chat: int, updates: Collection[InboxUpdate]) -> None:
        for update in updates:
            if stop.is_set():
                return
            async with places:
                handled = await handle(update)
                await on_handled(handled)
            done.append(handled)
            if handled.error and chat:
                return

    async with asyncio.TaskGroup() as group:
        for chat, updates in chats.items():
            if not chat or chat not in waiting:
                group.create_task(answer(chat, updates))
    return done


def chat_of(update: InboxUpdate) -> int:
    """The Telegram chat (or person) an update is about, 0 if it is about none."""
    try:
        body = orjson.loads(update.body)
    except orjson.JSONDecodeError:
        return 0
    if not isinstance(body, dict):
        return 0
    for content in body.values():
        if isinstance(content, dict):
            return (
                _id_in(content, "chat") or _id_in(content.get("message"), "chat") or _id_in(content, "from")
            )
    return 0


def _id_in(value: Any, key: str) -> int:
    place = value.get(key) if isinstance(value, dict) else None
    number = place.get("id") if isinstance(place, dict) else None
    return number if isinstance(number, int) else 0
