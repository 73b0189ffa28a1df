"""A message as the outbox's columns, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from storage.messages import Lane, MessagePart, NewDelivery, OutboxMessage, OutboxState
from storage.records import BroadcastId, ChatId, OutboxId
from storage.schema_chats import outbox

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


def message_of(row: Row[Any]) -> OutboxMessage:
    return OutboxMessage(
        id=OutboxId(row.id),
        chat_id=ChatId(row.chat_id),
        telegram_id=row.telegram_id,
        thread_id=row.thread_id,
        key=row.key,
        part=row.part,
        part_count=row.part_count,
        content=MessagePart(
            html=row.html,
            keyboard=row.keyboard,
            preview_url=row.preview_url,
            silent=row.silent,
            paid=row.paid,
            is_rich=row.is_rich,
            instead=read_parts(row.instead),
        ),
        lane=LANES[row.lane],
        attempts=row.attempts,
        ambiguous=row.ambiguous,
        fence=row.fence,
        created_at=row.created_at,
        broadcast_id=None if row.broadcast_id is None else BroadcastId(row.broadcast_id),
    )
