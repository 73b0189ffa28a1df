"""What may be meant by a query that cannot be understood, or by a word no article has."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher

from bot.analysis.analyser import Analyser
from bot.analysis.tokens import words
from bot.errors import BadQuery, QueryFault
from bot.topics.syntax import QUOTES

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, LONGEST = 4, 24
"""Letters of a word that is corrected: a shorter one is near to everything."""


def instead(text: str, error: BadQuery) -> str:
    """The whole query, put right; empty where nobody can tell how."""
    match error.fault:
        case QueryFault.QUOTE:
            return " ".join(re.sub(f"[{QUOTES}]", " ", text).split())
        case QueryFault.OR:
            return " ".join(word for word in text.split() if word not in {"OR", "ODER", "|"})
        case _ if error.suggestion and error.about:
            return text.replace(error.about, error.suggestion, 1)
    return ""


def near(term: str) -> set[str]:
    """All terms one letter away: one left out, added, changed, or two exchanged."""
    if not SHORTEST <= len(term) <= LONGEST:
        return set()
    cuts = [(term[:place], term[place:]) for place in range(len(term) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    found |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    return found - {term}


def as_written(term: str, text: str, language: str, analyser: Analyser) -> set[str]:
    """The words of a text that have this term."""
    read = ((surface, analyser.words.word(surface, language)) for surface in words(text))
    return {surface for surface, word in read if word is not None and word.term == term}


def likest(forms: Collection[str], typed: str) -> str:
    """The form that is written most like what was typed; empty for none."""
    return max(sorted(forms), key=lambda form: SequenceMatcher(None, form, typed).ratio(), default="")
