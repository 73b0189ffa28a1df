"""Decides which drafts of a batch are articles, which of those are known, and which cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.articles.draft import Draft, Refusal
from bot.articles.identity import is_repetition, is_telling, to_new_article
from bot.articles.revision import is_same_entry
from bot.errors import IngestError
from storage.records import Article, FeedId, NewArticle


@dataclass(slots=True)
class Judged:
    """A batch of drafts, judged without the database; articles go by their `url_key`."""

    articles: dict[str, NewArticle] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    """What the feed calls an entry, and the article it is."""
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each page lists as similar."""
    refused: list[Refusal] = field(default_factory=list)
    repeated: int = 0
    """Drafts that are an article of this batch once more."""
    telling: dict[str, str] = field(default_factory=dict)
    """Content that is proof enough, and the article that has it."""


def judge(
    drafts: Iterable[Draft],
    *,
    now: datetime,
    feed_id: FeedId | None = None,
    is_archive: bool = False,
    news_since: datetime | None = None,
) -> Judged:
    """Clean and identify drafts with all they list; what is dated before `news_since` is no news."""
    judged = Judged()
    by_hash: dict[str, str] = {}

    def add(draft: Draft) -> str | None:
        is_late = (
            news_since is not None and draft.published_at is not None and draft.published_at < news_since
        )
        try:
            new = to_new_article(draft, now=now, feed_id=feed_id, is_archive=is_archive or is_late)
        except IngestError as error:
            judged.refused.append(Refusal(draft.where, str(error)))
            return None
        key, telling = new.url_key, is_telling(new)
        if telling:
            first = by_hash.setdefault(new.content_hash, key)
            key = first if is_repetition(new, judged.articles.get(first, new)) else key
        if key in judged.articles:
            judged.repeated += 1
        else:
            judged.articles[key] = new
            if telling:
                judged.telling[new.content_hash] = key
        if draft.entry:
            judged.entries.setdefault(draft.entry, key)
        return key

    for draft in drafts:
        page = add(draft)
        items = tuple(key for key in map(add, draft.listed) if key is not None)
        if page is not None and items:
            judged.lists[page] = items
    return judged


def known_articles(
    judged: Judged,
    *,
    by_key: Mapping[str, Article],
    by_hash: Mapping[str, Article],
    by_entry: Mapping[str, Article],
) -> dict[str, Article]:
    """Which of the batch are stored already: by address, else by content, else by the feed's own word."""
    known = dict(by_key)
    for content_hash, key in judged.telling.items():
        if content_hash in by_hash and is_repetition(judged.articles[key], by_hash[content_hash]):
            known.setdefault(key, by_hash[content_hash])
    for entry, key in judged.entries.items():
        stored = by_entry.get(entry)
        if stored is not None and is_same_entry(judged.articles[key], stored):
            known.setdefault(key, stored)
    return known
