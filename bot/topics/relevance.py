"""How well a found article answers a query, by title, rarity and number of its words."""

from __future__ import annotations

from collections.abc import Callable
from math import log

from bot.topics.evaluate import Content, stands_in
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

Rarity = Callable[[tuple[str, ...]], float]

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


def relevance(match: Match, content: Content, rarity: Rarity) -> float:
    """The more, the better; comparable within one query."""
    wanted = set(terms_of(match))
    title = content.title.split()
    covered = sum(term in wanted for term in title) / (len(title) or 1)
    return _weight(match, content, rarity) * (1 + COVERAGE * covered)


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


def _weight(match: Match, content: Content, rarity: Rarity) -> float:
    match match:
        case Term(any_of):
            return rarity(any_of) * _found([f" {term} " for term in any_of], content)
        case Phrase(words):
            place = IN_TITLE if stands_in(words, content.title) else 0.0
            place += IN_TEXT if stands_in(words, content.text) else 0.0
            return PHRASE * place * sum(map(rarity, words)) / len(words)
        case Prefix(start):
            return _found([f" {start}"], content)
        case AllOf(parts):
            return sum(_weight(part, content, rarity) for part in parts)
        case AnyOf(parts):
            return max(_weight(part, content, rarity) for part in parts)


def _found(pieces: list[str], content: Content) -> float:
    count = sum(map(content.text.count, pieces))
    weight = IN_TEXT * count * (SATURATION + 1) / (count + SATURATION) if count else 0.0
    if not count and any(piece in content.text_also for piece in pieces):
        weight = IN_TEXT_ALSO
    if any(piece in content.title for piece in pieces):
        return weight + IN_TITLE
    return weight + (IN_TITLE_ALSO if any(piece in content.title_also for piece in pieces) else 0.0)
