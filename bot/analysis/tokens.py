"""Text into words as they stand: hyphenated words and abbreviations in one piece."""

from __future__ import annotations

import re

_WORD = re.compile(
    r"""
      \d{1,3}(?:[.,\u202f\u00a0]\d{3})+(?![\d])          # 7.500 and 7,500
    | \d+(?:[.,:]\d+)+                                   # 3,5 and 10:30 and 11.03.2026
    | (?:[^\W\d_]\.){2,}                                 # U.S. and z.B.
    | [^\W_]+(?:['’\-‐‑][^\W_]+)*(?:[:*_/]-?[Ii]n(?:nen)?\b)?   # Atom-U-Boot, Putin's, Bürger:innen
    """,
    re.VERBOSE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u202f\u00a0]\d{3})+")
HYPHENS = re.compile(r"[-‐‑]")
_UNSEEN = ("\u00ad", "\u200b", "\ufeff", "\u2060")


def words(text: str) -> list[str]:
    """The words of a text in order, numbers included."""
    return _WORD.findall(clean(text))


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words stand in a text that `clean` has nothing to take from."""
    return [match.span() for match in _WORD.finditer(text)]


def clean(text: str) -> str:
    """Without soft hyphens and other marks nobody sees."""
    if not text.isascii():
        for mark in _UNSEEN:
            text = text.replace(mark, "")
    return text


def number(word: str) -> str:
    """A number as a term: 7.500 and 7,500 are one, 3,5 and 3.5 are one."""
    if _GROUPED.fullmatch(word):
        return "".join(letter for letter in word if letter.isdigit())
    return "_".join(re.findall(r"\d+", word))
