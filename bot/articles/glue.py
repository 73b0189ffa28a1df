"""Takes texts apart that were run together without a space: title and snippet, sentence and sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import regex

from bot.articles.names import inside_a_name
from bot.articles.sentences import ends_in_abbreviation, first_sentence
from bot.articles.words import LAST_WORDS, OPENERS


class Kind(Enum):
    """What meets at a place where a title may end, with what that alone is worth."""

    MARK = 3.0  # "Was nun?Die"
    QUOTE = 2.5  # "taktisches U-Boot“Unklar", "regt auf„Das"
    LETTER = 2.0  # "U-Boot einNordkorea"
    DIGIT = 1.5  # "startet 2027Der"
    ACRONYM = 1.0  # "Streit in der CDUDie"
    NUMBER = 0.5  # "gesucht24 Menschen"


@dataclass(frozen=True, slots=True)
class Boundary:
    at: int
    kind: Kind
    score: float


_PLACES = (
    (Kind.MARK, regex.compile(r"(?<=[.!?…])(?=[\"'„“‚‘»«(]?\p{Lu})|(?<=[!?…])(?=\p{N})")),
    (
        Kind.QUOTE,
        regex.compile(r"(?<=[\p{L}\p{N}.!?…][\"'”“’‘»«)])(?=\p{Lu})|(?<=[\p{Ll}\p{N}])(?=[\"'„“‚‘»«]\p{Lu})"),
    ),
    (Kind.LETTER, regex.compile(r"(?<=[\p{Ll}ß])(?=\p{Lu})")),
    (Kind.DIGIT, regex.compile(r"(?<=[\p{N}%€$])(?=\p{Lu}\p{Ll})")),
    (Kind.ACRONYM, regex.compile(r"(?<=\p{L}\p{Lu})(?=\p{Lu}\p{Ll})")),
    (Kind.NUMBER, regex.compile(r"(?<=\p{Ll}{2})(?=\p{N}+[.,]?\p{N}* \p{L}{3})")),
)
_LAST_WORDS = frozenset(LAST_WORDS.split())
_OPENERS = frozenset(OPENERS.split())
_QUOTES = "\"'“‘«»"
# In German these two close; in English they open.
_OPENED_BY = {"“": "„", "‘": "‚"}
LEAST_SCORE = 2.0


def split_item(text: str) -> tuple[str, str]:
    """Title and snippet of a listed item; an item in one piece is a title alone."""
    text = " ".join(text.split())
    best = max(boundaries(text), key=lambda boundary: boundary.score, default=None)
    if best is not None and best.score >= LEAST_SCORE:
        return text[: best.at].rstrip(), text[best.at :].lstrip()
    title = first_sentence(text)
    return title, text[len(title) :].lstrip()


def boundaries(text: str) -> list[Boundary]:
    """Every place where the title may end, scored by how well both sides read."""
    found: dict[int, Kind] = {}
    for kind, pattern in _PLACES:
        for match in pattern.finditer(text):
            at = _beside_quote(text, match.start())
            if 0 < at < len(text):
                found.setdefault(at, kind)
    return [
        Boundary(at, kind, _score(text, at, kind))
        for at, kind in sorted(found.items())
        if not _is_no_boundary(text, at, kind)
    ]


def unglue(text: str) -> str:
    """Running text with the space put back where a sentence was glued to the one before."""
    return str(_GLUED.sub(_with_space, text))


_GLUED = regex.compile(r"\S*?\p{Ll}{2}[.!?…][\"”“’«»]?(?=[\"„“‚»«]?\p{Lu}[\p{Ll} ])")


def _with_space(match: regex.Match[str]) -> str:
    start = match.string.rfind(" ", 0, match.end()) + 1
    word = match.string[start : match.end()]
    is_address = "://" in word or "@" in word or word.lower().startswith("www.")
    if is_address or (word.endswith(".") and ends_in_abbreviation(word[:-1])):
        return str(match[0])
    return f"{match[0]} "


def _beside_quote(text: str, at: int) -> int:
    """Many quotes look the same at both ends: an open one is closed first, else a new one opens."""
    if text[at] in _QUOTES and _is_open(text, at, text[at]):
        return at + 1
    if (
        text[at - 1] in _QUOTES
        and not _is_open(text, at - 1, text[at - 1])
        and text[at - 2 : at - 1].isalnum()
    ):
        return at - 1
    return at


def _is_open(text: str, at: int, quote: str) -> bool:
    before = text[:at]
    if quote in _OPENED_BY:
        return before.count(_OPENED_BY[quote]) > before.count(quote)
    if quote in "«»":
        return sum(map(before.count, "«»")) % 2 == 1
    inside_words = rf"(?<=\p{{L}}){quote}(?=\p{{Ll}})"
    return len(regex.findall(quote, regex.sub(inside_words, "", before))) % 2 == 1


def _is_no_boundary(text: str, at: int, kind: Kind) -> bool:
    if text[at - 1].isspace() or text[at].isspace():
        return True
    if kind is Kind.MARK and text[at - 1] == "." and ends_in_abbreviation(text[: at - 1]):
        return True
    # "„Wir gehen“, sagt": the quote that opens belongs to what follows, one that closes to what was said.
    if text[at - 1] in "„‚([" or (text[at - 1] in "»«" and text[at - 2 : at - 1].isspace()):
        return True
    return inside_a_name(text, at)


def _score(text: str, at: int, kind: Kind) -> float:
    title, rest = text[:at], text[at:]
    return kind.value + _title_score(title) + _rest_score(rest) + _seam_score(text, title, rest, kind)


def _title_score(title: str) -> float:
    words = len(title.split())
    score = 1.5 if words >= 3 else -1.0 if words == 2 else -3.0
    # Of two good places the first: what follows the title may be glued as well.
    return score - len(title) / 80


def _rest_score(rest: str) -> float:
    words = rest.split()
    first = words[0].strip("\"'„“‚‘»«(")
    score = 1.0 if len(words) >= 4 else -1.0 if len(words) < 2 else 0.0
    if first in _OPENERS:
        score += 1.5
    if any(word[0].islower() for word in words[1:4]):
        score += 1.0
    if rest[-1] in '.!?…"”“»':
        score += 0.5
    return score


def _seam_score(text: str, title: str, rest: str, kind: Kind) -> float:
    """Whether the two halves are whole words by themselves."""
    if kind not in {Kind.LETTER, Kind.NUMBER}:
        return 0.0
    left = _word(regex.search(r"\p{L}*$", title))
    right = _word(regex.match(r"\p{L}*", rest))
    score = 0.0
    if left in _LAST_WORDS:
        score += 1.0
    elif len(left) <= 3:
        score -= 1.5
    if kind is Kind.LETTER and len(right) == 1:
        score -= 1.0
    # Whoever writes the same mixture of capitals twice means it.
    if text.count(left + right) > 1:
        score -= 3.0
    return score


def _word(match: regex.Match[str] | None) -> str:
    return str(match[0]) if match else ""
