"""The piece of a text that answers a query best, with the words that do."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.analysis.aliases import is_group
from bot.analysis.analyser import Analyser
from bot.analysis.folding import fold, fold_bare
from bot.analysis.tokens import clean, spans

LENGTH = 240
LOOKED_AT = 6_000
# So many letters the forms of a word have in common, "Haus" and "Häuser" too; a part of a compound has more.
BEGINNING = 3
PIECE = 4
# Sentences read word by word where no word looks like those wanted.
MOST_READ = 8
# A term stands about as far on in the terms of a text as its word in the text.
NEAR = 0.08
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_ENDS = (".", "!", "?", "…")
_AFTER_END = ' ”“"’«»)'
# Not the dot of "16.21 Uhr", nor that of "18. März". The sign stands first, so that the search leaps to it.
_END = re.compile(r"[.!?…](?<!^\d\.)(?<!^\d\d\.)(?<![\s(]\d\.)(?<![\s(]\d\d\.)[.!?…]*[”“\"’«»)]*(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain text; the marks are (start, end) offsets into it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


Span = tuple[int, int]
"""Where a sentence begins and ends."""
Hit = tuple[int, int, str]
"""Where a word stands that was looked for, and the term it was found by."""
Piece = tuple[int, int, list[Hit]]
"""Where a sentence begins and ends, and the hits in it."""


class Snippets:
    """Cuts the snippets of one answer; words it met in one text it knows in the next."""

    def __init__(self, wanted: Collection[str], *, analyser: Analyser, most: int = 1) -> None:
        """A sentence with `most` different hits is good enough to look no further: words cost time."""
        self._wanted = wanted
        self._analyser = analyser
        self._most = most
        self._found_by: dict[str, dict[str, str]] = {}
        self._likenesses_of = self._likenesses()

    def of(self, text: str, language: str, *, terms: tuple[str, str] | None = None) -> Snippet:
        """The first sentence with most of what is wanted, cut around its first hit; else the beginning.

        `terms` are the text's in order and what else it is found by, a space around each: a text that has
        nothing of what is wanted is not searched.
        """
        text = " ".join(clean(text[:LOOKED_AT]).split())
        is_there = terms is None or any(f" {term} " in line for line in terms for term in self._wanted)
        best = self._best(text, language, terms) if is_there else None
        begin, end, hits = best or (0, min(len(text), LENGTH), [])
        first = hits[0][0] if hits else begin
        if first - begin > LENGTH // 2:
            begin = text.rfind(" ", begin, first - LENGTH // 3) + 1
        return _cut(text, begin, max(end, begin), hits)

    def _best(self, text: str, language: str, terms: tuple[str, str] | None) -> Piece | None:
        """Only words that look like those wanted are analysed; those about where the terms say as well."""
        sentences = _sentences(text)
        best = self._likeliest(text, language, sentences)
        if best is None:
            near = sentences if terms is None else _nearest(sentences, self._place(terms) * len(text))
            return next(filter(None, (self._piece(text, one, language, None) for one in near)), None)
        begin, end, hits = best
        if _distinct(hits) < self._most and (
            terms is None or self._more_near(terms, begin, end, len(text), hits)
        ):
            hits = self._hits(text, begin, end, language, None)  # what is irregular looks otherwise
        return begin, end, hits

    def _likeliest(self, text: str, language: str, sentences: Sequence[Span]) -> Piece | None:
        """The first sentence with most hits, looking at those first in which most words look like them."""
        starts = [start for start, _ in sentences]
        places: dict[int, dict[int, str]] = {}
        for at, begin in self._likely(text):
            places.setdefault(bisect_right(starts, at) - 1, {})[at] = begin
        promised = {number: len(set(found.values())) for number, found in places.items()}
        best: tuple[int, int, Piece] | None = None
        for number in sorted(places, key=lambda number: (-promised[number], number)):
            if best is not None and (-best[0] >= self._most or -best[0] > promised[number]):
                break
            piece = self._piece(text, sentences[number], language, places[number])
            if piece is not None:
                found = (-_distinct(piece[2]), number, piece)
                best = found if best is None else min(best, found)
        return best and best[2]

    def _piece(
        self, text: str, sentence: Span, language: str, likely: Collection[int] | None
    ) -> Piece | None:
        hits = self._hits(text, *sentence, language, likely)
        return (*sentence, hits) if hits else None

    def _likenesses(self) -> dict[str, tuple[str, ...]]:
        """How words begin that may be found; under each the longer beginnings that compounds hold."""
        found: dict[str, set[str]] = {}
        for term in self._wanted:
            names = [term]
            if is_group(term):
                group = self._analyser.aliases.groups.get(term)
                names = [fold(form) for _, form in group.forms if " " not in form] if group else []
            for plain in {plain for name in names for plain in (name, _plain(name))}:
                found.setdefault(plain[:BEGINNING], set()).add(plain[:PIECE])
        return {
            begin: tuple(piece for piece in pieces if len(piece) == PIECE) for begin, pieces in found.items()
        }

    def _likely(self, text: str) -> Iterable[tuple[int, str]]:
        """Where something begins that looks like a word wanted, in small letters and without umlauts."""
        plain = _small(text)
        for begin, pieces in self._likenesses_of.items():
            at = plain.find(begin)
            while at >= 0:
                if not (at and plain[at - 1].isalnum()) or plain.startswith(pieces, at):
                    yield at, begin
                at = plain.find(begin, at + 1)

    def _more_near(self, terms: tuple[str, str], begin: int, end: int, length: int, hits: list[Hit]) -> bool:
        """Whether the text has another wanted term about there."""
        line, known = terms[0], {term for _, _, term in hits}
        first, last = (begin / length - NEAR) * len(line), (end / length + NEAR) * len(line)
        return any(
            line.find(f" {term} ", max(int(first), 0), int(last)) >= 0
            for term in self._wanted
            if term not in known
        )

    def _place(self, terms: tuple[str, str]) -> float:
        """Whereabouts in the text a wanted term stands, 0 to 1."""
        line = terms[0]
        places = (line.find(f" {term} ") for term in self._wanted)
        return min((place for place in places if place >= 0), default=0) / len(line)

    def _hits(
        self, text: str, start: int, end: int, language: str, likely: Collection[int] | None
    ) -> list[Hit]:
        """The words found between these places; of those in which something likely begins, if it is told."""
        known = self._found_by.setdefault(language, {})
        found = []
        for begin, after in (
            _words(text, start, end) if likely is None else _words_at(text, start, end, likely)
        ):
            surface = text[begin:after]
            term = known.get(surface)
            if term is None:
                term = known[surface] = self._analyser.found_by(surface, language, self._wanted)
            if term:
                found.append((begin, after, term))
        return found


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where words stand between these places."""
    return [(start + begin, start + after) for begin, after in spans(text[start:end])]


def _words_at(text: str, start: int, end: int, places: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Of these words those at the places, in order; no word has a space in it, and none is read twice."""
    stop, words, number = start, list[tuple[int, int]](), 0
    for place in sorted(places):
        if place >= stop:
            begin, space = text.rfind(" ", start, place) + 1 or start, text.find(" ", place, end)
            stop = space if space >= 0 else end
            words, number = _words(text, begin, stop), 0
        while number < len(words) and words[number][1] <= place:
            number += 1
        if number < len(words) and words[number][0] <= place:
            yield words[number]
            number += 1


class _Letters(dict[int, str]):
    """Each letter as a small one without marks."""

    def __missing__(self, letter: int) -> str:
        found = self[letter] = fold_bare(chr(letter))[:1] or chr(letter)
        return found


_LETTERS = _Letters()


def _small(text: str) -> str:
    """In small letters and without marks, letter by letter: as long as the text."""
    plain = text.lower()
    if len(plain) != len(text):
        return text.translate(_LETTERS)
    for umlaut, letter in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("ß", "s")):
        plain = plain.replace(umlaut, letter)
    for letter in sorted(set(_FOREIGN.findall(plain)), reverse=True):
        plain = plain.replace(letter, _LETTERS[ord(letter)])
    return plain


def _plain(term: str) -> str:
    """A folded term as `_small` leaves a word with umlauts."""
    for written, letter in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s")):
        term = term.replace(written, letter)
    return term


def _sentences(text: str) -> list[Span]:
    """Where they begin and end, in a text of single spaces."""
    found, start = [], 0
    for end in _END.finditer(text):
        found.append((start, end.end()))
        start = end.end() + 1
    return found if start >= len(text) else [*found, (start, len(text))]


def _nearest(sentences: Sequence[Span], place: float) -> list[Span]:
    """Those about a place, in order."""
    by_distance = sorted(sentences, key=lambda one: abs(sum(one) / 2 - place))
    return sorted(by_distance[:MOST_READ])


def _distinct(hits: list[Hit]) -> int:
    return len({term for _, _, term in hits})


def _cut(text: str, begin: int, end: int, hits: list[Hit]) -> Snippet:
    if end - begin > LENGTH:
        space = text.rfind(" ", begin, begin + LENGTH)
        end = space if space > begin else begin + LENGTH
    before = "… " if begin and not text[:begin].rstrip(_AFTER_END).endswith(_ENDS) else ""
    after = " …" if end < len(text) and text[end - 1] not in ".!?…" else ""
    shift = len(before) - begin
    marks = tuple((s + shift, e + shift) for s, e, _ in hits if begin <= s and e <= end)
    return Snippet(before + text[begin:end] + after, marks)
