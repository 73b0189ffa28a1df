"""Word stems by Snowball, for the languages it knows; other words are folded only."""

from __future__ import annotations

from functools import cache

import Stemmer

from bot.analysis.folding import fold

_ALGORITHMS = {
    "de": "german",
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "da": "danish",
    "no": "norwegian",
    "nb": "norwegian",
    "fi": "finnish",
    "pl": "polish",
    "cs": "czech",
    "tr": "turkish",
    "hu": "hungarian",
    "ro": "romanian",
    "el": "greek",
    "ar": "arabic",
    "ca": "catalan",
}


def stem(word: str, language: str) -> str:
    """The folded stem."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return fold(word)
    return fold(_stemmer(algorithm).stemWord(word.lower()))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)
