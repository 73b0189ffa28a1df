"""What an article says in any language: concepts, countries and bodies, numbers, the bones of names.

Two languages share few words. They share what alias groups and the list of concepts know, figures, and
names, once the spellings of each language are taken off: "Selenskyj" and "Zelensky" are both "slnsk".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from bot.analysis.concepts import all_concepts, concepts_of
from bot.stories.bags import Codes, code
from bot.stories.facts import numbers

LEAST_LETTERS = 4
LEAST_BONES = 3

_NAME = re.compile(rf"[^\W\d_]{{{LEAST_LETTERS},}}")
# How German, English and French write the sounds of names from other scripts; longer ones first.
_SOUNDS = (
    ("schtsch", "S"), ("shch", "S"), ("tsch", "S"), ("dsch", "S"), ("sch", "S"), ("sh", "S"), ("zh", "S"),
    ("kh", "k"), ("ch", "k"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("gh", "g"), ("tz", "s"), ("ts", "s"),
    ("x", "ks"), ("q", "k"), ("c", "k"), ("z", "s"), ("w", "v"),
)  # fmt: skip
_SOFT = re.compile(r"[aeiouyjh]")
_TWICE = re.compile(r"(.)\1+")
# Cyrillic as English writes it; `bones` takes care of the rest.
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "zh",
        "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
        "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "tsch",
        "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ў": "u",
    }
)  # fmt: skip


def marks_of(text: str, terms: Iterable[str], also: Iterable[str], language: str) -> list[int]:
    """Codes of the marks of a text, whose terms analysis has found; with repetition."""
    extra = list(also)
    found = [mark_code("concept", concept) for concept in concepts_of((*terms, *extra), language)]
    found += [mark_code("group", term) for term in extra if term.startswith("_")]
    found += [mark_code("number", number) for number in sorted(numbers(text))]
    for name in _NAME.findall(text):
        if name[0].isupper() and (skeleton := bones(name)):
            found.append(mark_code("name", skeleton))
    return found


def are_named(marks: Codes) -> npt.NDArray[np.bool_]:
    """Which of these say whom, where or how many; the others say only what kind of thing."""
    return np.isin(marks, _kinds(), invert=True)


@cache
def _kinds() -> Codes:
    return np.array(sorted({mark_code("concept", concept) for concept in all_concepts()}), np.uint32)


@lru_cache(maxsize=50_000)
def bones(name: str) -> str:
    """The name's hard consonants by sound, "a" first where it begins with a vowel; empty for too few."""
    latin = unicodedata.normalize(
        "NFD", name.lower().translate(_CYRILLIC).replace("ß", "ss").replace("ł", "l")
    )
    plain = "".join(letter for letter in latin if not unicodedata.combining(letter))
    first = "a" if plain[:1] in "aeiou" else ""
    for written, sound in _SOUNDS:
        plain = plain.replace(written, sound)
    skeleton = _TWICE.sub(r"\1", _SOFT.sub("", plain))
    return first + skeleton if len(skeleton) >= LEAST_BONES else ""


@lru_cache(maxsize=50_000)
def mark_code(kind: str, name: str) -> int:
    """The number a mark goes by; kinds are concept, group, number and name."""
    return code(f"{kind} {name}")
