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
    title = content.analysed.title_terms
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
            return rarity(any_of) * _term(any_of, content)
        case Phrase(words):
            analysed = content.analysed
            place = IN_TITLE if stands_in(words, analysed.title_terms) else 0.0
            place += IN_TEXT if stands_in(words, analysed.text_terms) else 0.0
            return PHRASE * place * sum(map(rarity, words)) / len(words)
        case Prefix(start):
            begun = tuple(term for term in content.terms if term.startswith(start))
            return _term(begun, content) if begun else 0.0
        case AllOf(parts):
            return sum(_weight(part, content, rarity) for part in parts)
        case AnyOf(parts):
            return max(_weight(part, content, rarity) for part in parts)


def _term(any_of: tuple[str, ...], content: Content) -> float:
    of = content.analysed
    terms = frozenset(any_of)
    count = sum(term in terms for term in of.text_terms)
    weight = IN_TEXT * count * (SATURATION + 1) / (count + SATURATION) if count else 0.0
    if not count and not terms.isdisjoint(of.text_also):
        weight = IN_TEXT_ALSO
    if not terms.isdisjoint(of.title_terms):
        return weight + IN_TITLE
    return weight + (IN_TITLE_ALSO if not terms.isdisjoint(of.title_also) else 0.0)
