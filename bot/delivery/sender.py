"""Sends one message to Telegram and says what came of it."""

from __future__ import annotations

import html
import re
from typing import Any, Final, Protocol

import orjson
from yarl import URL

from bot.delivery.answers import read_answer
from bot.delivery.policy import NotSent, Outcome, Unknown
from bot.delivery.transport import AiohttpRequest, AnswerLost, RequestNotSent, read_object
from storage.messages import MessagePart, OutboxMessage

_TAG: Final = re.compile(r"<[^>]*>")
_PROBE_TIMEOUT_S: Final = 5.0


class Sender(Protocol):
    """What delivery needs; tests bring their own."""

    async def send(self, message: OutboxMessage, *, is_plain: bool = False) -> Outcome: ...

    async def is_reachable(self) -> bool:
        """Whether Telegram answers at all; sends nothing to anybody."""
        ...


class TelegramSender:
    """Posts the JSON itself: the library would build and parse a whole Message for each."""

    def __init__(self, transport: AiohttpRequest, *, token: str, base_url: str) -> None:
        self._transport = transport
        self._send_url = URL(f"{base_url}/bot{token}/sendMessage", encoded=True)
        self._probe_url = URL(f"{base_url}/bot{token}/getMe", encoded=True)

    async def send(self, message: OutboxMessage, *, is_plain: bool = False) -> Outcome:
        try:
            status, payload = await self._transport.post_json(
                self._send_url, request_body(message, is_plain=is_plain)
            )
        except RequestNotSent as error:
            return NotSent(str(error))
        except AnswerLost as error:
            return Unknown(str(error))
        return read_answer(status, payload)

    async def is_reachable(self) -> bool:
        try:
            status, payload = await self._transport.post_json(
                self._probe_url, b"{}", read_timeout=_PROBE_TIMEOUT_S
            )
        except (RequestNotSent, AnswerLost):
            return False
        # A refused token is an answer too: the next send will hear the same and stop.
        return status < 500 and read_object(payload) is not None


def request_body(message: OutboxMessage, *, is_plain: bool = False) -> bytes:
    """The parameters of sendMessage as JSON."""
    part = message.content
    body: dict[str, Any] = {"chat_id": message.telegram_id, "link_preview_options": _preview(part)}
    if is_plain:
        body["text"] = plain(part.html)
    else:
        body["text"] = part.html
        body["parse_mode"] = "HTML"
    if message.thread_id:
        body["message_thread_id"] = message.thread_id
    if part.silent:
        body["disable_notification"] = True
    if part.keyboard:
        body["reply_markup"] = orjson.Fragment(part.keyboard)
    return orjson.dumps(body)


def plain(markup: str) -> str:
    """The words alone, for when Telegram cannot read the markup."""
    return html.unescape(_TAG.sub("", markup))


def _preview(part: MessagePart) -> dict[str, Any]:
    return {"url": part.preview_url} if part.preview_url else {"is_disabled": True}
