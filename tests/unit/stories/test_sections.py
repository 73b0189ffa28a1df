"""Sport is told from the section or the address."""

from datetime import UTC, datetime

import pytest

from bot.stories.sections import is_sport, section_named
from storage.records import Article, ArticleId, Origin


@pytest.mark.parametrize(
    ("url", "section", "expected"),
    [
        ("https://a.example/sport/tor", "", True),
        ("https://a.example/fussball/tor.html", "", True),
        ("https://a.example/politik/sport-im-bundestag", "", False),
        ("https://a.example/sport/tor", "politik", False),
        ("https://a.example/x", "Sport", True),
        ("https://a.example/transport/x", "", False),
        ("urn:depesche:0", "", False),
    ],
)
def test_sport_is_told_by_section_then_by_folder(url, section, expected):
    now = datetime(2026, 3, 11, tzinfo=UTC)
    article = Article(
        id=ArticleId(1),
        url=url,
        title="Tor",
        text="",
        section=section,
        published_at=now,
        first_seen_at=now,
        origin=Origin.FEED,
    )
    assert is_sport(article) is expected


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Wirtschaft", "economy"),
        ("business", "economy"),
        ("Märkte", "economy"),
        ("Sport", "sport"),
        ("Fussball", "sport"),
        ("Panorama", "people"),
        ("Wissenschaft", "science"),
        ("Österreich", None),
        ("Nordkorea", None),
    ],
)
def test_sections_by_the_words_of_readers(text, section):
    assert section_named(text) == section
