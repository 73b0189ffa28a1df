"""A broadcast as its table's columns, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from storage.breaking import Broadcast, BroadcastState, InQuiet, NewBroadcast
from storage.records import BroadcastId, ChatId, StoryId, TopicId


def columns_of(new: NewBroadcast) -> dict[str, Any]:
    """What its admin wrote; state and counts are not among it."""
    return {
        "admin_id": new.admin_id,
        "title": new.title,
        "text": new.text,
        "url": new.url,
        "story_id": new.story_id,
        "story_version": new.story_version,
        "topic_ids": list(new.topic_ids),
        "desk_id": new.desk_id,
        "edits_id": new.edits_id,
        "created_at": new.created_at,
    }


def broadcast_of(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=BroadcastId(row.id),
        admin_id=row.admin_id,
        title=row.title,
        text=row.text,
        url=row.url,
        story_id=None if row.story_id is None else StoryId(row.story_id),
        story_version=row.story_version,
        topic_ids=tuple(TopicId(number) for number in row.topic_ids),
        desk_id=row.desk_id,
        edits_id=None if row.edits_id is None else BroadcastId(row.edits_id),
        created_at=row.created_at,
        state=BroadcastState(row.state),
        audience=row.audience,
        in_quiet=InQuiet(row.in_quiet),
        paid=row.paid,
        confirmed_at=row.confirmed_at,
        approved_by=row.approved_by,
        revision=row.revision,
        fed_to=ChatId(row.fed_to) if row.fed_to else None,
        fed=row.fed,
        capped=row.capped,
        is_fed=row.is_fed,
        report_message_id=row.report_message_id,
        reported=row.reported,
    )
