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


def snippet(
    text: str, wanted: Collection[str], *, language: str, analyser: Analyser, most: int = 1
) -> Snippet:
    """The first sentence with most of what is wanted, cut to length around its first hit; else the beginning.

    A sentence with `most` different hits is good enough to look no further: words cost time.
    """
    text = " ".join(clean(text[:LOOKED_AT]).split())
    best: tuple[int, int, list[Hit]] = (0, min(len(text), LENGTH), [])
    if wanted:
        for sentence in _SENTENCE.finditer(text):
            hits = _hits(text, sentence.start(), sentence.end(), wanted, language, analyser)
            if _distinct(hits) > _distinct(best[2]):
                best = (_begin(sentence), sentence.end(), hits)
                if _distinct(hits) >= most:
                    break
    begin, end, hits = best
    first = hits[0][0] if hits else begin
    if first - begin > LENGTH // 2:
        begin = text.rfind(" ", begin, first - LENGTH // 3) + 1
    return _cut(text, begin, max(end, begin), hits)


def _begin(sentence: re.Match[str]) -> int:
    return sentence.end() - len(sentence.group().lstrip())


def _distinct(hits: list[Hit]) -> int:
    return len({term for _, _, term in hits})


def _hits(  # noqa: PLR0917 - the text and where, the words and whose
    text: str, start: int, end: int, wanted: Collection[str], language: str, analyser: Analyser
) -> list[Hit]:
    found = []
    for begin, after in spans(text[start:end]):
        term = analyser.found_by(text[start + begin : start + after], language, wanted)
        if term:
            found.append((start + begin, start + after, term))
    return found


def _cut(text: str, begin: int, end: int, hits: list[Hit]) -> Snippet:
    if end - begin > LENGTH:
        space = text.rfind(" ", begin, begin + LENGTH)
        end = space if space > begin else begin + LENGTH
    before = "… " if begin and text[begin - 2 : begin - 1] not in {".", "!", "?", "…"} else ""
    after = " …" if end < len(text) and text[end - 1] not in ".!?…" else ""
    shift = len(before) - begin
    marks = tuple((s + shift, e + shift) for s, e, _ in hits if begin <= s and e <= end)
    return Snippet(before + text[begin:end] + after, marks)
