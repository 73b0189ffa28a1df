"""A chat's quiet hours: from one local time to another, over midnight if need be."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.clock import zone_of
from bot.digests.schedule import instant
from storage.records import Chat

_DAY = timedelta(days=1)


def quiet_until(chat: Chat, now: datetime) -> datetime | None:
    """When the quiet hours end that it is in now; None when it is in none."""
    if not chat.quiet_from or chat.quiet_from == chat.quiet_to:
        return None
    zone = zone_of(chat.timezone)
    start, end = time.fromisoformat(chat.quiet_from), time.fromisoformat(chat.quiet_to)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        begins = instant(day, start, zone)
        ends = instant(day if start < end else day + _DAY, end, zone)
        if begins is not None and ends is not None and begins <= now < ends:
            return ends
    return None
