"""A year of digests in every zone at every half hour: `python -m tests.benchmarks.year_of_slots [--zones N]`.

Counted against the zone's own clocks: each local date the zone had gets exactly one slot, in order, at the
first instant at which the clocks show the time or have jumped past it. Prints each deviation; there are none.
"""

from __future__ import annotations

import argparse
import random
import sys
import time as clocks
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from rich.console import Console
from rich.progress import track

from bot.digests.schedule import Order, next_slot, slot_of

FIRST, LAST = date(2026, 9, 1), date(2027, 10, 31)
"""Fourteen months: both clock changes of every zone, of either hemisphere, with days around them."""
DAY, MINUTE, STEP = timedelta(days=1), timedelta(minutes=1), timedelta(hours=6)
NEAR = 3 * DAY
"""What a clock change can touch: the days this near to it."""
HALF_HOURS = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60, 30)]
# Zones that end at midnight between two dates jump over it by up to a day.
REACH = timedelta(hours=26)


def zones() -> list[str]:
    return sorted(available_timezones())


Offsets = tuple[tuple[datetime, timedelta], ...]
"""From which minute on which offset holds."""
Span = tuple[date, date]


def deviations(name: str, times: list[str] = HALF_HOURS) -> list[str]:
    """What is wrong in one zone in fourteen months, in words."""
    offsets = offsets_of(name)
    return [line for at in times for line in _of_time(name, at, offsets, (FIRST, LAST))]


def deviations_near_changes(name: str, offsets: Offsets, times: list[str] = HALF_HOURS) -> list[str]:
    """The same for the days around each clock change, and for the first week."""
    changes = [since.date() for since, _ in offsets[1:]]
    spans = [(FIRST, FIRST + 7 * DAY)] + [(day - NEAR, day + NEAR) for day in changes]
    return [line for at in times for span in spans for line in _of_time(name, at, offsets, span)]


def alike(names: list[str]) -> dict[Offsets, list[str]]:
    """Zones whose clocks show the same through the fourteen months: a schedule sees no difference."""
    found: dict[Offsets, list[str]] = {}
    for name in names:
        found.setdefault(offsets_of(name), []).append(name)
    return found


def offsets_of(name: str) -> Offsets:
    """Found by looking at every sixth hour, and at every minute before a change."""
    zone = ZoneInfo(name)
    found: list[tuple[datetime, timedelta]] = []
    at = datetime.combine(FIRST - 3 * DAY, time(), UTC)
    end = datetime.combine(LAST + 3 * DAY, time(), UTC)
    while at < end:
        offset = at.astimezone(zone).utcoffset() or timedelta(0)
        if not found or offset != found[-1][1]:
            minute = at if not found else at - STEP
            while (minute.astimezone(zone).utcoffset() or timedelta(0)) != offset:
                minute += MINUTE
            found.append((minute, offset))
        at += STEP
    return tuple(found)


def _of_time(name: str, at: str, offsets: Offsets, span: Span) -> Iterator[str]:
    order, zone, (first, last) = Order(at), ZoneInfo(name), span
    after = datetime.combine(first, time(), UTC) - REACH
    expected = first - 2 * DAY
    while expected <= last:
        slot = next_slot(order, zone, after=after)
        if slot.local_date > last:
            if expected <= last and expected >= first:
                yield f"{name} {at}: {expected} has no slot"
            return
        if slot_of(order, zone, due_at=slot.due_at) != slot:
            yield f"{name} {at}: {slot.due_at} is not recognised as the slot of {slot.local_date}"
        if slot.local_date >= first:
            if expected >= first and slot.local_date != expected:
                yield f"{name} {at}: {slot.local_date} follows {expected - DAY}"
            served = _served(slot.local_date, time.fromisoformat(at), offsets)
            if slot.due_at != served:
                yield f"{name} {slot.key}: served at {slot.due_at}, expected {served}"
        expected = slot.local_date + DAY
        after = slot.due_at


def _served(day: date, at: time, offsets: Offsets) -> datetime | None:
    """By the offsets alone: the first instant that shows the time, else the first after the jump over it."""
    wanted = datetime.combine(day, at, UTC)
    ends = [since for since, _ in offsets[1:]] + [datetime.max.replace(tzinfo=UTC)]
    shown = [
        wanted - offset
        for (since, offset), end in zip(offsets, ends, strict=True)
        if since <= wanted - offset < end
    ]
    if shown:
        return min(shown)
    jumps = (
        since
        for (_, before), (since, offset) in pairwise(offsets)
        if since + before <= wanted < since + offset
    )
    return next(jumps, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--zones", type=int, default=0, help="only so many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    names = zones()
    if chosen.zones:
        names = sorted(random.Random(chosen.seed).sample(names, chosen.zones))
    console, started, found = Console(), clocks.monotonic(), 0
    with ProcessPoolExecutor(2) as pool:
        for lines in track(pool.map(deviations, names), total=len(names), console=console):
            found += len(lines)
            for line in lines:
                console.print(line)
    days = (LAST - FIRST).days + 1
    console.print(
        f"{len(names)} zones, {len(HALF_HOURS)} times, {days} days: {len(names) * len(HALF_HOURS) * days:,} slots,"
        f" {found} deviations, {clocks.monotonic() - started:.0f} s"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
