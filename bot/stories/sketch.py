"""What stories compare of an article: its title and lead, in words and in pieces of words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from storage.records import Analysis, Article

# Full text is worse than title and beginning: what follows is background that many events share.
LEAD_LENGTH = 600
LEAD_TERMS = 55
TITLE_WEIGHT = 2.0
# Pieces of four letters find what pieces of three to five find, at a third of the cost.
PIECE = 4

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_KICKER = re.compile(r"([^:.!?]{3,60}):\s+(?=\S)")
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l"}
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """Counts of an article's words and of pieces of its words; the title's count twice."""

    words: Counter[str]
    pieces: Counter[str]


def sketch(article: Article, analysis: Analysis, *, kicker_repeats: bool = False) -> Sketch:
    """A kicker its publisher repeats says what the series is, not what happened: it counts as teaser."""
    title, beginning = article.title, lead(article)
    if kicker_repeats:
        beginning = f"{kicker(title)} {beginning}"
        title = without_kicker(title)
    words: Counter[str] = Counter()
    for term in analysis.title_terms:
        words[term] += TITLE_WEIGHT  # type: ignore[assignment]  # counts here need not be whole
    words.update(analysis.title_also)
    words.update(analysis.text_terms[:LEAD_TERMS])
    pieces: Counter[str] = Counter()
    for piece in _pieces(title):
        pieces[piece] += TITLE_WEIGHT  # type: ignore[assignment]
    pieces.update(_pieces(beginning))
    return Sketch(words, pieces)


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


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case, umlauts spelled out, other marks dropped."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word).lower().translate(_SPELLED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    for word in _PART.findall(text):
        found.extend(pieces_of(word))
    return found


@lru_cache(maxsize=50_000)
def pieces_of(word: str) -> tuple[str, ...]:
    """Overlapping stretches of the word between spaces, so that its ends count as such."""
    bounded = f" {fold(word)} "
    return tuple(bounded[start : start + PIECE] for start in range(max(1, len(bounded) - PIECE + 1)))
