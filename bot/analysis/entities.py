"""Names in a text: people, places, bodies, told by capitals, their company and the alias lists; no model."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property, lru_cache

from bot.analysis.aliases import Aliases
from bot.analysis.data.reading import data_lines
from bot.analysis.words import Words

MOST = 12
REMEMBERED = 20_000
# Characters of the text that are looked at; names that matter come early.
SAMPLE = 2_000

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĠĪĮİĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁЄІЇҐ]"
_PARTICLES = "von|van|der|den|de|da|di|del|della|la|le|du|bin|ibn|al|el|of"
# A run of capitalised words, with at most two small particles between them.
_RUN = re.compile(rf"(?<![\w-]){_CAPITAL}[\w’'-]*(?: (?:(?:{_PARTICLES}) ){{0,2}}{_CAPITAL}[\w’'-]*){{0,3}}")
# What stands before the first word of a sentence.
_BEFORE = frozenset('.!?:…„“”»«"–\n')
_ABBREVIATION = re.compile(r"[A-ZÄÖÜ][A-Za-zÄÖÜäöü]?[A-ZÄÖÜ0-9][A-ZÄÖÜ0-9]*")


class Entities:
    def __init__(self, words: Words, aliases: Aliases) -> None:
        self._words = words
        self._aliases = aliases
        self._is_telling = lru_cache(maxsize=REMEMBERED)(self._tells)
        self._says_what = lru_cache(maxsize=REMEMBERED)(self._describes)

    @cached_property
    def _roles(self) -> tuple[str, ...]:
        return tuple(data_lines("roles.txt"))

    def of(self, title: str, text: str, language: str) -> tuple[str, ...]:
        """The names, most telling first."""
        counts: Counter[str] = Counter()
        for name in self._names(text[:SAMPLE], language):
            counts[name] += 1
        # In English titles nearly every word is capitalised: they count names, they do not find them.
        in_title = self._names(title, language) if language == "de" else [n for n in counts if n in title]
        for name in in_title:
            counts[name] += 3
        return tuple(name for name, _ in _merged(counts).most_common(MOST))

    def _names(self, text: str, language: str) -> list[str]:
        found = []
        for match in _RUN.finditer(text):
            before = text[max(0, match.start() - 3) : match.start()].rstrip(" ")
            name = self._name(match.group().split(), language, begins=not before or before[-1] in _BEFORE)
            if name:
                found.append(name)
        return found

    def _name(self, run: list[str], language: str, *, begins: bool) -> str:
        """The name in a run of capitalised words; empty for none."""
        while run and (run[0][0].islower() or self._says_what(run[0], language, len(run) == 1)):
            run, begins = run[1:], False
        if not run:
            return ""
        run[-1] = _without_genitive(run[-1])
        if len(run) > 1 and begins and not self._is_telling(run[0], language):
            run = run[1:]
        if len(run) > 1:
            return " ".join(run)
        return run[0] if self._is_telling(run[0], language) else ""

    def _describes(self, word: str, language: str, alone: bool) -> bool:
        """Whether the word stands before a name and is none: "Präsident", "Hafenstadt", "Tausende"."""
        if self._is_role(word) or self._words.is_stop_word(word, language):
            return True
        return language == "de" and not alone and self._is_common(word)

    def _is_common(self, word: str) -> bool:
        halves = self._words.compounds.halves(word.lower())
        is_common = self._words.lexicon.is_common
        return is_common(word) or (halves is not None and is_common(halves[1].capitalize()))

    def _tells(self, word: str, language: str) -> bool:
        """Whether a single word can only be a name."""
        if len(word) < 2:
            return False
        if _ABBREVIATION.fullmatch(word):
            return True
        analysed = self._words.word(word, language)
        if analysed is None:
            return False
        if self._aliases.of_term(analysed.term, language):
            return not word.endswith(("er", "erin", "ern", "isch"))  # inhabitants are no names
        return not analysed.is_known and word[1:].islower() and len(word) > 3

    def _is_role(self, word: str) -> bool:
        return word.lower().rstrip(".").endswith(self._roles)


def _without_genitive(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        if word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _merged(counts: Counter[str]) -> Counter[str]:
    """A last name counts for the full one: "Putin" for "Wladimir Putin"."""
    merged: Counter[str] = Counter()
    for name in sorted(counts, key=len, reverse=True):
        bare = name.removesuffix("s") if len(name) > 4 else name
        fuller = next((long for long in merged if bare in long.split() or name in long.split()), None)
        merged[fuller or name] += counts[name]
    return merged
