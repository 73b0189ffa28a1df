"""Whether an analysed article matches, and how much it is about it: the text index for one article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol, Self

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


class Content(Protocol):
    """An article's terms in lines, a space before and after each; what storage finds is one (`Found`)."""

    @property
    def title(self) -> str: ...
    @property
    def title_also(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def text_also(self) -> str: ...


class Lines(NamedTuple):
    """The content of an article that was just analysed."""

    title: str
    title_also: str
    text: str
    text_also: str

    @classmethod
    def of(cls, analysed: Analysed) -> Self:
        return cls(
            f" {' '.join(analysed.title_terms)} ",
            f" {' '.join(analysed.title_also)} ",
            f" {' '.join(analysed.text_terms)} ",
            f" {' '.join(analysed.text_also)} ",
        )


def score(match: Match, content: Content) -> float:
    """0 where the article does not match; up to 1 the more it is about it."""
    match match:
        case Term(any_of, in_title):
            return max((_place(content, term, in_title=in_title) for term in any_of), default=0.0)
        case Phrase(words, in_title):
            return _phrase(words, content, in_title=in_title)
        case Prefix(start, in_title):
            return _begun(content, start, in_title=in_title)
        case AllOf(parts):
            total = 0.0
            for part in parts:
                one = score(part, content)
                if not one:
                    return 0.0
                total += one
            return total / len(parts)
        case AnyOf(parts):
            return max(score(part, content) for part in parts)


def _place(content: Content, term: str, *, in_title: bool) -> float:
    word = f" {term} "
    is_group = term.startswith(GROUP)
    if word in content.title:
        return TITLE
    if word in content.title_also:
        return TITLE if is_group else TITLE_ALSO
    if in_title:
        return 0.0
    place = content.text.find(word)
    if place >= 0:
        return LEAD if content.text.count(" ", 0, place) < LEAD_WORDS else TEXT
    if word in content.text_also:
        return TEXT if is_group else TEXT_ALSO
    return 0.0


def _begun(content: Content, start: str, *, in_title: bool) -> float:
    beginning = f" {start}"
    if beginning in content.title:
        return TITLE
    if beginning in content.title_also:
        return TITLE_ALSO
    if in_title:
        return 0.0
    place = content.text.find(beginning)
    if place >= 0:
        return LEAD if content.text.count(" ", 0, place) < LEAD_WORDS else TEXT
    return TEXT_ALSO if beginning in content.text_also else 0.0


def _phrase(words: Sequence[Sequence[str]], content: Content, *, in_title: bool) -> float:
    if stands_in(words, content.title):
        return TITLE
    return 0.0 if in_title or not stands_in(words, content.text) else TEXT


def stands_in(words: Sequence[Sequence[str]], terms: str) -> bool:
    """Whether the words follow each other in the terms."""
    return phrase_test(words)(terms)


def phrase_test(words: Sequence[Sequence[str]]) -> Callable[[str], bool]:
    """The same to be asked of many lines of terms."""
    if all(len(word) == 1 for word in words):
        phrase = f" {' '.join(word[0] for word in words)} "
        return lambda terms: phrase in terms

    def follow(terms: str) -> bool:
        if any(all(f" {term} " not in terms for term in word) for word in words):
            return False
        return _follow(words, terms.split())

    return follow


def _follow(words: Sequence[Sequence[str]], terms: Sequence[str]) -> bool:
    first, length = words[0], len(words)
    places: Iterable[int] = range(len(terms) - length + 1)
    return any(
        terms[place] in first and all(terms[place + k] in words[k] for k in range(1, length))
        for place in places
    )
