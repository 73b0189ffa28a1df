"""How well a found article answers a query, by title, rarity and number of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

from bot.topics.evaluate import Content, stands_in
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

Rarity = Callable[[tuple[str, ...]], float]
Relevance = Callable[[Content], float]

# Found in a title a word says more than any number of times in a text.
IN_TITLE, IN_TITLE_ALSO, IN_TEXT, IN_TEXT_ALSO = 2.4, 1.4, 1.0, 0.3
SATURATION = 1.2
PHRASE = 1.5
COVERAGE = 0.8


def rarity(frequencies: dict[str, int], articles: int) -> Rarity:
    """How much finding one of these terms says, by how many articles have them."""

    def of(terms: tuple[str, ...]) -> float:
        having = sum(frequencies.get(term, 0) for term in terms)
        return log(1 + (articles + 1) / (having + 0.5))

    return of


def relevance(match: Match, rarity: Rarity) -> Relevance:
    """How well any content answers this: the more, the better; comparable within one query.

    What the query says of all contents is settled here once, as hundreds are weighed for one answer.
    """
    wanted = frozenset(terms_of(match))
    weight = _weight(match, rarity)

    def of(content: Content) -> float:
        title = content.title.split()
        covered = sum(map(wanted.__contains__, title)) / (len(title) or 1)
        return weight(content) * (1 + COVERAGE * covered)

    return of


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


def _weight(match: Match, rarity: Rarity) -> Relevance:
    match match:
        case Term(any_of):
            return _found([f" {term} " for term in any_of], rarity(any_of))
        case Phrase(words):
            return _phrase(words, PHRASE * sum(map(rarity, words)) / len(words))
        case Prefix(start):
            return _found([f" {start}"], 1.0)
        case AllOf(parts):
            weights = [_weight(part, rarity) for part in parts]
            return lambda content: sum(weight(content) for weight in weights)
        case AnyOf(parts):
            weights = [_weight(part, rarity) for part in parts]
            return lambda content: max(weight(content) for weight in weights)


def _found(pieces: list[str], rare: float) -> Relevance:
    def of(content: Content) -> float:
        count = sum(map(content.text.count, pieces))
        weight = IN_TEXT * count * (SATURATION + 1) / (count + SATURATION) if count else 0.0
        if not count and any(piece in content.text_also for piece in pieces):
            weight = IN_TEXT_ALSO
        if any(piece in content.title for piece in pieces):
            weight += IN_TITLE
        elif any(piece in content.title_also for piece in pieces):
            weight += IN_TITLE_ALSO
        return weight * rare

    return of


def _phrase(words: Sequence[Sequence[str]], rare: float) -> Relevance:
    def of(content: Content) -> float:
        place = IN_TITLE if stands_in(words, content.title) else 0.0
        return (place + IN_TEXT if stands_in(words, content.text) else place) * rare

    return of
