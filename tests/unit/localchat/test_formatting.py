"""What becomes of a parsed text before it is shown."""

import pytest
from hypothesis import given, settings

from bot.localchat.entities import ParseError, parse
from bot.localchat.formatting import is_blank, settled, untangled
from bot.localchat.spans import Formatted
from tests.telegram_parser import telegram_untangle
from tests.unit.localchat.test_entities import nested


def shown(html: str) -> list[tuple[str, str]]:
    formatted = settled(parse(html))
    return [(span.kind, formatted.text[span.start : span.end]) for span in formatted.spans]


@settings(max_examples=300, deadline=None)
@given(nested)
def test_entities_are_untangled_as_telegram_does(html: str) -> None:
    html = html.replace(" ", "z").replace("\n", "z")  # blanks are dealt with later

    try:
        parsed = parse(html)
    except ParseError:
        return
    ours = Formatted(text=parsed.text, spans=tuple(untangled(parsed.spans))).entities()

    theirs = telegram_untangle(html).entities
    assert sorted((e.kind, e.offset, e.length) for e in ours) == sorted(
        (e.kind, e.offset, e.length) for e in theirs
    )


def test_control_characters_and_direction_overrides_are_cleaned() -> None:
    cleaned = settled(Formatted(text="a\r\nb\x01c\u2028d\u202ee\u0333f\u030ag\u2066h"))

    assert cleaned.text == "a\nb cdefg\u2066h"


def test_offsets_follow_what_was_removed() -> None:
    assert shown("\u2028<b>\u2028fett</b> und <i>kur\u2028siv</i>") == [
        ("bold", "fett"),
        ("italic", "kursiv"),
    ]


def test_blanks_at_both_ends_are_trimmed() -> None:
    assert settled(parse("\n  <b> Titel </b>\n\n")).text == "Titel"


def test_a_span_of_blanks_alone_is_dropped() -> None:
    assert shown("a<b> </b>c") == []


def test_bold_across_a_quote_is_cut_at_its_borders() -> None:
    assert shown("<b>a<blockquote>b</blockquote>c</b>") == [
        ("bold", "a"),
        ("blockquote", "b"),
        ("bold", "b"),
        ("bold", "c"),
    ]


def test_a_quote_in_a_quote_is_no_quote() -> None:
    assert shown("<blockquote>a<blockquote>b</blockquote>c</blockquote>") == [("blockquote", "abc")]


def test_commands_and_addresses_are_linked_but_not_in_code_or_links() -> None:
    html = '/stop <code>/stop</code> <a href="https://x.example">/stop y.de</a> <blockquote>/stop</blockquote> y.de'

    assert shown(html) == [
        ("bot_command", "/stop"),
        ("code", "/stop"),
        ("text_link", "/stop y.de"),
        ("blockquote", "/stop"),
        ("bot_command", "/stop"),
        ("url", "y.de"),
    ]


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2800\u3000", "\u00a0"])
def test_text_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(text + "a")
