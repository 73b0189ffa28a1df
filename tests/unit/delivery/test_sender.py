"""What goes over the wire for one message."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from bot.delivery.sender import plain, request_body
from storage.messages import Lane, MessagePart, OutboxMessage
from storage.records import ChatId, OutboxId

MESSAGE = OutboxMessage(
    id=OutboxId(1),
    chat_id=ChatId(1),
    telegram_id=42,
    thread_id=0,
    key="k",
    part=1,
    part_count=1,
    content=MessagePart(html="<b>Fett</b> &amp; mehr"),
    lane=Lane.DIGEST,
    attempts=0,
    ambiguous=0,
    fence=1,
    created_at=datetime(2026, 3, 11, tzinfo=UTC),
)


def test_the_least_a_message_needs():
    assert orjson.loads(request_body(MESSAGE)) == {
        "chat_id": 42,
        "text": "<b>Fett</b> &amp; mehr",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_everything_a_message_can_have():
    part = MessagePart(
        html="x", keyboard='{"inline_keyboard":[]}', preview_url="https://example.org/ä", silent=True
    )
    body = orjson.loads(request_body(replace(MESSAGE, content=part, thread_id=7)))
    assert body["link_preview_options"] == {"url": "https://example.org/ä"}
    assert body["reply_markup"] == {"inline_keyboard": []}
    assert body["disable_notification"] is True
    assert body["message_thread_id"] == 7


def test_plain_words_have_no_markup_and_no_parse_mode():
    body = orjson.loads(request_body(MESSAGE, is_plain=True))
    assert body["text"] == "Fett & mehr"
    assert "parse_mode" not in body
    assert plain('<a href="https://x.org/?a=1&amp;b=2">5 &lt; 6</a>') == "5 < 6"
