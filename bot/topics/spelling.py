"""What may be meant by a query that cannot be understood, or by a word no article has."""

from __future__ import annotations

import re

from bot.analysis.folding import with_umlauts
from bot.analysis.lexicon import Lexicon
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


def spelt(term: str, lexicon: Lexicon) -> str:
    """A term as people write it: "kuesten" as "Küsten"."""
    for spelling in (*with_umlauts(term), term):
        for cased in (spelling.capitalize(), spelling):
            if lexicon.has(cased):
                return cased
    return term.capitalize()
