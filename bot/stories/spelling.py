"""One spelling for comparing words of stories."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l"}
)


_WORD = 64
"""Characters of what is kept once it was folded: texts come once, and are long."""


def fold(text: str) -> str:
    """Lower case, umlauts spelled out, other marks dropped."""
    return _fold_word(text) if len(text) <= _WORD else _fold(text)


def _fold(text: str) -> str:
    spelled = unicodedata.normalize("NFC", text).lower().translate(_SPELLED)
    if spelled.isascii():
        return spelled
    decomposed = unicodedata.normalize("NFD", spelled)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_fold_word = lru_cache(maxsize=50_000)(_fold)
