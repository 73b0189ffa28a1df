"""What Telegram refuses before anybody sees it."""

import pytest

from bot.localchat.limits import checked_keyboard, checked_text
from bot.localchat.refusals import Refusal


def refusal(text: object, parse_mode: str = "HTML") -> str:
    with pytest.raises(Refusal) as caught:
        checked_text(text, parse_mode)
    assert caught.value.code == 400
    return caught.value.description


def test_the_limit_counts_characters_after_parsing() -> None:
    fits = checked_text("<b>" + "😀" * 4096 + "</b>", "HTML")

    assert len(fits.text) == 4096
    assert refusal("😀" * 4097) == "Bad Request: message is too long"


def test_the_source_is_limited_in_bytes() -> None:
    tags = "<b></b>" * 5000

    assert refusal(tags + "x") == "Bad Request: text is too long"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "message text is empty"),
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("\u200b", "text must be non-empty"),
        ("\ud800", "strings must be encoded in UTF-8"),
        ("<br>", 'can\'t parse entities: Unsupported start tag "br" at byte offset 0'),
    ],
)
def test_a_text_is_refused_with_telegrams_reason(text: object, reason: str) -> None:
    assert refusal(text) == f"Bad Request: {reason}"


def test_plain_text_stays_as_it_is() -> None:
    assert checked_text("a < b & c", "").text == "a < b & c"


def test_entities_beyond_the_hundredth_are_dropped() -> None:
    shown = checked_text("".join(f"<b>{n}</b> " for n in range(120)), "HTML")

    assert len(shown.spans) == 100


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "a"}, "text buttons are unallowed in the inline keyboard"),
        (
            {"text": "a", "url": "x.de", "callback_data": "x"},
            "text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "a", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: wrong HTTP URL"),
    ],
)
def test_a_button_is_refused_with_telegrams_reason(button: dict[str, str], reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        checked_keyboard({"inline_keyboard": [[button]]})

    assert caught.value.description == f"Bad Request: {reason}"


def test_callback_data_of_64_bytes_is_taken() -> None:
    [[button]] = checked_keyboard({"inline_keyboard": [[{"text": "a", "callback_data": "ä" * 32}]]})

    assert button.callback_data == "ä" * 32


def test_buttons_beyond_the_hundredth_vanish() -> None:
    rows = [[{"text": f"{row}.{n}", "callback_data": "x"} for n in range(9)] for row in range(20)]

    keyboard = checked_keyboard({"inline_keyboard": rows})

    assert {len(row) for row in keyboard} == {8, 4}
    assert sum(len(row) for row in keyboard) == 100


def test_a_huge_keyboard_is_refused() -> None:
    rows = [[{"text": "x" * 600, "callback_data": "x"}] for _ in range(20)]

    with pytest.raises(Refusal, match="reply markup is too long"):
        checked_keyboard({"inline_keyboard": rows})
