"""What Telegram says, in its own words, and what we understand."""

from datetime import timedelta

import orjson
import pytest

from bot.delivery.answers import read_answer
from bot.delivery.policy import (
    ChatGone,
    ChatMissing,
    Migrated,
    PlaceClosed,
    Rejected,
    Sent,
    Throttled,
    TokenRefused,
    Unknown,
    Unparsable,
)


def refused(code, description, **parameters):
    body = {"ok": False, "error_code": code, "description": description}
    return code, orjson.dumps(body | ({"parameters": parameters} if parameters else {}))


def test_an_accepted_message_has_its_number():
    assert read_answer(200, b'{"ok":true,"result":{"message_id":7}}') == Sent(7)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502</html>", b'{"ok":tr', b"[]", b"null", b'{"ok":true}', b'{"ok":true,"result":true}',
     b'{"ok":true,"result":{"message_id":"7"}}', b"\xff\xfe\x00", b"[" * 100_000],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 502])
def test_an_answer_nobody_can_read_leaves_it_open(status, body):
    assert isinstance(read_answer(status, body), Unknown)


@pytest.mark.parametrize(
    ("code", "description", "outcome"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (403, "Forbidden: user is deactivated", ChatGone),
        (403, "Forbidden: bot can't initiate conversation with a user", ChatGone),
        (403, "Forbidden: bot was kicked from the supergroup chat", ChatGone),
        (403, "Forbidden: bot is not a member of the channel chat", ChatGone),
        (403, "Forbidden: the group chat was deleted", ChatGone),
        (403, "Forbidden: not enough rights to send text messages to the chat", PlaceClosed),
        (400, "Bad Request: chat not found", ChatMissing),
        (400, "Bad Request: PEER_ID_INVALID", ChatMissing),
        (400, "Bad Request: group chat was deactivated", ChatGone),
        (400, "Bad Request: TOPIC_CLOSED", PlaceClosed),
        (400, "Bad Request: message thread not found", PlaceClosed),
        (400, "Bad Request: not enough rights to send text messages to the chat", PlaceClosed),
        (400, "Bad Request: have no rights to send a message", PlaceClosed),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", PlaceClosed),
        (400, "Bad Request: can't parse entities: Unsupported start tag", Unparsable),
        (400, "Bad Request: message is too long", Rejected),
        (400, "Bad Request: text must be non-empty", Rejected),
        (400, "Bad Request: BUTTON_DATA_INVALID", Rejected),
        (413, "Request Entity Too Large", Rejected),
        (401, "Unauthorized", TokenRefused),
        (404, "Not Found", TokenRefused),
        (500, "Internal Server Error: restart", Unknown),
        (502, "Bad Gateway", Unknown),
    ],
)
def test_a_refusal_is_understood(code, description, outcome):
    assert read_answer(*refused(code, description)) == outcome(description)


def test_a_limit_says_how_long():
    answer = refused(429, "Too Many Requests: retry after 35", retry_after=35)
    assert read_answer(*answer) == Throttled(timedelta(seconds=35))
    [short] = [read_answer(*refused(429, "Too Many Requests"))]
    assert isinstance(short, Throttled)
    assert short.retry_after > timedelta(0)


def test_a_group_that_became_a_supergroup_says_where_it_is():
    answer = refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001234567890)
    assert read_answer(*answer) == Migrated(-1001234567890)
