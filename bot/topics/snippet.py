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


def snippet(text: str, wanted: Collection[str], *, language: str, analyser: Analyser) -> Snippet:
    """The best sentence, cut to length around its first hit; the beginning where nothing is hit."""
    text = " ".join(clean(text[:LOOKED_AT]).split())
    hits = [
        (start, end, term)
        for start, end in spans(text)
        if (term := _hit(text[start:end], wanted, language, analyser))
    ]
    best = (0, 0, min(len(text), LENGTH))
    for sentence in _SENTENCE.finditer(text):
        begin = sentence.start() + len(sentence.group()) - len(sentence.group().lstrip())
        inside = [hit for hit in hits if begin <= hit[0] and hit[1] <= sentence.end()]
        if len({term for _, _, term in inside}) > best[0]:
            best = (len({term for _, _, term in inside}), begin, sentence.end())
    _, begin, end = best
    first = next((start for start, _, _ in hits if begin <= start < end), begin)
    if first - begin > LENGTH // 2:
        begin = text.rfind(" ", begin, first - LENGTH // 3) + 1
    return _cut(text, begin, max(end, begin), hits)


def _cut(text: str, begin: int, end: int, hits: list[tuple[int, int, str]]) -> Snippet:
    if end - begin > LENGTH:
        space = text.rfind(" ", begin, begin + LENGTH)
        end = space if space > begin else begin + LENGTH
    before = "… " if begin and text[begin - 2 : begin - 1] not in {".", "!", "?", "…"} else ""
    after = " …" if end < len(text) and text[end - 1] not in ".!?…" else ""
    shift = len(before) - begin
    marks = tuple((s + shift, e + shift) for s, e, _ in hits if begin <= s and e <= end)
    return Snippet(before + text[begin:end] + after, marks)


def _hit(surface: str, wanted: Collection[str], language: str, analyser: Analyser) -> str:
    """The wanted term this word was found by; empty for none."""
    terms, also = analyser.terms(surface, language)
    return next((term for term in (*terms, *also) if term in wanted), "")
