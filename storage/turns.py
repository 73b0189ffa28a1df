"""Whose turn it is: the next outbox message of each chat, as one condition for both databases."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
)

from storage.dialects.given import given_rows
from storage.messages import OutboxState
from storage.outbox_rows import NEEDED
from storage.schema import UtcDateTime
from storage.schema_chats import chats, outbox, pauses

AT, ROOM, RESTING, BUSY = "at", "room", "resting", "busy"
OPEN = (OutboxState.PENDING, OutboxState.SENDING)


def has_state(rows: FromClause, *states: OutboxState) -> ColumnElement[bool]:
    """Written out in the statement: a partial index is of no use to a parameter."""
    return rows.c.state.in_([literal_column(f"'{state}'", String) for state in states])


@cache
def next_of_each_chat(dialect: str) -> Select[Any]:
    """The next message of each chat, answers first, with all that is needed to send it.

    Takes the parameters AT, ROOM, RESTING and BUSY (Telegram ids and chat ids to leave alone, as rows).
    Made once: building it takes longer than carrying it out.
    """
    now = bindparam(AT, type_=UtcDateTime)
    paused = exists().where(
        pauses.c.telegram_id.in_([literal_column("0", Integer), chats.c.telegram_id]), pauses.c.until > now
    )
    return (
        select(*NEEDED, chats.c.state)
        .join(chats, chats.c.id == outbox.c.chat_id)
        .where(
            has_state(outbox, *OPEN),
            has_state(outbox, OutboxState.PENDING),
            outbox.c.not_before <= now,
            outbox.c.chat_id.not_in(_listed(dialect, BUSY)),
            chats.c.telegram_id.not_in(_listed(dialect, RESTING)),
            ~paused,
            ~_blocked(now),
        )
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(bindparam(ROOM, type_=Integer))
    )


def _listed(dialect: str, name: str) -> Select[int]:
    rows, [number] = given_rows(dialect, 1, name)
    return select(number).select_from(rows)


def _blocked(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether something else goes to this chat first, or is on its way there."""
    other = outbox.alias("other")
    earlier_part = and_(other.c.key == outbox.c.key, other.c.part < outbox.c.part)
    # What waits for its hour may be overtaken, what failed and is tried again may not.
    in_turn = or_(other.c.not_before <= now, other.c.attempts > 0)
    ahead = or_(other.c.lane < outbox.c.lane, and_(other.c.lane == outbox.c.lane, other.c.id < outbox.c.id))
    return exists().where(
        other.c.chat_id == outbox.c.chat_id,
        has_state(other, *OPEN),
        other.c.id != outbox.c.id,
        or_(other.c.claimed_until >= now, earlier_part, and_(in_turn, ahead)),
    )
