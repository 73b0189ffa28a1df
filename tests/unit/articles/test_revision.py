"""What becomes of a known article that was found again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.articles.draft import Draft
from bot.articles.identity import to_new_article
from bot.articles.revision import is_same_entry, revised
from storage.records import Article, ArticleId, FeedId, Origin

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def found(*, feed=1, at=NOW, **changes):
    given = {
        "title": "Zug entgleist bei Linz",
        "summary": "Niemand wurde verletzt.",
        "url": "https://bote.example/zug-123456",
        "publisher": "Der Bote",
    }
    draft = Draft(origin=Origin.FEED, **{**given, **changes})
    return to_new_article(draft, now=at, feed_id=FeedId(feed))


def stored(**changes):
    new = found(**changes)
    return Article(id=ArticleId(1), **{name: getattr(new, name) for name in type(new).__dataclass_fields__})


def test_the_same_words_change_nothing():
    assert revised(stored(), found(title="Zug  entgleist bei LINZ")) is None


def test_a_new_title_is_a_new_version_of_the_article():
    revision = revised(stored(), found(title="Zug bei Linz entgleist: ein Verletzter"))
    assert revision.is_version
    assert (revision.new.id, revision.new.title) == (1, "Zug bei Linz entgleist: ein Verletzter")
    assert revision.new.first_seen_at == NOW


def test_a_text_from_the_page_stays_until_the_page_is_read_again():
    known = replace(stored(), text="Der ganze Text der Seite.")
    revision = revised(known, found(title="Neuer Titel über den Zug"))
    assert revision.new.text == "Der ganze Text der Seite."
    assert revision.needs_page


@pytest.mark.parametrize(
    "other",
    [
        {"feed": 2, "title": "Bahn: Zug entgleist"},
        {"title": "Zug entgleist bei Linz!", "summary": ""},
    ],
)
def test_another_feed_or_a_bare_listing_changes_nothing(other):
    assert revised(stored(), found(**other)) is None


def test_a_missing_text_is_taken_from_any_feed_of_the_publisher_while_it_is_news():
    text = "Die Lokomotive sprang am Morgen aus den Schienen."
    revision = revised(stored(), found(feed=2, text=text))
    assert (revision.is_version, revision.new.text) == (False, text)
    assert revised(stored(), found(feed=2, text=text, publisher="Anderer Bote")) is None
    assert revised(stored(), found(feed=2, text=text, at=NOW + timedelta(days=30))) is None


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"url": "https://bote.example/politik/neu"}, True),
        ({"title": "Zug bei Linz entgleist: ein Verletzter", "url": "https://bote.example/neu"}, True),
        ({"title": "Ganz anderer Titel dazu", "url": "https://bote.example/neu-123456"}, True),
        ({"title": "Bürgermeister tritt zurück", "url": "https://bote.example/rathaus"}, False),
    ],
)
def test_a_shared_name_alone_makes_no_article_the_same(change, same):
    assert is_same_entry(found(**change), stored()) is same
