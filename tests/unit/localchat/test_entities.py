"""Telegram's HTML: ours and Telegram's own parser must say the same of everything."""

import json
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.localchat.entities import ParseError, parse
from tests.telegram_parser import DEADLY, ParsedEntity, Verdict, telegram_parse

CORPUS = json.loads((Path(__file__).parents[2] / "data" / "localchat" / "markup.json").read_text())
TAGS = (
    ("<b>", "</b>"), ("<STRONG>", "</strong>"), ("<i>", "</i>"), ("<u>", "</u>"), ("<s>", "</s>"),
    ("<tg-spoiler>", "</>"), ('<span class="tg-spoiler">', "</span>"), ("<code>", "</code>"),
    ('<code class="language-py">', "</code>"), ("<pre>", "</pre>"), ('<a href="x.de">', "</a>"),
    ('<a href="tg://user?id=5">', "</a>"), ("<blockquote>", "</blockquote>"),
    ("<blockquote expandable>", "</blockquote>"), ('<tg-time unix="9" format="wDt">', "</tg-time>"),
    ('<tg-emoji emoji-id="5">', "</tg-emoji>"),
)  # fmt: skip
PIECES = (
    *(tag for pair in TAGS for tag in pair),
    *"<>&;='\"/#.:@?%[]-\\|",
    *(
        "&amp;",
        "&lt",
        "&#65;",
        "&#x1F600;",
        "&nbsp;",
        "x",
        "ä",
        "😀",
        " ",
        "\n",
        "\t",
        "\0",
        "\v",
        "\r",
        "\u2028",
        "1",
    ),
    *('<a href="', '">', '<tg-time unix="5" format="', "http://", "tg://user?id=5", "x.de", "%41"),
)
nested = st.recursive(
    st.lists(st.sampled_from(["x", "ä😀", " ", "\n", "y.de", "&lt;"]), max_size=3).map("".join),
    lambda inner: st.builds(
        lambda tag, body, more: f"{tag[0]}{body}{tag[1]}{more}", st.sampled_from(TAGS), inner, inner
    ),
    max_leaves=8,
)
soup = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
addresses = st.lists(
    st.sampled_from(
        ["http://", "https://", "tg://", "tg:", "ton://", "x", ".", "de", "/", "?", "#", ":", "80", "@", "[::1]", "%41",
         "%", "-", "_", "user", "?id=5", "&", "=", " ", "\t", "ä", "\u00a0", "!", "(", "|", "\\", "~", "0"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


def ours(html: str) -> Verdict:
    try:
        parsed = parse(html)
    except ParseError as error:
        return Verdict(refusal=str(error))
    entities = (
        ParsedEntity(
            kind=entity.kind,
            offset=entity.offset,
            length=entity.length,
            url=entity.url,
            user_id=entity.user_id,
            language=entity.language,
            custom_emoji_id=entity.custom_emoji_id,
            unix_time=entity.unix_time,
            date_time_format=entity.date_time_format,
        )
        for entity in parsed.entities()
    )
    return comparable(Verdict(text=parsed.text, entities=tuple(entities)))


def comparable(verdict: Verdict) -> Verdict:
    """Without the covered words, and in one order: Telegram's sort leaves equals as they fall."""
    bare = (
        ParsedEntity(**{name: getattr(entity, name) for name in entity.__slots__ if name != "text"})
        for entity in verdict.entities
    )
    ordered = sorted(bare, key=lambda entity: (entity.offset, -entity.length, repr(entity)))
    return Verdict(text=verdict.text, entities=tuple(ordered), refusal=verdict.refusal)


@pytest.mark.parametrize("html", CORPUS["texts"])
def test_a_text_is_read_as_telegram_reads_it(html: str) -> None:
    assert ours(html) == comparable(telegram_parse(html))


@pytest.mark.parametrize("address", CORPUS["addresses"])
def test_an_address_is_kept_or_dropped_as_telegram_does(address: str) -> None:
    html = f'<a href="{escape(address)}">words</a>'

    assert ours(html) == comparable(telegram_parse(html))


@settings(max_examples=300, deadline=None)
@given(nested)
def test_any_nesting_is_read_as_telegram_reads_it(html: str) -> None:
    assert ours(html) == comparable(telegram_parse(html))


@settings(max_examples=300, deadline=None)
@given(soup)
def test_any_broken_markup_is_refused_as_telegram_refuses_it(html: str) -> None:
    assert ours(html) == comparable(telegram_parse(html))


@settings(max_examples=300, deadline=None)
@given(addresses)
def test_any_address_is_judged_as_telegram_judges_it(address: str) -> None:
    html = f'<a href="{escape(address)}">words</a>'

    assert ours(html) == comparable(telegram_parse(html))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40).filter(lambda text: not DEADLY.search(text)))
def test_any_text_at_all_is_read_as_telegram_reads_it(text: str) -> None:
    assert ours(text) == comparable(telegram_parse(text))
    assert ours(escape(text)).text == text


def test_half_a_surrogate_in_an_address_is_no_crash_here() -> None:
    assert parse('<a href="&#xD800;.de">words</a>').text == "words"
