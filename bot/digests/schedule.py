"""When a digest is due: a local time on some weekdays, through every clock change of every zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EVERY_DAY = 0b1111111
_DAY = timedelta(days=1)
# A weekday may fall on a date its zone never had (Samoa skipped a Friday): then a week more is looked at.
_DAYS_AHEAD = 16
_REMEMBERED = 4096
"""Answers kept: of the chats due at one minute most ask the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """A standing order: `HH:MM` on the weekdays whose bit is set (bit 0 is Monday)."""

    local_time: str
    weekdays: int = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """One local date's turn of an order, and the instant it is served."""

    local_date: date
    local_time: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"{self.local_date.isoformat()}T{self.local_time}"


@lru_cache(maxsize=_REMEMBERED)
def next_slot(order: Order, zone: ZoneInfo, *, after: datetime) -> Slot:
    """The first slot served later than `after`."""
    # A slot in a gap at midnight is served on the day after its date, hence the day before.
    first = after.astimezone(zone).date() - _DAY
    for days in range(_DAYS_AHEAD):
        day = first + days * _DAY
        if not order.weekdays >> day.weekday() & 1:
            continue
        due_at = instant(day, time.fromisoformat(order.local_time), zone)
        if due_at is not None and due_at > after:
            return Slot(day, order.local_time, due_at)
    raise ValueError(f"{order} is never due in {zone}")


@lru_cache(maxsize=_REMEMBERED)
def slot_of(order: Order, zone: ZoneInfo, *, due_at: datetime) -> Slot:
    """The slot that is served at this instant (of that local date, should the rules have changed since)."""
    day = due_at.astimezone(zone).date()
    at = time.fromisoformat(order.local_time)
    local_date = day - _DAY if instant(day - _DAY, at, zone) == due_at else day
    return Slot(local_date, order.local_time, due_at)


def renewed(order: Order, zone: ZoneInfo, *, due_at: datetime) -> datetime:
    """By today's rules: when the slot is served that was to be served at this instant by earlier ones."""
    day, at = due_at.astimezone(zone).date(), time.fromisoformat(order.local_time)
    instants = [instant(day + days * _DAY, at, zone) for days in (-1, 0, 1)]
    return min((one for one in instants if one is not None), key=lambda one: abs(one - due_at))


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When the zone's clocks show this: doubled, the first time; missing, the first instant after the gap.

    None when the zone skipped the whole day.
    """
    local = datetime.combine(day, at, zone)
    later = local.astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return later
    end = _gap_end(local.replace(fold=1).astimezone(UTC), later, zone)
    before, after = (end - timedelta(seconds=1)).astimezone(zone), end.astimezone(zone)
    return None if before.date() < day < after.date() else end


def _gap_end(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two, after the first and at most the second, at which the offset changes."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def is_too_late(
    slot: Slot, orders: Iterable[Order], zone: ZoneInfo, *, now: datetime, most: timedelta
) -> bool:
    """Whether the slot is of no more use: too old, or the chat's next one is due as well."""
    if now - slot.due_at > most:
        return True
    return any(next_slot(order, zone, after=slot.due_at).due_at <= now for order in orders)


def first_slots(orders: Iterable[Order], zone: ZoneInfo, *, now: datetime, served_today: int) -> list[Slot]:
    """Each order's next slot after a change, so that a day brings no more digests than it has orders.

    The day's first `served_today` slots count as served, whatever their times were before.
    """
    today = now.astimezone(zone).date()
    chosen = sorted(set(orders), key=lambda order: order.local_time)
    todays = [order for order in chosen if order.weekdays >> today.weekday() & 1]
    served = set(todays[:served_today])
    end_of_today = datetime.combine(today + _DAY, time.min, zone).astimezone(UTC) - timedelta(seconds=1)
    return [
        next_slot(order, zone, after=max(now, end_of_today) if order in served else now) for order in chosen
    ]
