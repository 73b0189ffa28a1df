"""The judge of messages must itself see what is wrong."""

from typing import Any

import pytest

from tests.telegram_parser import check_message


def test_a_good_message_is_told_in_its_entities() -> None:
    entities = check_message('<b>Titel</b> <a href="https://x.example/">Mehr</a>')

    assert [(entity.kind, entity.text, entity.url) for entity in entities] == [
        ("bold", "Titel", ""),
        ("text_link", "Mehr", "https://x.example/"),
    ]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>x</p>", "Telegram refuses: Unsupported start tag"),
        ("<b>x", "Telegram refuses: Can't find end tag"),
        (" \n", "nothing to see"),
        ("x" * 4097, "4097 characters"),
        ("<b></b>" * 5000, "bytes of source"),
        ('<a href="javascript:alert(1)">x</a>', "drops a link"),
        ('<a href="https://x.de">a</a> <a href="//y.de">b</a>', "drops a link"),
        ('<a href="&#xD800;.de">x</a>', "surrogate"),
        ("<b>x</b> " * 101, "101 entities"),
    ],
)
def test_a_bad_message_is_found_out(html: str, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check_message(html)


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "ä" * 33}, "66 bytes"),
        ({"text": "", "callback_data": "x"}, "without a label"),
        ({"text": "x"}, "not exactly one action"),
        ({"text": "x", "url": "nowhere"}, "does not take the address"),
    ],
)
def test_a_bad_button_is_found_out(button: dict[str, Any], reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check_message("x", {"inline_keyboard": [[button]]})


def test_good_buttons_pass() -> None:
    check_message(
        "x",
        {
            "inline_keyboard": [
                [{"text": "a", "callback_data": "x"}, {"text": "b", "url": "https://x.de/?a=1&b=2"}]
            ]
        },
    )
