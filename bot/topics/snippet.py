"""The piece of a text that answers a query best, with the words that do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.analysis.analyser import Analyser
from bot.analysis.tokens import clean, spans

LENGTH = 240
LOOKED_AT = 6_000
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
        self._met: dict[str, set[str]] = {}

    def of(self, text: str, language: str) -> Snippet:
        """The first sentence with most of what is wanted, cut around its first hit; else the beginning."""
        text = " ".join(clean(text[:LOOKED_AT]).split())
        best = self._best(text, language) if self._wanted else None
        begin, end, hits = best or (0, min(len(text), LENGTH), [])
        first = hits[0][0] if hits else begin
        if first - begin > LENGTH // 2:
            begin = text.rfind(" ", begin, first - LENGTH // 3) + 1
        return _cut(text, begin, max(end, begin), hits)

    def _best(self, text: str, language: str) -> Piece | None:
        """Forms found in other texts are tried before every word of this one is looked at."""
        best: Piece | None = None
        met = self._met.setdefault(language, set())
        for is_thorough in (False, True):
            if not is_thorough and not any(surface in text for surface in met):
                continue
            for sentence in _SENTENCE.finditer(text):
                if not is_thorough and not any(surface in sentence.group() for surface in met):
                    continue
                hits = self._hits(text, sentence.start(), sentence.end(), language)
                if best is None or _distinct(hits) > _distinct(best[2]):
                    best = (_begin(sentence), sentence.end(), hits) if hits else best
                    if best and _distinct(hits) >= self._most:
                        return best
        return best

    def _hits(self, text: str, start: int, end: int, language: str) -> list[Hit]:
        known = self._found_by.setdefault(language, {})
        found = []
        for begin, after in spans(text[start:end]):
            surface = text[start + begin : start + after]
            term = known.get(surface)
            if term is None:
                term = known[surface] = self._analyser.found_by(surface, language, self._wanted)
                if term:
                    self._met[language].add(surface)
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
