"""What stories compare of an article: its title and lead, in words, in pieces of words, and in marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.stories.bags import SMALL, Bag, bag_of, code
from bot.stories.marks import marks_of
from bot.stories.spelling import fold
from storage.records import Analysis, Article

# Full text is worse than title and beginning: what follows is background that many events share.
LEAD_LENGTH = 600
LEAD_TERMS = 55
TITLE_WEIGHT = 2
# Pieces of four letters find what pieces of three to five find, at a third of the cost.
PIECE = 4

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_KICKER = re.compile(r"([^:.!?]{3,60}):\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article's words, pieces of its words, and what it says in any language; the title counts twice."""

    words: Bag
    pieces: Bag
    marks: Bag


def sketch(article: Article, analysis: Analysis, *, kicker_repeats: bool = False) -> Sketch:
    """A kicker its publisher repeats says what the series is, not what happened: it counts as teaser."""
    title, beginning = article.title, lead(article)
    if kicker_repeats:
        beginning = f"{kicker(title)} {beginning}"
        title = without_kicker(title)
    lead_terms = analysis.text_terms[:LEAD_TERMS]
    words = bag_of(
        (
            ([_word_code(term) for term in analysis.title_terms], TITLE_WEIGHT),
            ([_word_code(term) for term in (*analysis.title_also, *lead_terms)], 1),
        )
    )
    language = analysis.language or article.language
    marks = bag_of(
        (
            (marks_of(title, analysis.title_terms, analysis.title_also, language), TITLE_WEIGHT),
            (marks_of(beginning, lead_terms, analysis.text_also, language), 1),
        )
    )
    return Sketch(words, bag_of(((_pieces(title), TITLE_WEIGHT), (_pieces(beginning), 1))), marks)


def lead(article: Article) -> str:
    """The teaser and the first of the text."""
    text = article.text
    if article.summary and article.summary not in text:
        text = f"{article.summary} {text}"
    return text[:LEAD_LENGTH]


def kicker(title: str) -> str:
    """What stands before a colon at the start, folded; empty when nothing does."""
    match = _KICKER.match(title)
    return fold(match[1]) if match else ""


def without_kicker(title: str) -> str:
    match = _KICKER.match(title)
    return title[match.end() :] if match else title


def _pieces(text: str) -> list[int]:
    found: list[int] = []
    for word in _PART.findall(text):
        found.extend(pieces_of(word))
    return found


@lru_cache(maxsize=50_000)
def pieces_of(word: str) -> tuple[int, ...]:
    """Codes of overlapping stretches of the word between spaces, so that its ends count as such."""
    bounded = f" {fold(word)} "
    return tuple(
        code(bounded[start : start + PIECE], SMALL) for start in range(max(1, len(bounded) - PIECE + 1))
    )


@lru_cache(maxsize=50_000)
def _word_code(term: str) -> int:
    return code(term)
