"""What the text index can be asked, in terms: a match and the filters beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import NamedTuple

from storage.records import ArticleId, StoryId


@dataclass(frozen=True, slots=True)
class Term:
    """Matches an article that has one of these terms, as a word or as what a word is found by as well."""

    any_of: tuple[str, ...]
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Matches where the words themselves follow each other; each word is a set of alternatives."""

    words: tuple[tuple[str, ...], ...]
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Matches terms that begin so."""

    start: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Match, ...]


Match = Term | Phrase | Prefix | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class TermQuery:
    """A query in terms, ready for the index: the match and the filters beside it."""

    match: Match | None
    """None finds everything the filters leave."""
    unwanted: Match | None = None
    """What this finds is left out."""
    publishers: tuple[str, ...] = ()
    """Case-folded beginnings of publisher names, or of a word in them; any of them."""
    unwanted_publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    """First instant of publication."""
    until: datetime | None = None
    """First instant after it."""

    @property
    def has_filters(self) -> bool:
        """Whether anything but words counts."""
        return bool(self.publishers or self.unwanted_publishers or self.languages or self.since or self.until)

    def admits(self, *, publisher: str, language: str, published_at: datetime) -> bool:
        """Whether the filters leave an article with these facts, whatever its words."""
        return (
            (not self.publishers or names_publisher(publisher, self.publishers))
            and not names_publisher(publisher, self.unwanted_publishers)
            and (not self.languages or language in self.languages)
            and (self.since is None or published_at >= self.since)
            and (self.until is None or published_at < self.until)
        )


class Candidate(NamedTuple):
    """An article the index found, with what it is ranked by; a space before and after each term."""

    article_id: ArticleId
    title: str
    title_also: str
    publisher: str
    published_s: int
    """When it was published, in seconds since 1970: hundreds are read for one answer."""
    story_id: StoryId | None
    independent_count: int
    """Of its story; 0 for an article in none yet."""


class Candidates(NamedTuple):
    """What is ranked for one answer, newest arrival first, and how many articles have each term asked for."""

    newest: list[Candidate]
    by_title: list[Candidate]
    """Older ones, found in their title."""
    counts: dict[str, int]
    articles: int
    """About how many there are at all."""
    is_cut: bool
    """There may be more than the newest."""


class Titled(NamedTuple):
    """An article's title with what was found in it."""

    article_id: ArticleId
    publisher: str
    story_id: StoryId | None
    language: str
    title: str
    title_terms: frozenset[str]
    entities: tuple[str, ...]


def names_publisher(publisher: str, wanted: tuple[str, ...]) -> bool:
    """Whether the name, or a word in it, begins with one of the wanted (case-folded) beginnings."""
    name = f" {publisher.casefold()}"
    return any(f" {beginning}" in name for beginning in wanted)


PAIR_SIGN = "·"
"""Between the words of a pair that is a term (storage/pairs.py); no other term has it."""
# A phrase of many alternatives is a product; beyond this the likeliest readings are enough.
MOST_READINGS = 32


def readings(words: Sequence[Sequence[str]]) -> list[str]:
    """A phrase written out, by the alternatives of its words."""
    return [" ".join(reading) for reading in islice(product(*words), MOST_READINGS)]


def terms_of(match: Match) -> list[str]:
    """All terms a match may be found by."""
    match match:
        case Term(any_of):
            return list(any_of)
        case Phrase(words):
            return [term for word in words for term in word]
        case Prefix():
            return []
        case AllOf(parts) | AnyOf(parts):
            return [term for part in parts for term in terms_of(part)]


def beginnings(match: Match | None) -> set[str]:
    """What terms begin with that it is looked for by."""
    match match:
        case Prefix(start):
            return {start}
        case AllOf(parts) | AnyOf(parts):
            return {start for part in parts for start in beginnings(part)}
        case _:
            return set()
