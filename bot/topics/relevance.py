"""How well a found article answers a query, by title, rarity and number of its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from bot.topics.evaluate import phrase_test
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, beginnings, terms_of

Rarity = Callable[[tuple[str, ...]], float]
Weight = Callable[[str, str, str | None, str], float]
"""Of the lines of title, its other terms, text and its other terms; the most it may be without a text."""

# Found in a title a word says more than any number of times in a text.
IN_TITLE, IN_TITLE_ALSO, IN_TEXT, IN_TEXT_ALSO = 2.4, 1.4, 1.0, 0.3
SATURATION = 1.2
PHRASE = 1.5
COVERAGE = 0.8
# Pieces of titles that are looked for one by one before a title is weighed.
MOST_PIECES = 12


def rarity(frequencies: Mapping[str, int], articles: int) -> Rarity:
    """How much finding one of these terms says, by how many articles have them."""

    def of(terms: tuple[str, ...]) -> float:
        having = sum(frequencies.get(term, 0) for term in terms)
        return log(1 + (articles + 1) / (having + 0.5))

    return of


@dataclass(frozen=True, slots=True)
class Relevance:
    """How well any content answers one match: the more, the better; comparable within one query.

    What the query says of all contents is settled once, as hundreds are weighed for one answer.
    """

    wanted: frozenset[str]
    """The terms that are looked for."""
    weight: Weight
    minds_texts: bool = True
    pieces: tuple[str, ...] = ()
    """What a title has that says anything at all; empty where that would be too much to look for."""
    bare: float = 0.0
    """The most that an article may be whose title has nothing of it."""

    @classmethod
    def of(cls, match: Match | None, frequencies: Mapping[str, int], articles: int) -> Relevance:
        """`frequencies`: how many of all articles have each term; those of none are not looked for."""
        if match is None:
            return cls(frozenset(), lambda *_: 1.0, minds_texts=False)
        wanted = frozenset(term for term in terms_of(match) if term in frequencies)
        weight = _Weights(wanted, rarity(frequencies, articles)).of(match)
        pieces = (
            *(f" {term} " for term in set(terms_of(match))),
            *(f" {start}" for start in beginnings(match)),
        )
        if len(pieces) > MOST_PIECES:
            return cls(wanted, weight)
        return cls(wanted, weight, pieces=pieces, bare=weight("", "", None, ""))

    def __call__(self, title: str, title_also: str, text: str | None = None, text_also: str = "") -> float:
        """Of the terms in lines, a space before and after each; without a text the most it may be."""
        if text is None and self.pieces:
            for piece in self.pieces:
                if piece in title or piece in title_also:
                    break
            else:  # as of most
                return self.bare
        words = title.split()
        weight = self.weight(title, title_also, text, text_also)
        if self.wanted.isdisjoint(words):
            return weight
        covered = sum(map(self.wanted.__contains__, words)) / len(words)
        return weight * (1 + COVERAGE * covered)


class _Weights(NamedTuple):
    """Makes the weights of matches, by the terms that any article has."""

    known: frozenset[str]
    rarity: Rarity

    def of(self, match: Match) -> Weight:
        match match:
            case Term(any_of):
                return _found([f" {term} " for term in any_of if term in self.known], self.rarity(any_of))
            case Phrase(words):
                return _phrase(words, PHRASE * sum(map(self.rarity, words)) / len(words))
            case Prefix(start):
                return _found([f" {start}"], 1.0)
            case AllOf(parts):
                return _all([self.of(part) for part in parts])
            case AnyOf(parts):
                return _best([self.of(part) for part in parts])


def _all(weights: list[Weight]) -> Weight:
    def of(title: str, title_also: str, text: str | None, text_also: str) -> float:
        total = 0.0
        for weight in weights:
            total += weight(title, title_also, text, text_also)
        return total

    return of


def _best(weights: list[Weight]) -> Weight:
    def of(title: str, title_also: str, text: str | None, text_also: str) -> float:
        return max([weight(title, title_also, text, text_also) for weight in weights])

    return of


def _found(pieces: list[str], rare: float) -> Weight:
    most = IN_TEXT * (SATURATION + 1)

    def of(title: str, title_also: str, text: str | None, text_also: str) -> float:
        weight = 0.0
        for piece in pieces:
            if piece in title:
                weight = IN_TITLE
                break
            if piece in title_also:
                weight = IN_TITLE_ALSO
        if text is None:
            return (weight + most) * rare
        count = 0
        for piece in pieces:
            count += text.count(piece)
        if count:
            weight += IN_TEXT * count * (SATURATION + 1) / (count + SATURATION)
        else:
            for piece in pieces:
                if piece in text_also:
                    weight += IN_TEXT_ALSO
                    break
        return weight * rare

    return of


def _phrase(words: Sequence[Sequence[str]], rare: float) -> Weight:
    stands_in = phrase_test(words)

    def of(title: str, title_also: str, text: str | None, text_also: str) -> float:  # noqa: ARG001 - as all
        place = IN_TITLE if stands_in(title) else 0.0
        return (place + IN_TEXT if text is None or stands_in(text) else place) * rare

    return of
