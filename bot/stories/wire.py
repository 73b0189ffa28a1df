"""Wire copies: whose text an article prints, and how many voices a story really has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from bot.stories.agencies import agency
from bot.stories.facts import numbers
from bot.stories.member import Member
from bot.stories.spelling import fold
from storage.records import Article

# Share of equal MinHash values. Own reports on one event share next to no stretches of words;
# a copy cut to half its length still shares a good third.
COPIED = 0.35
# Of texts too short for that: the share of words in both.
COPIED_WORDS = 0.8
LEAST_WORDS = 6
LONG_TEXT = 500
"""Characters from which on stretches of words can be counted."""


def is_copy(one: Member, other: Member) -> bool:
    """Both print one text, word for word or nearly."""
    if min(one.text_length, other.text_length) >= LONG_TEXT and one.fingerprint and other.fingerprint:
        return _equal_share(one.fingerprint, other.fingerprint) >= COPIED
    mine, theirs = _words(one.lead), _words(other.lead)
    if mine and theirs:
        # The same sentence with another count is an update, not a copy.
        return _alike(mine, theirs) and numbers(one.lead) == numbers(other.lead)
    # Nothing but headlines to compare: the same long headline twice is an agency's.
    return _alike(_words(one.title), _words(other.title))


def first_told(copies: Sequence[Member]) -> Member:
    """Who published the text first; of two at one time, whom we read first."""
    return min(copies, key=lambda member: (member.published_at, member.article_id))


def voices(articles: Iterable[Article]) -> int:
    """Sources with a text of their own: a copy has the voice of its first, an agency's text the agency's."""
    by_id = {article.id: article for article in articles}
    heard: set[object] = set()
    for article in by_id.values():
        origin = by_id.get(article.wire_of, article) if article.wire_of is not None else article
        heard.add(agency(origin.author, origin.text) or origin.publisher or origin.id)
    return len(heard)


def _equal_share(one: bytes, other: bytes) -> float:
    if len(one) != len(other):
        return 0.0
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", fold(text)))


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    if min(len(mine), len(theirs)) < LEAST_WORDS:
        return False
    return len(mine & theirs) / len(mine | theirs) >= COPIED_WORDS
