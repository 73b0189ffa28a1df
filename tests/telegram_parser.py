"""Telegram's own parser (tdjson) as a judge of messages: would Telegram take this, and how would it show it?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

MAX_SOURCE_BYTES = 32768
MAX_TEXT = 4096
MAX_ENTITIES = 100
KINDS = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "Url": "url",
    "EmailAddress": "email",
    "BotCommand": "bot_command",
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
}
# Telegram's parser itself crashes on half a surrogate pair in an attribute.
DEADLY = re.compile(r"&#(?:x0*d[89a-f]|0*5(?:529[6-9]|5[3-9]|[67]))", re.IGNORECASE)
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
MARKDOWN = str.maketrans("*_`~|[]", "xxxxxxx")
UNSEEN = re.compile(r"[\s\u00a0\u00ad\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntity:
    """One entity as Telegram reads it, with the words it covers."""

    kind: str
    offset: int
    length: int
    text: str = ""
    url: str = ""
    user_id: int = 0
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int = 0
    date_time_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What Telegram makes of a text: the words and entities, or why it refuses."""

    text: str = ""
    entities: tuple[ParsedEntity, ...] = ()
    refusal: str = ""


def telegram_parse(html: str) -> Verdict:
    """The text as Telegram's HTML parser reads it."""
    return _verdict(
        _ask({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    )


def telegram_untangle(html: str) -> Verdict:
    """The parsed text after Telegram has sorted out which entities may stand together."""
    parsed = _ask({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    if parsed["@type"] == "error":
        return _verdict(parsed)
    text = {"@type": "formattedText", "text": parsed["text"], "entities": parsed["entities"]}
    return _verdict(_ask({"@type": "parseMarkdown", "text": text}))


def telegram_detect(text: str) -> tuple[ParsedEntity, ...]:
    """The links, commands and tags Telegram finds by itself."""
    found = _ask({"@type": "getTextEntities", "text": text})
    known = [entity for entity in found["entities"] if entity["type"]["@type"][14:] in KINDS]
    return _entities(text, known)


def check_message(html: str, reply_markup: Mapping[str, Any] | None = None) -> tuple[ParsedEntity, ...]:
    """What Telegram reads in the message; AssertionError says why it would not be sent, or sent without a link."""
    size = len(html.encode())
    assert size <= MAX_SOURCE_BYTES, f"{size} bytes of source, Telegram takes {MAX_SOURCE_BYTES}"
    assert not DEADLY.search(html), (
        "half a surrogate pair as a numeric reference: Telegram's parser dies of it"
    )
    verdict = telegram_parse(html)
    assert not verdict.refusal, f"Telegram refuses: {verdict.refusal}\nin: {html}"
    text = verdict.text.strip(" \n")
    assert not UNSEEN.fullmatch(text), f"nothing to see in {html!r}"
    assert len(text) <= MAX_TEXT, f"{len(text)} characters after parsing, Telegram takes {MAX_TEXT}"
    # The untangling reads Markdown as well, which a message in HTML is spared.
    shown = telegram_untangle(html.translate(MARKDOWN)).entities
    assert len(shown) <= MAX_ENTITIES, f"{len(shown)} entities, Telegram drops what is beyond {MAX_ENTITIES}"
    _check_links(html, verdict)
    if reply_markup is not None:
        _check_keyboard(reply_markup)
    return verdict.entities


def _check_links(html: str, verdict: Verdict) -> None:
    written = [words for words in LINK.findall(html) if re.sub("<[^>]*>", "", words)]
    kept = [entity for entity in verdict.entities if entity.kind in ("text_link", "text_mention")]
    names = [entity.text for entity in kept]
    assert len(kept) == len(written), f"Telegram drops a link: written {written}, kept {names}"


def _check_keyboard(reply_markup: Mapping[str, Any]) -> None:
    rows = reply_markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    assert len(buttons) <= 100, f"{len(buttons)} buttons, Telegram keeps 100"
    assert all(len(row) <= 8 for row in rows), "more than 8 buttons in a row"
    assert len(json.dumps(rows)) <= 10_000, "reply markup is too long"
    for button in buttons:
        assert button.get("text", "").strip(), f"a button without a label: {button}"
        assert len(button.keys() - {"text", "style", "icon_custom_emoji_id"}) == 1, (
            f"not exactly one action: {button}"
        )
        data = button.get("callback_data")
        assert data is None or 1 <= len(data.encode()) <= 64, (
            f"callback data of {len(data.encode())} bytes: {data}"
        )
        if url := button.get("url"):
            link = f'<a href="{url.replace("&", "&amp;").replace(chr(34), "&quot;")}">x</a>'
            assert telegram_parse(link).entities, f"Telegram does not take the address {url}"


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    tdjson = pytest.importorskip("tdjson", reason="the package tdjson brings Telegram's own parser")
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    return answer


def _verdict(answer: Mapping[str, Any]) -> Verdict:
    if answer["@type"] == "error":
        return Verdict(refusal=answer["message"].removeprefix("Can't parse entities: "))
    return Verdict(text=answer["text"], entities=_entities(answer["text"], answer["entities"]))


def _entities(text: str, raw: list[dict[str, Any]]) -> tuple[ParsedEntity, ...]:
    units = text.encode("utf-16-le", "surrogatepass")
    return tuple(_entity(units, entity) for entity in raw)


def _entity(units: bytes, raw: Mapping[str, Any]) -> ParsedEntity:
    kind, offset, length = raw["type"], raw["offset"], raw["length"]
    return ParsedEntity(
        kind=KINDS[kind["@type"][14:]],
        offset=offset,
        length=length,
        text=units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass"),
        url=kind.get("url", ""),
        user_id=kind.get("user_id", 0),
        language=kind.get("language", ""),
        custom_emoji_id=str(kind.get("custom_emoji_id", "")),
        unix_time=kind.get("unix_time", 0),
        date_time_format=_time_format(kind.get("formatting_type")),
    )


def _time_format(raw: Mapping[str, Any] | None) -> str:
    if raw is None:
        return ""
    if raw["@type"].endswith("Relative"):
        return "r"
    precision = {"None": 0, "Short": 1, "Long": 2}
    day, time = (
        precision[raw[field]["@type"].removeprefix("dateTimePartPrecision")]
        for field in ("date_precision", "time_precision")
    )
    return ("w" if raw["show_day_of_week"] else "") + ("", "d", "D")[day] + ("", "t", "T")[time]
