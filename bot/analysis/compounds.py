"""Takes German compounds apart by the word list: "Klimaschutzgesetz" is Klimaschutz and Gesetz."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold
from bot.analysis.lexicon import Lexicon

# Shorter words take part only where the list of parts has them.
MIN_PART = 5
MIN_LENGTH = 6
# From here on a half may be a compound itself that the list does not have.
LONG = 10
MAX_LENGTH = 40
MAX_REMEMBERED = 50_000
_LINKS = ("", "s", "es", "n", "en", "er", "e")


@cache
def _places(length: int) -> tuple[tuple[int, int], ...]:
    """Where a word of this length may be cut, with the most letters the shorter half can have; best first."""
    places = ((place, min(place + 1, length - place)) for place in range(2, length - 2))
    return tuple(sorted(places, key=lambda entry: (-entry[1], entry[0])))


class Compounds:
    """Splits by the lexicon alone, so that a word always has the same parts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._remembered: dict[str, tuple[str, str] | None] = {}
        self._lasts: dict[str, bool] = {}

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        lists: dict[str, set[str]] = defaultdict(set)
        for line in data_lines("parts.txt"):
            kind, _, listed = line.partition(":")
            lists[kind].update(listed.split())
        return {kind: frozenset(listed) for kind, listed in lists.items()}

    def halves(self, word: str) -> tuple[str, str] | None:
        """The two words a lower-case compound is made of, the second as it stands; None for no compound."""
        if word not in self._remembered:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
                self._lasts.clear()
            self._remembered[word] = self._halves(word)
        return self._remembered.get(word)

    def _halves(self, word: str) -> tuple[str, str] | None:
        if not MIN_LENGTH <= len(word) <= MAX_LENGTH or word in self._parts["whole"]:
            return None
        length = len(word)
        best: tuple[int, int, str, str] | None = None
        # From the middle outwards: even halves are rarely chance; the longer the shorter half, the surer.
        for place, most in _places(length):
            if best is not None and 2 * most < best[0]:
                break
            right = word[place:]
            if not self._is_last(right):
                continue
            left = self._first(word[:place])
            if left is None or left in self._parts["prefix"]:
                continue
            # Of two cuts as even, "Krankenhaus-Reform" goes before "Kranken-Hausreform".
            rank = 2 * min(len(left), len(right)) - (not self._lexicon.is_noun(right))
            if best is None or (rank, -place) > (best[0], -best[1]):
                best = (rank, place, left, right)
        return best[2:] if best else None

    def parts(self, word: str, *, depth: int = 3) -> list[str]:
        """All words in a compound, of all levels, as they stand; empty for no compound."""
        halves = self.halves(word) if depth else None
        if halves is None:
            return []
        found = list(halves)
        for half in halves:
            found += self.parts(half, depth=depth - 1)
        return found

    def _is_last(self, part: str) -> bool:
        known = self._lasts.get(part)
        if known is None:
            known = self._lasts[part] = self._may_be_last(part)
        return known

    def _may_be_last(self, part: str) -> bool:
        if part in self._parts["ending"]:
            return False
        is_noun = self._lexicon.is_noun(part)
        noun = (self._lexicon.lemma(part.capitalize()) or "").lower() if is_noun else ""
        if noun in self._parts["last"]:
            return True
        if len(part) < MIN_PART:
            return False
        if part.endswith("en") and noun == part == self._lexicon.lemma(part):
            return False  # a verb: Unternehmen is no kind of taking
        return is_noun or self._is_adjective(part) or (len(part) >= LONG and self.halves(part) is not None)

    def _is_adjective(self, part: str) -> bool:
        """Whether the part is a word, no noun and no bare stem of a verb: "-freundlich", "-gesteuert"."""
        if not self._lexicon.has(part):
            return False
        is_verb = (self._lexicon.lemma(part) or "").endswith("en")
        return not is_verb or part.endswith(("t", "en", "end"))

    def _first(self, part: str) -> str | None:
        if part in self._parts["combining"]:
            return part
        for link in _LINKS:
            if part.endswith(link):
                stem = part.removesuffix(link)
                if stem in self._parts["first"] or (len(stem) >= MIN_PART - 1 and self._is_base(stem)):
                    return stem
        # "Fahrverbot": the stem of a verb; "Schulhaus": a noun that lost its e.
        if len(part) >= MIN_PART - 1:
            if self._lexicon.lemma(part + "en") == part + "en" and len(part) >= MIN_PART:
                return part
            if self._lexicon.lemma(part.capitalize() + "e") == part.capitalize() + "e":
                return part + "e"
        return None

    def _is_base(self, word: str) -> bool:
        if self._lexicon.is_hyphened(word):
            return True
        capitalised = word.capitalize()
        lemma = self._lexicon.lemma(capitalised)
        if lemma is not None and len(word) >= MIN_PART and fold(lemma) == fold(word):  # "Schloss" as "Schloß"
            return True
        # "Länderspiel", "Städtebau": a noun in the plural.
        if len(word) >= MIN_PART and lemma is not None and lemma[0].isupper() and word.endswith(("e", "er")):
            return True
        return len(word) >= LONG and not self._lexicon.lemma(capitalised) and self.halves(word) is not None
