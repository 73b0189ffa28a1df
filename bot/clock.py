"""The one source of "now", so that tests and the demo can bring their own; and of the world's zones."""

from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Clock(Protocol):
    """Tells the time as an aware instant in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one the world has dropped, so that no digest fails for it."""
    return _find_zone(name) or ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether there is such a zone by today's rules."""
    return _find_zone(name) is not None


def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def zone_rules() -> str:
    """Which edition of the world's zone rules we go by, such as 2026.6; later ones sort behind."""
    year, _, number = version("tzdata").partition(".")
    return f"{year}.{number:0>2}"
