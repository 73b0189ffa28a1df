"""Judges a draft: cleans it, says which article it is, and when it was published."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.articles.address import content_urn, identify, short_hash
from bot.articles.draft import Draft
from bot.articles.headline import headline_of
from bot.articles.text import clean_line, clean_text, cut
from bot.errors import IngestError
from storage.records import FeedId, NewArticle

MOST_TITLE = 400
MOST_TEXT = 400_000
MOST_SUMMARY = 4_000
MOST_NAME = 200
# Under this, two texts are alike by habit ("Das Wetter in Bayern"), not because they are one.
LEAST_TELLING_TEXT = 120
SAME_TEASER = timedelta(days=3)
# Feeds that have lost a date send 1970 or 0001.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)


def content_hash(title: str, text: str, publisher: str = "") -> str:
    """The same for the same words of one publisher, however spaced or capitalised."""
    return short_hash(*(" ".join(part.split()).casefold() for part in (publisher, title, text)))


def _hash_of_clean(title: str, text: str, publisher: str) -> str:
    """The same of clean words, in which ends of lines are all there is beside single spaces."""
    return short_hash(f"{publisher}\0{title}\0{text}".replace("\n", " ").casefold())


def is_telling(article: NewArticle) -> bool:
    """Whether the same content under another address may be the same article."""
    return bool(article.publisher) and len(article.text or article.summary) >= LEAST_TELLING_TEXT


def is_repetition(new: NewArticle, stored: NewArticle) -> bool:
    """Whether the same content under another address is the article that is stored.

    A whole text is one article, whenever it comes again; a teaser may be used again for the next episode.
    """
    return bool(new.text) or abs(new.published_at - stored.published_at) < SAME_TEASER


def to_new_article(
    draft: Draft, *, now: datetime, feed_id: FeedId | None = None, is_archive: bool = False
) -> NewArticle:
    """The article a draft becomes; raises IngestError with the reason when it cannot."""
    text = clean_text(draft.text)[:MOST_TEXT]
    summary = cut(clean_text(draft.summary), MOST_SUMMARY)
    title = cut(clean_line(draft.title) or headline_of(text or summary), MOST_TITLE)
    if not title[:1].isalnum() and not any(map(str.isalnum, title)):
        raise IngestError("there is neither a title nor a text")
    publisher = name(draft.publisher)
    fingerprint = _hash_of_clean(title, text or summary, publisher)
    url, key = identify(draft.url) if draft.url.strip() else (content_urn(fingerprint),) * 2
    return NewArticle(
        url=url,
        url_key=key,
        content_hash=fingerprint,
        title=title,
        text=text,
        summary="" if summary == text else summary,
        publisher=publisher,
        language=_language(draft.language),
        author=name(draft.author),
        section=name(draft.section),
        published_at=_published(draft.published_at, now),
        first_seen_at=now,
        origin=draft.origin,
        feed_id=feed_id,
        is_archive=is_archive,
    )


def name(text: str) -> str:
    """A person's, outlet's or section's, clean and short."""
    # A feed has few of them and says them with every entry.
    return _short_name(text) if len(text) <= MOST_NAME else cut(clean_line(text), MOST_NAME)


@lru_cache(maxsize=4_096)
def _short_name(text: str) -> str:
    return cut(clean_line(text), MOST_NAME)


def _published(said: datetime | None, now: datetime) -> datetime:
    if said is None:
        return now
    if said.tzinfo is not UTC:
        said = said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    return min(said, now) if said >= EARLIEST else now


@lru_cache(maxsize=1_024)
def _language(claimed: str) -> str:
    match = _LANGUAGE.fullmatch(claimed.strip())
    return match[1].lower() if match else ""
