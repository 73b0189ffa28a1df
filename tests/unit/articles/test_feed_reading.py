"""What a process makes of a feed, and what is left of it behind the pipe."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot.articles import feed_reading, feed_worker
from bot.articles.draft import Draft
from bot.articles.ingest import judge
from bot.feeds.entries import Entry, ParsedFeed
from storage.records import FeedId, Origin

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
TEXT = "Der Stadtrat hat den Bau der Brücke nach langer Debatte beschlossen. " * 3


def draft(number, **said):
    given = {
        "title": f"Titel {number}",
        "text": f"{number} {TEXT}",
        "url": f"https://bote.example/{number}",
        "publisher": "Bote",
        "entry": f"guid-{number}",
        "where": f"entry {number}",
    }
    return Draft(origin=Origin.FEED, **{**given, **said})


def through_the_pipe(judged):
    wire = feed_reading.to_wire(judged, count=7, left_out=2, latest=[NOW, NOW - timedelta(hours=1)], now=NOW)
    return feed_reading.from_wire(wire)


DRAFTS = [
    draft(1, published_at=NOW - timedelta(hours=2), author="Ada", section="Politik", language="de"),
    draft(2),
    draft(2, entry="guid-2-again"),
    draft(3, published_at=NOW - timedelta(days=90), text="", summary="Nur ein Satz."),
    draft(4, title="...", text=""),
    draft(5, text=f"1 {TEXT}", title="Titel 1"),
]


def test_what_is_judged_comes_through_the_pipe_whole():
    said = {"feed_id": FeedId(3), "news_since": NOW - timedelta(days=14)}
    judged = judge(DRAFTS, now=NOW, **said)

    found = through_the_pipe(judged)

    assert (found.count, found.left_out, found.latest) == (7, 2, (NOW, NOW - timedelta(hours=1)))
    assert found.judged(now=NOW, feed_id=FeedId(3)) == judged
    assert (len(judged.articles), judged.repeated, len(judged.refused)) == (3, 2, 1)
    assert list(judged.articles)[2] in {key for key, one in judged.articles.items() if one.is_archive}


def test_it_counts_as_seen_when_it_is_taken_in_and_a_feed_may_be_gone_by_then():
    found = through_the_pipe(judge(DRAFTS, now=NOW, feed_id=FeedId(3)))

    dated, undated, _ = found.judged(now=LATER, feed_id=None).articles.values()

    assert (dated.published_at, dated.first_seen_at) == (NOW - timedelta(hours=2), LATER)
    assert (undated.published_at, undated.first_seen_at) == (LATER, LATER)
    assert dated.feed_id is None


def feed(*items):
    entries = "".join(f"<item><guid>{n}</guid><title>{title}</title></item>" for n, title in enumerate(items))
    return f'<rss version="2.0"><channel><title>Bote</title>{entries}</channel></rss>'.encode()


ASKED = {
    "url": "https://bote.example/feed", "content_type": "", "language": "de", "publisher": "Der Bote",
    "section": "Stadt", "where": "https://bote.example/feed", "started_at": None, "now": NOW,
}  # fmt: skip


def asked(**other):
    return orjson.loads(orjson.dumps({**ASKED, **other}))


def test_what_is_known_of_a_feed_goes_before_its_own_word():
    found = feed_reading.from_wire(feed_worker._read(feed("Der Rat tagt"), asked()))

    [article] = found.judged(now=NOW, feed_id=FeedId(1)).articles.values()
    assert (article.publisher, article.section, article.language) == ("Der Bote", "Stadt", "de")
    assert (article.title, article.is_archive, found.count) == ("Der Rat tagt", True, 1)


@pytest.mark.parametrize("started_at", [None, NOW - timedelta(days=3)])
def test_the_first_look_alone_fills_the_archive(started_at):
    found = feed_reading.from_wire(feed_worker._read(feed("Der Rat tagt"), asked(started_at=started_at)))

    [article] = found.judged(now=NOW, feed_id=FeedId(1)).articles.values()
    assert article.is_archive is (started_at is None)


@pytest.mark.parametrize("request_", [asked(), {"url": "", "content_type": "", "language": ""}])
def test_half_a_character_is_no_reason_to_lose_a_feed(request_, monkeypatch):
    half = ParsedFeed(entries=(Entry(identity="guid \ud83d", title="Titel \ud83d"),))
    monkeypatch.setattr(feed_worker, "parse", lambda *_, **__: half)

    assert "guid ?" in feed_worker._read(b"", request_).decode()
