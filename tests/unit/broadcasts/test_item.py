"""Breaking items as admins write them."""

import pytest

from bot.broadcasts.item import MOST_TEXT, MOST_TITLE, Flaw, Item, read_item


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("Titel", Item("Titel", "", "")),
        ("Titel\nText\nhttps://a.example/1", Item("Titel", "Text", "https://a.example/1")),
        ("Titel\n\n Erste Zeile \nZweite\n", Item("Titel", "Erste Zeile\nZweite", "")),
        ("Titel\nhttps://a.example/1", Item("Titel", "", "https://a.example/1")),
        ("Titel https://a.example/1", Item("Titel", "", "https://a.example/1")),
        ("Titel\nText mit Link https://a.example/1", Item("Titel", "Text mit Link", "https://a.example/1")),
        ("<b>5 < 6 & 7</b>", Item("<b>5 < 6 & 7</b>", "", "")),
        ("x" * MOST_TITLE + "\n" + "y" * MOST_TEXT, Item("x" * MOST_TITLE, "y" * MOST_TEXT, "")),
    ],
)
def test_title_text_and_address_are_found(words, item):
    assert read_item(words) == item


@pytest.mark.parametrize(
    ("words", "flaw"),
    [
        ("", Flaw.EMPTY),
        (" \n\u200b\n\u2800 ", Flaw.EMPTY),
        ("x" * (MOST_TITLE + 1), Flaw.LONG_TITLE),
        ("x\n" + "y" * 5000, Flaw.LONG_TEXT),
        ("Titel\nhttp://localhost/x", Flaw.BAD_ADDRESS),
        ("Titel\nhttps://user:pw@a.example/", Flaw.BAD_ADDRESS),
        ("Titel\n4242424242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", Flaw.SECRET),
    ],
)
def test_what_cannot_be_sent_is_named(words, flaw):
    assert read_item(words) is flaw


def test_an_address_alone_waits_for_its_articles_words():
    assert read_item("https://a.example/1") == Item("", "", "https://a.example/1")
