"""Decides which drafts of a batch are articles, which of those are known, and which cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.articles.draft import Draft, Refusal
from bot.articles.identity import is_telling, to_new_article
from bot.errors import IngestError
from storage.records import Article, ArticleId, FeedId, NewArticle


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

    def telling_hashes(self) -> dict[str, str]:
        """Content that is proof enough, and the article that has it."""
        return {new.content_hash: key for key, new in self.articles.items() if is_telling(new)}


def judge(
    drafts: Iterable[Draft], *, now: datetime, feed_id: FeedId | None = None, is_archive: bool = False
) -> Judged:
    """Clean and identify a batch of drafts with all they list."""
    judged = Judged()
    by_hash: dict[str, str] = {}

    def add(draft: Draft) -> str | None:
        try:
            new = to_new_article(draft, now=now, feed_id=feed_id, is_archive=is_archive)
        except IngestError as error:
            judged.refused.append(Refusal(draft.where, str(error)))
            return None
        key = by_hash.setdefault(new.content_hash, new.url_key) if is_telling(new) else new.url_key
        if key in judged.articles:
            judged.repeated += 1
        else:
            judged.articles[key] = new
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
) -> dict[str, ArticleId]:
    """Which of the batch are stored already: by address, else by content, else by the feed's own word.

    A feed's word alone is no proof: some give all their entries one name.
    """
    known = {key: article.id for key, article in by_key.items()}
    for content_hash, key in judged.telling_hashes().items():
        if content_hash in by_hash:
            known.setdefault(key, by_hash[content_hash].id)
    for entry, key in judged.entries.items():
        stored = by_entry.get(entry)
        if stored is not None and _is_same(judged.articles[key], stored):
            known.setdefault(key, stored.id)
    return known


def _is_same(new: NewArticle, stored: Article) -> bool:
    """Whether an entry under a known name is the article it was, moved to another address."""
    if new.title.casefold() == stored.title.casefold():
        return True
    return bool(new.text) and new.text == stored.text
