"""Faults on order: what shall go wrong with which of the next calls."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.localchat.refusals import (
    Refusal,
    bad_request,
    conflict,
    forbidden,
    migrated,
    too_many_requests,
    unauthorized,
)

GATEWAY_PAGE: Final = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is refused in Telegram's words and has no effect."""

    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An answer that is not Telegram's; the call took effect or not."""

    status: int
    body: bytes
    content_type: str
    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The connection breaks, before the call took effect or after."""

    accept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """The call takes effect at once, its answer comes when the event is set or the time is over."""

    until: asyncio.Event
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing happens until the event is set or the time is over; then the call takes effect."""

    until: asyncio.Event
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Close:
    """The answer is in order; then the connection is closed without a word."""


Fault = Refuse | Body | Reset | Slow | Hold | Close


@dataclass(slots=True, kw_only=True)
class _Planned:
    fault: Fault
    method: str
    chat_id: int | None
    times: int | None  # None: until cleared

    def matches(self, method: str, chat_id: int | None) -> bool:
        return self.method in ("", method.lower()) and self.chat_id in (None, chat_id)


@dataclass(slots=True)
class Faults:
    """The faults that wait for a call; the first that fits is taken.

    Every order takes `method` (any, if empty), `chat_id` (any, if None) and `times` (for ever, if None).
    """

    _planned: list[_Planned] = field(default_factory=list)
    weather: Callable[[str], Fault | None] | None = None
    """Asked for a fault where none was ordered, with the method's name."""

    def add(
        self, fault: Fault, *, method: str = "", chat_id: int | None = None, times: int | None = 1
    ) -> None:
        self._planned.append(_Planned(fault=fault, method=method.lower(), chat_id=chat_id, times=times))

    def clear(self) -> None:
        self._planned.clear()
        self.weather = None

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for this call, used up by it."""
        for planned in self._planned:
            if planned.matches(method, chat_id):
                if planned.times is not None:
                    planned.times -= 1
                    if planned.times <= 0:
                        self._planned.remove(planned)
                return planned.fault
        return self.weather(method) if self.weather else None

    def refuse(
        self,
        refusal: Refusal,
        *,
        method: str = "sendMessage",
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> None:
        self.add(Refuse(refusal), method=method, chat_id=chat_id, times=times)

    def too_many_requests(
        self, retry_after: int, *, method: str = "", chat_id: int | None = None, times: int | None = 1
    ) -> None:
        self.refuse(too_many_requests(retry_after), method=method, chat_id=chat_id, times=times)

    def forbidden(self, reason: str, *, chat_id: int | None = None, times: int | None = 1) -> None:
        self.refuse(forbidden(reason), chat_id=chat_id, times=times)

    def bad_request(
        self, reason: str, *, method: str = "sendMessage", chat_id: int | None = None, times: int | None = 1
    ) -> None:
        self.refuse(bad_request(reason), method=method, chat_id=chat_id, times=times)

    def migrate(self, chat_id: int, to_chat_id: int) -> None:
        """The group was upgraded: its old id is refused for ever, with the new one."""
        self.refuse(migrated(to_chat_id), method="", chat_id=chat_id, times=None)

    def revoke(self) -> None:
        """The token is no longer good, for any call."""
        self.refuse(unauthorized(), method="", times=None)

    def conflict(self, *, times: int | None = 1) -> None:
        """Somebody else polls with our token."""
        refusal = conflict(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        self.refuse(refusal, method="getUpdates", times=times)

    def server_error(
        self, status: int = 502, *, html: bool = True, accept: bool = False,
        method: str = "sendMessage", chat_id: int | None = None, times: int | None = 1,
    ) -> None:  # fmt: skip
        """Telegram's gateway fails with a page, or its server with JSON."""
        if not html:
            refusal = b'{"ok":false,"error_code":%d,"description":"Internal Server Error"}' % status
            fault = Body(status=status, body=refusal, content_type="application/json", accept=accept)
        else:
            fault = Body(status=status, body=GATEWAY_PAGE, content_type="text/html", accept=accept)
        self.add(fault, method=method, chat_id=chat_id, times=times)

    def junk(
        self, body: bytes = b'{"ok":tr', *, content_type: str = "application/json", accept: bool = True,
        method: str = "sendMessage", chat_id: int | None = None, times: int | None = 1,
    ) -> None:  # fmt: skip
        """200, and a body nobody can read."""
        fault = Body(status=200, body=body, content_type=content_type, accept=accept)
        self.add(fault, method=method, chat_id=chat_id, times=times)

    def reset(
        self, *, accept: bool, method: str = "sendMessage", chat_id: int | None = None, times: int | None = 1
    ) -> None:
        self.add(Reset(accept=accept), method=method, chat_id=chat_id, times=times)

    def close(
        self, *, method: str = "sendMessage", chat_id: int | None = None, times: int | None = 1
    ) -> None:
        """Answer, and close the connection without saying so first."""
        self.add(Close(), method=method, chat_id=chat_id, times=times)

    def hold(
        self, seconds: float | None = None, *, method: str = "sendMessage",
        chat_id: int | None = None, times: int | None = 1,
    ) -> asyncio.Event:  # fmt: skip
        """Do nothing for so many seconds, or until the returned event is set; accept and answer then."""
        event = asyncio.Event()
        self.add(Hold(until=event, seconds=seconds), method=method, chat_id=chat_id, times=times)
        return event

    def slow(
        self, seconds: float | None = None, *, method: str = "sendMessage",
        chat_id: int | None = None, times: int | None = 1,
    ) -> asyncio.Event:  # fmt: skip
        """Accept at once and answer late: after so many seconds, or when the returned event is set."""
        event = asyncio.Event()
        self.add(Slow(until=event, seconds=seconds), method=method, chat_id=chat_id, times=times)
        return event
