"""The piece of a text that answers a query best, with the words that do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.analysis.aliases import is_group
from bot.analysis.analyser import Analyser
from bot.analysis.folding import fold
from bot.analysis.tokens import clean, spans
from bot.topics.evaluate import Content

LENGTH = 240
LOOKED_AT = 6_000
# So many letters the forms of a word have in common, "Haus" and "Häuser" too; a part of a compound has more.
BEGINNING = 2
PIECE = 4
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+[”“\"’«»)]*(?=\s|$)|[.!?…]|$)+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain text; the marks are (start, end) offsets into it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


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
        terms = [term for term in wanted if not is_group(term)]
        self._beginnings = frozenset(term[:BEGINNING] for term in terms)
        self._pieces = tuple(term[:PIECE] for term in terms if len(term) >= PIECE)

    def of(self, text: str, language: str, *, found: Content | None = None) -> Snippet:
        """The first sentence with most of what is wanted, cut around its first hit; else the beginning.

        `found` are the terms the text was found by: one that has nothing of what is wanted is not searched.
        """
        text = " ".join(clean(text[:LOOKED_AT]).split())
        is_there = found is None or any(f" {term} " in found.text + found.text_also for term in self._wanted)
        best = self._best(text, language) if is_there else None
        begin, end, hits = best or (0, min(len(text), LENGTH), [])
        first = hits[0][0] if hits else begin
        if first - begin > LENGTH // 2:
            begin = text.rfind(" ", begin, first - LENGTH // 3) + 1
        return _cut(text, begin, max(end, begin), hits)

    def _best(self, text: str, language: str) -> Piece | None:
        """Only words that look like those wanted are analysed; all of them where that finds nothing."""
        best = self._best_of(text, language, self._may_be_found)
        if best is None:
            return self._best_of(text, language, lambda _: True)
        begin, end, _ = best
        return begin, end, self._hits(text, begin, end, language, lambda _: True)

    def _best_of(self, text: str, language: str, is_tried: Callable[[str], bool]) -> Piece | None:
        best: Piece | None = None
        for sentence in _SENTENCE.finditer(text):
            hits = self._hits(text, sentence.start(), sentence.end(), language, is_tried)
            if hits and (best is None or _distinct(hits) > _distinct(best[2])):
                best = _begin(sentence), sentence.end(), hits
                if _distinct(hits) >= self._most:
                    break
        return best

    def _may_be_found(self, surface: str) -> bool:
        """Forms of a word begin alike, and a compound holds its parts; what is irregular may be missed."""
        folded = fold(surface)
        return folded[:BEGINNING] in self._beginnings or any(piece in folded for piece in self._pieces)

    def _hits(
        self, text: str, start: int, end: int, language: str, is_tried: Callable[[str], bool]
    ) -> list[Hit]:
        known = self._found_by.setdefault(language, {})
        found = []
        for begin, after in spans(text[start:end]):
            surface = text[start + begin : start + after]
            term = known.get(surface)
            if term is None:
                if not is_tried(surface):
                    continue
                term = known[surface] = self._analyser.found_by(surface, language, self._wanted)
            if term:
                found.append((start + begin, start + after, term))
        return found


def _begin(sentence: re.Match[str]) -> int:
    return sentence.end() - len(sentence.group().lstrip())


def _distinct(hits: list[Hit]) -> int:
    return len({term for _, _, term in hits})


def _cut(text: str, begin: int, end: int, hits: list[Hit]) -> Snippet:
    if end - begin > LENGTH:
        space = text.rfind(" ", begin, begin + LENGTH)
        end = space if space > begin else begin + LENGTH
    before = "… " if begin and text[begin - 2 : begin - 1] not in {".", "!", "?", "…"} else ""
    after = " …" if end < len(text) and text[end - 1] not in ".!?…" else ""
    shift = len(before) - begin
    marks = tuple((s + shift, e + shift) for s, e, _ in hits if begin <= s and e <= end)
    return Snippet(before + text[begin:end] + after, marks)
