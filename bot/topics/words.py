"""Which words of an article a topic found it by, as they are written there."""

from __future__ import annotations

from collections.abc import Iterable

from bot.analysis.analyser import Analyser
from bot.analysis.tokens import words
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

MOST = 4


def matching_words(match: Match | None, text: str, *, language: str, analyser: Analyser) -> tuple[str, ...]:
    """Up to four, in the order of the text; none for a topic without words, such as a publisher's."""
    if match is None:
        return ()
    terms, starts = set(_terms(match)), tuple(_starts(match))
    found: dict[str, str] = {}
    for surface in words(text):
        own, also = analyser.terms(surface, language)
        told = {*own, *also}
        if told & terms or any(term.startswith(starts) for term in told if starts):
            found.setdefault(own[0] if own else surface, surface)
    return tuple(found.values())[:MOST]


def _terms(match: Match) -> Iterable[str]:
    match match:
        case Term(any_of):
            yield from any_of
        case Phrase(parts):
            yield from (term for part in parts for term in part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _terms(part)
        case Prefix():
            pass


def _starts(match: Match) -> Iterable[str]:
    match match:
        case Prefix(start):
            yield start
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _starts(part)
        case _:
            pass
