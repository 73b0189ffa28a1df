"""A message as the outbox's columns, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from storage.messages import Lane, MessagePart, NewDelivery, OutboxMessage, OutboxState
from storage.schema_chats import chats, outbox

LANES = tuple(Lane)


def rows_of(delivery: NewDelivery, now: datetime) -> list[dict[str, Any]]:
    shared = {
        **FRESH,
        "chat_id": delivery.chat_id,
        "key": delivery.key,
        "part_count": len(delivery.parts),
        "lane": LANES.index(delivery.lane),
        "not_before": delivery.not_before,
        "created_at": now,
        "edition_id": delivery.edition_id,
        "broadcast_id": delivery.broadcast_id,
        "revision": delivery.revision,
    }
    return [
        {**shared, **content_of(part), "part": number} for number, part in enumerate(delivery.parts, start=1)
    ]


FRESH: dict[str, Any] = {
    "state": OutboxState.PENDING,
    "owner": "",
    "fence": 0,
    "attempts": 0,
    "ambiguous": 0,
    "error": "",
}
# What the parts of one delivery have in common.
SHARED = (
    outbox.c.chat_id,
    outbox.c.key,
    outbox.c.lane,
    outbox.c.edition_id,
    outbox.c.broadcast_id,
)


def content_of(part: MessagePart) -> dict[str, Any]:
    return {
        "html": part.html,
        "keyboard": part.keyboard,
        "preview_url": part.preview_url,
        "silent": part.silent,
        "paid": part.paid,
        "is_rich": part.is_rich,
        "instead": _written(part.instead),
    }


def _written(parts: Sequence[MessagePart]) -> str:
    if not parts:
        return ""
    return json.dumps([[one.html, one.keyboard, one.preview_url, one.silent] for one in parts])


def read_parts(instead: str) -> tuple[MessagePart, ...]:
    """What is sent instead of a rich message, from its column."""
    return tuple(
        MessagePart(html=html, keyboard=keyboard, preview_url=preview_url, silent=silent)
        for html, keyboard, preview_url, silent in (json.loads(instead) if instead else ())
    )


NEEDED: tuple[ColumnElement[Any], ...] = (
    outbox.c.id,
    outbox.c.chat_id,
    chats.c.telegram_id,
    chats.c.thread_id,
    outbox.c.key,
    outbox.c.part,
    outbox.c.part_count,
    outbox.c.html,
    outbox.c.keyboard,
    outbox.c.preview_url,
    outbox.c.silent,
    outbox.c.paid,
    outbox.c.is_rich,
    outbox.c.instead,
    outbox.c.lane,
    outbox.c.attempts,
    outbox.c.ambiguous,
    outbox.c.fence,
    outbox.c.created_at,
    outbox.c.broadcast_id,
)
"""What `message_of` takes, in its order."""


def message_of(values: Sequence[Any]) -> OutboxMessage:
    """Unpacked at once: a row's columns asked for by name take longer than the query."""
    (
        number, chat_id, telegram_id, thread_id, key, part, part_count,
        html, keyboard, preview_url, silent, paid, is_rich, instead,
        lane, attempts, ambiguous, fence, created_at, broadcast_id,
    ) = values  # fmt: skip
    return OutboxMessage(
        id=number,
        chat_id=chat_id,
        telegram_id=telegram_id,
        thread_id=thread_id,
        key=key,
        part=part,
        part_count=part_count,
        content=MessagePart(
            html=html,
            keyboard=keyboard,
            preview_url=preview_url,
            silent=silent,
            paid=paid,
            is_rich=is_rich,
            instead=read_parts(instead) if instead else (),
        ),
        lane=LANES[lane],
        attempts=attempts,
        ambiguous=ambiguous,
        fence=fence,
        created_at=created_at,
        broadcast_id=broadcast_id,
    )
