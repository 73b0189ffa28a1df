"""Reads what Telegram answered to a sendMessage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from bot.delivery.policy import (
    ChatGone,
    ChatMissing,
    Migrated,
    Outcome,
    PlaceClosed,
    Rejected,
    RichCut,
    RichRefused,
    Sent,
    Throttled,
    TokenRefused,
    Unknown,
    Unparsable,
)
from bot.delivery.transport import read_object

# In lower case; what stands in the server's source, matched anywhere in the description.
_MISSING: Final = ("chat not found", "peer_id_invalid", "user not found")
_GONE: Final = (
    "user is deactivated",
    "group chat was deactivated",
    "chat was deleted",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "channel_private",
)
_CLOSED: Final = (
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
)
_ARRIVED: Final = 0.95
"""Telegram drops a few invisible characters; what it cuts off is more."""
_RICH: Final = ("rich_message", "rich message")
_RICH_BEGINS: Final = ("can't parse", "button_")
_RESTING: Final = timedelta(seconds=5)


def read_answer(status: int, payload: bytes) -> Outcome:
    """What came of the request, by HTTP status and body."""
    answer = read_object(payload)
    if answer is None:
        # A gateway's page, an empty or cut body: the server behind it may have done its work.
        return Unknown(f"unreadable answer, HTTP {status}")
    if answer.get("ok") is True:
        return _sent(answer)
    code = answer.get("error_code")
    return _refused(code if isinstance(code, int) else status, answer)


def read_rich_answer(status: int, payload: bytes, *, characters: int) -> Outcome:
    """What came of a sendRichMessage; `characters` are those the message shows if nothing was lost.

    A 404 is a refused token here as everywhere: whoever asked finds out whether only the method is missing.
    """
    outcome = read_answer(status, payload)
    match outcome:
        case Sent(message_id):
            result = (read_object(payload) or {}).get("result")
            arrived = characters_of(result.get("rich_message")) if isinstance(result, dict) else None
            if arrived is not None and arrived < characters * _ARRIVED:
                return RichCut(message_id, f"{arrived} of {characters} characters arrived")
        case Unparsable(reason) | Rejected(reason) if _is_about_rich(reason):
            return RichRefused(reason)
    return outcome


def characters_of(rich: Any) -> int | None:
    """The characters a rich message shows, white space aside; None where the answer holds no blocks."""
    if not isinstance(rich, dict) or not isinstance(rich.get("blocks"), list):
        return None
    return sum(len("".join(text.split())) for text in _texts(rich["blocks"]))


def _texts(value: Any) -> Iterator[str]:
    """All words in blocks: a text is a string, a list, or an object with one inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name in ("text", "summary", "blocks", "items"):
            yield from _texts(value.get(name))


def _is_about_rich(reason: str) -> bool:
    lowered = reason.lower().removeprefix("bad request: ")
    return _has(lowered, _RICH) or lowered.startswith(_RICH_BEGINS)


def _sent(answer: dict[str, Any]) -> Outcome:
    result = answer.get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    return Sent(number) if isinstance(number, int) else Unknown("accepted, without the message's number")


def _refused(code: int, answer: dict[str, Any]) -> Outcome:
    reason = str(answer.get("description") or f"HTTP {code}")[:500]
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    match code:
        case HTTPStatus.TOO_MANY_REQUESTS:
            seconds = parameters.get("retry_after")
            wait = timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else _RESTING
            return Throttled(wait)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return TokenRefused(reason)
        case HTTPStatus.FORBIDDEN:
            return PlaceClosed(reason) if _has(reason, _CLOSED) else ChatGone(reason)
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(reason, parameters)
        case _ if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code < HTTPStatus.BAD_REQUEST:
            return Unknown(reason)
        case _:
            return Rejected(reason)


def _bad_request(reason: str, parameters: dict[str, Any]) -> Outcome:
    new_id = parameters.get("migrate_to_chat_id")
    if isinstance(new_id, int):
        return Migrated(new_id)
    if _has(reason, _MISSING):
        return ChatMissing(reason)
    if _has(reason, _GONE):
        return ChatGone(reason)
    if _has(reason, _CLOSED):
        return PlaceClosed(reason)
    return Unparsable(reason) if _has(reason, ("can't parse entities",)) else Rejected(reason)


def _has(reason: str, words: tuple[str, ...]) -> bool:
    lowered = reason.lower()
    return any(word in lowered for word in words)
