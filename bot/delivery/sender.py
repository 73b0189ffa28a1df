"""Sends one message to Telegram and says what came of it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, Protocol

import orjson
from yarl import URL

from bot.delivery.answers import read_answer, read_rich_answer
from bot.delivery.policy import NotSent, Outcome, RichUnavailable, TokenRefused, Unknown
from bot.delivery.transport import AiohttpRequest, AnswerLost, RequestNotSent, read_object
from storage.messages import MessagePart, OutboxMessage

_TAG: Final = re.compile(r"<[^>]*>")
_PROBE_TIMEOUT_S: Final = 5.0


class Sender(Protocol):
    """What delivery needs; tests bring their own."""

    async def send(self, message: OutboxMessage, *, is_plain: bool = False) -> Outcome: ...

    async def mend(self, message: OutboxMessage, message_id: int) -> bool:
        """The first classic message in the place of the rich one; whether that worked."""
        ...

    async def is_reachable(self) -> bool:
        """Whether Telegram answers at all; sends nothing to anybody."""
        ...


class TelegramSender:
    """Posts the JSON itself: the library would build and parse a whole Message for each."""

    def __init__(self, transport: AiohttpRequest, *, token: str, base_url: str) -> None:
        self._transport = transport
        self._send_url = URL(f"{base_url}/bot{token}/sendMessage", encoded=True)
        self._send_rich_url = URL(f"{base_url}/bot{token}/sendRichMessage", encoded=True)
        self._edit_url = URL(f"{base_url}/bot{token}/editMessageText", encoded=True)
        self._probe_url = URL(f"{base_url}/bot{token}/getMe", encoded=True)

    async def send(self, message: OutboxMessage, *, is_plain: bool = False) -> Outcome:
        url = self._send_rich_url if message.content.is_rich else self._send_url
        try:
            status, payload = await self._transport.post_json(url, request_body(message, is_plain=is_plain))
        except RequestNotSent as error:
            return NotSent(str(error))
        except AnswerLost as error:
            return Unknown(str(error))
        if not message.content.is_rich:
            return read_answer(status, payload)
        shown = len("".join(plain(message.content.html).split()))
        outcome = read_rich_answer(status, payload, characters=shown)
        # A missing method looks like a refused token: only another call tells which it is.
        if isinstance(outcome, TokenRefused) and await self._is_token_good():
            return RichUnavailable(outcome.reason)
        return outcome

    async def mend(self, message: OutboxMessage, message_id: int) -> bool:
        body = request_body(replace(message, content=message.content.instead[0]))
        changed = orjson.dumps({**orjson.loads(body), "message_id": message_id})
        try:
            status, _ = await self._transport.post_json(self._edit_url, changed)
        except (RequestNotSent, AnswerLost):
            return False
        return status == HTTPStatus.OK

    async def _is_token_good(self) -> bool:
        try:
            status, _ = await self._transport.post_json(self._probe_url, b"{}", read_timeout=_PROBE_TIMEOUT_S)
        except (RequestNotSent, AnswerLost):
            return False
        return status == HTTPStatus.OK

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
    """The parameters of sendMessage, or for a rich message of sendRichMessage, as JSON."""
    part = message.content
    body: dict[str, Any] = {"chat_id": message.telegram_id}
    if part.is_rich:
        # What Telegram finds in texts by itself can fail the message; ours mark what they mean.
        body["rich_message"] = {"html": part.html, "skip_entity_detection": True}
    else:
        body["link_preview_options"] = _preview(part)
        body |= {"text": plain(part.html)} if is_plain else {"text": part.html, "parse_mode": "HTML"}
    if message.thread_id:
        body["message_thread_id"] = message.thread_id
    if part.paid:
        body["allow_paid_broadcast"] = True
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
