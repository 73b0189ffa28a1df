"""One spelling for search: lower case, umlauts written out, no accents."""

from __future__ import annotations

import unicodedata
from itertools import combinations

_WRITTEN_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "oe",
        "å": "a",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
    }
)
_LEFT_OUT = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ø": "o", "å": "a", "ß": "ss"})
_UMLAUTS = str.maketrans({"a": "ä", "o": "ö", "u": "ü"})
# In a longer word only the first so many are tried in pairs.
MOST_VOWELS = 8


def fold(word: str) -> str:
    """From "Häuser" to "haeuser", from "Erdoğan" to "erdogan"; what is left are letters and digits."""
    word = unicodedata.normalize("NFKC", word).lower()
    if word.isascii():
        return word if word.isalnum() else _letters(word)
    return _letters(_bare(word.translate(_WRITTEN_OUT)))


def fold_bare(word: str) -> str:
    """From "München" to "munchen": as it is typed where there are no umlauts."""
    return _letters(_bare(unicodedata.normalize("NFKC", word).lower().translate(_LEFT_OUT)))


def with_umlauts(word: str) -> list[str]:
    """What a lower-case word written without umlauts may stand for: ae, oe, ue, ss as ä, ö, ü, ß."""
    spelt = [word]
    for written, letter in (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß")):
        spelt += [other.replace(written, letter) for other in spelt if written in other]
    return spelt[1:]


def with_one_umlaut(word: str) -> list[str]:
    """What a lower-case word may stand for whose umlaut lost its dots, one vowel at a time."""
    return [_dotted(word, (place,)) for place in _vowels(word)]


def with_two_umlauts(word: str) -> list[str]:
    """The same for a word that lost two: "ubernachste"."""
    return [_dotted(word, places) for places in combinations(_vowels(word)[:MOST_VOWELS], 2)]


def _vowels(word: str) -> list[int]:
    return [place for place, letter in enumerate(word) if letter in "aou"]


def _dotted(word: str, places: tuple[int, ...]) -> str:
    return "".join(
        letter.translate(_UMLAUTS) if place in places else letter for place, letter in enumerate(word)
    )


def _bare(word: str) -> str:
    if word.isascii():
        return word
    # Combining marks go from Latin and Greek letters; in other scripts they are part of the letter.
    if not any("\u00c0" <= letter <= "\u03ff" or "\u1e00" <= letter <= "\u1fff" for letter in word):
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _letters(word: str) -> str:
    return "".join(letter for letter in word if letter.isalnum())
