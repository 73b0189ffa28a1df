"""One spelling for comparing words of stories."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l"}
)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case, umlauts spelled out, other marks dropped."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word).lower().translate(_SPELLED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
