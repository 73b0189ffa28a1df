"""Whether an analysed article matches, and how much it is about it: the text index for one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

# How much a hit says of what the article is about.
TITLE, TITLE_ALSO, LEAD, TEXT, TEXT_ALSO = 1.0, 0.85, 0.7, 0.45, 0.3
LEAD_WORDS = 40
GROUP = "_"


class Analysed(Protocol):
    """What `Findings` and `Analysis` have in common."""

    @property
    def title_terms(self) -> tuple[str, ...]: ...
    @property
    def title_also(self) -> tuple[str, ...]: ...
    @property
    def text_terms(self) -> tuple[str, ...]: ...
    @property
    def text_also(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Content:
    """An analysed article, ready for many questions."""

    analysed: Analysed

    @cached_property
    def places(self) -> tuple[tuple[float, frozenset[str]], ...]:
        """The terms by what a hit in them is worth, best first."""
        of = self.analysed
        title_groups = frozenset(term for term in of.title_also if term.startswith(GROUP))
        text_groups = frozenset(term for term in of.text_also if term.startswith(GROUP))
        return (
            (TITLE, frozenset(of.title_terms) | title_groups),
            (TITLE_ALSO, frozenset(of.title_also)),
            (LEAD, frozenset(of.text_terms[:LEAD_WORDS])),
            (TEXT, frozenset(of.text_terms) | text_groups),
            (TEXT_ALSO, frozenset(of.text_also)),
        )

    @cached_property
    def terms(self) -> frozenset[str]:
        """All terms of all places."""
        of = self.analysed
        return frozenset((*of.title_terms, *of.title_also, *of.text_terms, *of.text_also))


def score(match: Match, content: Content) -> float:
    """0 where the article does not match; up to 1 the more it is about it."""
    match match:
        case Term(any_of, in_title):
            return _best(content, frozenset(any_of), in_title=in_title)
        case Phrase(words, in_title):
            return _phrase(words, content.analysed, in_title=in_title)
        case Prefix(start, in_title):
            begun = frozenset(term for term in content.terms if term.startswith(start))
            return _best(content, begun, in_title=in_title)
        case AllOf(parts):
            scores = [score(part, content) for part in parts]
            return sum(scores) / len(scores) if all(scores) else 0.0
        case AnyOf(parts):
            return max(score(part, content) for part in parts)


def _best(content: Content, terms: frozenset[str], *, in_title: bool) -> float:
    if content.terms.isdisjoint(terms):
        return 0.0
    places = content.places[: 2 if in_title else None]
    return next((worth for worth, found in places if not found.isdisjoint(terms)), 0.0)


def _phrase(words: Sequence[Sequence[str]], analysed: Analysed, *, in_title: bool) -> float:
    if stands_in(words, analysed.title_terms):
        return TITLE
    return 0.0 if in_title or not stands_in(words, analysed.text_terms) else TEXT


def stands_in(words: Sequence[Sequence[str]], terms: Sequence[str]) -> bool:
    """Whether the words follow each other in the terms."""
    first, length = words[0], len(words)
    for place in range(len(terms) - length + 1):
        if terms[place] in first and all(terms[place + k] in words[k] for k in range(1, length)):
            return True
    return False
