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
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HALF_HOURS = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60, 30)]
# Zones that end at midnight between two dates jump over it by up to a day.
REACH = timedelta(hours=26)


def zones() -> list[str]:
    return sorted(available_timezones())


def deviations(name: str, times: list[str] = HALF_HOURS) -> list[str]:
    """What is wrong in one zone, in words."""
    zone = ZoneInfo(name)
    offsets = _offsets(zone)
    return [line for at in times for line in _of_time(name, zone, at, offsets)]


def _offsets(zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """From which minute on which offset holds, found by looking at every hour and then every minute."""
    found: list[tuple[datetime, timedelta]] = []
    start = datetime.combine(FIRST - 3 * DAY, time(), UTC)
    end = datetime.combine(LAST + 3 * DAY, time(), UTC)
    hour = start
    while hour < end:
        offset = hour.astimezone(zone).utcoffset() or timedelta(0)
        if not found or offset != found[-1][1]:
            minute = hour if not found else hour - timedelta(hours=1)
            while (minute.astimezone(zone).utcoffset() or timedelta(0)) != offset:
                minute += MINUTE
            found.append((minute, offset))
        hour += timedelta(hours=1)
    return found


def _of_time(name: str, zone: ZoneInfo, at: str, offsets: list[tuple[datetime, timedelta]]) -> Iterator[str]:
    order = Order(at)
    after = datetime.combine(FIRST, time(), UTC) - REACH
    expected = FIRST - 2 * DAY
    while expected <= LAST:
        slot = next_slot(order, zone, after=after)
        if slot.local_date > LAST:
            return
        if slot_of(order, zone, due_at=slot.due_at) != slot:
            yield f"{name} {at}: {slot.due_at} is not recognised as the slot of {slot.local_date}"
        if slot.local_date >= FIRST:
            if expected >= FIRST and slot.local_date != expected:
                yield f"{name} {at}: {slot.local_date} follows {expected - DAY}"
            served = _served(slot.local_date, time.fromisoformat(at), offsets)
            if slot.due_at != served:
                yield f"{name} {slot.key}: served at {slot.due_at}, expected {served}"
        expected = slot.local_date + DAY
        after = slot.due_at


def _served(day: date, at: time, offsets: list[tuple[datetime, timedelta]]) -> datetime | None:
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
