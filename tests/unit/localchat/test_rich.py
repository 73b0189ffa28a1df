"""The small Telegram reads rich messages as the documents and other people's refusals say."""

from datetime import UTC, datetime

import pytest

from bot.delivery.answers import characters_of
from bot.localchat.refusals import Refusal
from bot.localchat.rich import MAX_SOURCE_BYTES, plain_text, read_rich
from bot.messages.edition import print_edition
from bot.messages.render import Renderer
from bot.messages.rich import measure_rich
from tests.unit.messages.test_edition import TITLES, edition, item

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def read(html, **more):
    return read_rich({"html": html, "skip_entity_detection": True, **more}, now=NOW)


def test_blocks_and_texts():
    html = """<h2>Kopf</h2>
    <p>Eins <b>zwei</b> <tg-time unix="1773210600" format="wDt">heute</tg-time></p>
    <ul><li><a href="#t1">Klima</a> · 1</li></ul><hr/><a name="t1"></a>
    <details open><summary><b>1. A</b> · 2 Quellen</summary>
    <p><a href="https://x.example/?a=1&amp;b=2">x</a></p></details><footer>Ende</footer>"""
    when = {"type": "date_time", "text": "heute", "unix_time": 1773210600, "date_time_format": "wDt"}
    assert read(html) == (
        {"type": "heading", "size": 2, "text": "Kopf"},
        {"type": "paragraph", "text": ["Eins ", {"type": "bold", "text": "zwei"}, " ", when]},
        {
            "type": "list",
            "is_ordered": False,
            "items": [
                {
                    "blocks": [
                        {
                            "type": "paragraph",
                            "text": [{"type": "anchor_link", "name": "t1", "text": "Klima"}, " · 1"],
                        }
                    ]
                }
            ],
        },
        {"type": "divider"},
        {"type": "anchor", "name": "t1"},
        {
            "type": "details",
            "summary": [{"type": "bold", "text": "1. A"}, " · 2 Quellen"],
            "blocks": [
                {
                    "type": "paragraph",
                    "text": {"type": "url", "url": "https://x.example/?a=1&b=2", "text": "x"},
                }
            ],
            "is_open": True,
        },
        {"type": "footer", "text": "Ende"},
    )


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("", "rich message must be non-empty"),
        ("<script></script>", "EMPTY"),
        ("<h3> </h3>", "CONTENT_REQUIRED"),
        ("<details><p>a</p></details>", "CONTENT_REQUIRED"),
        ("<p><ul><li>a</li></ul></p>", "HTML_INVALID"),
        ("<p>a</p><a href=", "HTML_INVALID"),
        ('<p><a href="/relative">a</a></p>', "URL_INVALID"),
        ('<p><a href="javascript:x">a</a></p>', "URL_INVALID"),
        ('<p><tg-time unix="0" format="r">a</tg-time></p>', "DATE_INVALID"),
        ('<p><tg-time unix="1900000000" format="r">a</tg-time></p>', "DATE_INVALID"),
        ('<p><tg-time unix="1773210600" format="t w">a</tg-time></p>', "DATE_INVALID"),
        (
            '<p><tg-time unix="1773210600" format="r">Dienstag, 22. September 2026, 07:00</tg-time></p>',
            "DATE_TOO_LONG",
        ),
        ('<img src="https://x.example/a.jpg">', "PHOTO_NO_MEDIA_FOUND"),
        ("<p>a</p>" * 501, "BLOCKS_TOO_MANY"),
        ("<blockquote>" * 17 + "a" + "</blockquote>" * 17, "DEPTH_INVALID"),
        (f"<p>{'a' * 32_769}</p>", "TEXT_TOO_LONG"),
        (f"<table><tr>{'<td>a</td>' * 21}</tr></table>", "TABLE_COLS_TOO_MANY"),
    ],
)
def test_refusals(html, code):
    with pytest.raises(Refusal) as refusal:
        read(html)
    assert refusal.value.description.endswith(code)


def test_what_telegram_finds_by_itself_can_refuse_the_message():
    html = "<p>Brief an wort:name@host.example</p>"
    assert read(html)
    with pytest.raises(Refusal, match="EMAIL_INVALID"):
        read(html, skip_entity_detection=False)


def test_unknown_tags_vanish_and_what_is_too_long_is_cut_without_a_word():
    assert plain_text(read("<p>a<script>b</script></p>")) == "ab"
    html = "<p>" + "ä" * 20_000
    assert len(plain_text(read(html))) == (MAX_SOURCE_BYTES - 3) // 2


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_our_editions_are_taken_whole_and_both_counts_agree(title):
    view = edition(
        item(1, title=title, publisher=title, topics=(title,)), item(2, title=title), topics=[title]
    )
    done = print_edition(Renderer(), view, language="de", zone="Europe/Berlin", now=NOW, is_rich=True)
    [part] = done.parts
    blocks = read(part.html)
    size = measure_rich(part.html)
    shown = len("".join(plain_text(blocks).split()))
    assert characters_of({"blocks": list(blocks)}) == shown
    assert shown <= size.characters <= shown * 1.3 + 100
