"""Foreign text is shown, and does nothing: judged by Telegram's own parser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages.clean import JOINER, clean, cut, plain, real_host, web_address
from tests.telegram_parser import telegram_detect

TAPPED = st.sampled_from(
    [
        "/stop",
        "@all",
        "@durov",
        "report.zip",
        "spiegel.de",
        "http://",
        "tg://",
        "t.me/x",
        "#Tag",
        "$CASH",
        "max@example.org",
        "1.2.3.4",
        "xn--a.com",
        "bücher.рф",
        "4111 1111 1111 1111",
        "www.",
        ".",
        "/",
        ":",
    ]
)
TEXTS = st.lists(
    st.one_of(
        TAPPED, st.text(max_size=4), st.sampled_from([" ", "", "-", "„", "\u200d", "\u2066", "\u202e"])
    ),
    max_size=8,
).map("".join)


@given(TEXTS)
@settings(deadline=None, max_examples=600)
def test_nothing_in_it_can_be_tapped(text):
    assert telegram_detect(clean(text)) == ()


@given(TEXTS)
@settings(deadline=None, max_examples=300)
def test_cleaning_twice_changes_nothing_and_words_stay(text):
    once = clean(text)
    assert clean(once) == once
    assert plain(once) == plain(text)


@given(TEXTS, st.integers(2, 40))
@settings(deadline=None, max_examples=300)
def test_a_cut_text_is_short_and_harmless(text, length):
    shown = cut(text, length)
    assert len(plain(shown)) <= length
    assert telegram_detect(shown) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u2066c", "abc"),
        ("zwei\n\tZeilen\u2028und\u00a0mehr", "zwei Zeilen und mehr"),
        ("Ze\u0301ro", "Zéro"),
        ("Z\u0350\u0351\u0352\u0357\u035ba", "Z\u0350\u0351\u0352a"),
        (" \u200b\u2800\u3164 ", ""),
        ("👨‍👩‍👧 👍🏽 🏳️‍🌈", "👨‍👩‍👧 👍🏽 🏳️‍🌈"),
        ("\ud800x", "x"),
        ("Soft\u00adhyphen", "Softhyphen"),
        ("3.500 Euro um 12:30", "3.500 Euro um 12:30"),
    ],
)
def test_what_is_left_of_it(text, shown):
    assert plain(text) == shown


def test_right_to_left_text_keeps_to_itself():
    shown = clean("עברית 12:")
    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert cut("עברית " * 30, 20)[-1] == "\u2069"


def test_a_cut_falls_between_words_and_never_inside_a_character():
    assert cut("Nordkorea weiht U-Boot ein", 20) == "Nordkorea weiht…"
    assert cut("👨‍👩‍👧" * 5, 12) == "👨‍👩‍👧👨‍👩‍👧…"
    assert cut("kurz", 20) == "kurz"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ('https://x.example/a b"c<d>', "https://x.example/a%20b%22c%3Cd%3E"),
        ("https://küstenbote.example/ü?x=1&y=%20", "https://küstenbote.example/ü?x=1&y=%20"),
        ("https://x.example:8443/a", "https://x.example:8443/a"),
        *[
            (bad, "")
            for bad in (
                "javascript:alert(1)",
                "data:text/html,x",
                "tg://user?id=1",
                "tg://resolve?domain=x",
                "//x.example",
                "ftp://x.example/",
                "urn:depesche:abc",
                "http://localhost/",
                "http://127.0.0.1/",
                "http://2130706433/",
                "http://[::1]/",
                "https://bank.example@evil.example/",
                "https://x.example:99999/",
                "https://x.example/" + "a" * 9000,
                "http://a.example\x00.b/",
                "",
            )
        ],
    ],
)
def test_only_addresses_a_reader_may_be_sent_to(url, address):
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("Mehr auf bank.com", "https://evil.example/x", "evil.example"),
        ("Mehr auf evil.example", "https://www.evil.example/x", ""),
        ("Mehr auf evil.example", "https://m.evil.example/x", ""),
        ("Titel", "https://xn--pple-43d.com/", "xn--pple-43d.com"),
        ("Titel", "https://\u0430pple.com/", "\u0430pple.com"),
        ("Titel", "https://küstenbote.example/", ""),
    ],
)
def test_the_real_host_is_named_where_text_and_link_disagree(text, url, host):
    assert real_host(text, url) == host


def test_the_joiner_is_one_telegram_minds():
    assert telegram_detect("report.zip")
    assert not telegram_detect(f"report.{JOINER}zip")
