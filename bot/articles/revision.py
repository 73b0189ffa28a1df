"""Decides whether a known article has changed, and what it says from now on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from storage.records import Article, NewArticle

LEAST_SHARED = 0.5
# An older article has lost its text because texts are not kept for ever.
COMPLETED_WITHIN = timedelta(days=14)
# Numbers of this length in an address are an article's own in most newsrooms' systems.
_NUMBER = re.compile(r"\d{6,}")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")


@dataclass(frozen=True, slots=True)
class Revision:
    """A stored article and what it says now."""

    old: Article
    new: Article
    is_version: bool
    """The publisher changed it; else only what was missing is there now."""
    needs_page: bool = False
    """Its text came from a page that has changed with the rest."""


def revised(stored: Article, found: NewArticle) -> Revision | None:
    """What becomes of a known article that was found again; None when it stays as it is.

    Only the feed that brought an article changes it: another feed, or another publisher's list, words the
    same address differently without anything having changed. A text where there was none is taken from
    any feed of the publisher.
    """
    if stored.content_hash == found.content_hash or not _is_news_of(stored, found):
        return _completed(stored, found)
    if stored.feed_id != found.feed_id or stored.origin is not found.origin:
        return _completed(stored, found)
    new = replace(
        stored,
        title=found.title,
        summary=found.summary,
        text=found.text or stored.text,
        content_hash=found.content_hash,
        author=found.author or stored.author,
        section=found.section or stored.section,
    )
    return Revision(stored, new, is_version=True, needs_page=bool(stored.text) and not found.text)


def is_same_entry(found: NewArticle, stored: Article) -> bool:
    """Whether an entry under a known name is the article it was, moved to another address.

    A name alone is no proof: some feeds give all their entries one.
    """
    if found.title.casefold() == stored.title.casefold():
        return True
    if found.text and found.text == stored.text:
        return True
    numbers = set(_NUMBER.findall(found.url)) & set(_NUMBER.findall(stored.url))
    return bool(numbers) or _shared(found.title, stored.title) >= LEAST_SHARED


def _is_news_of(stored: Article, found: NewArticle) -> bool:
    """A listing without a text of its own says nothing new about an article that has one."""
    return bool(found.text or found.summary) or not (stored.text or stored.summary)


def _completed(stored: Article, found: NewArticle) -> Revision | None:
    same_publisher = stored.publisher.casefold() == found.publisher.casefold()
    is_old = found.first_seen_at - stored.first_seen_at > COMPLETED_WITHIN
    if stored.text or not found.text or not same_publisher or is_old:
        return None
    new = replace(
        stored,
        text=found.text,
        summary=stored.summary or found.summary,
        author=stored.author or found.author,
        section=stored.section or found.section,
    )
    return Revision(stored, new, is_version=False)


def _shared(one: str, other: str) -> float:
    """The share of words two titles have in common, 0 to 1."""
    left, right = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(left & right) / max(len(left), len(right), 1)
