"""One word of a text as terms: the form all its inflections share, and what else it can be found by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.analysis.compounds import Compounds
from bot.analysis.folding import fold, fold_bare, with_one_umlaut, with_two_umlauts
from bot.analysis.lexicon import Lexicon
from bot.analysis.stems import stem
from bot.analysis.stopwords import stop_words
from bot.analysis.tokens import HYPHENS, number

MAX_TERM = 80
# Words kept with their terms; a news vocabulary has most of its mass in far fewer.
MAX_REMEMBERED = 150_000
# Typed words kept with what they may be: hundreds of look-ups each.
MAX_DOTTED = 10_000

_INCLUSIVE = re.compile(r"[:*_/]-?[Ii]n(?:nen)?$|(?<=[a-zäöüß])Innen$")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|dell|nell|sull|all|dall|un)['’](?=\w)", re.IGNORECASE)
# Adjectives of places: the stemmer would take the -isch as well, and somalisch meet Somal.
_ORIGIN = re.compile(r"(\w{2,}isch)(?:e[nmrs]?)?$")
# Capitals that would be stop words in small letters.
_TELLING_CAPITALS = frozenset({"IT", "US", "WHO", "Ehe", "Waren"})


@dataclass(frozen=True, slots=True)
class Word:
    """What a word is searched by."""

    term: str
    also: tuple[str, ...] = ()
    is_known: bool = True
    """In the language's word list, so that it is an ordinary word rather than a name."""


class Words:
    """Analyses words of any language; remembers them, as the same ones come again and again."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.compounds = Compounds(lexicon)
        self._remembered: dict[tuple[str, str], Word | None] = {}
        self._dotted: dict[str, dict[str, str]] = {}

    @property
    def stop_words(self) -> dict[str, frozenset[str]]:
        """By language; folded."""
        return stop_words()

    def word(self, surface: str, language: str) -> Word | None:
        """The word's terms; None for a word that says nothing of the subject."""
        key = (surface, language)
        try:
            return self._remembered[key]
        except KeyError:
            pass
        word = self._analyse(surface, language)
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = word
        return word

    def is_stop_word(self, surface: str, language: str) -> bool:
        if surface in _TELLING_CAPITALS or "." in surface:
            return False
        return fold(surface) in self.stop_words.get(language, frozenset())

    def _analyse(self, surface: str, language: str) -> Word | None:
        if self.is_stop_word(surface, language):
            return None
        if surface[0].isdecimal() and surface[-1].isdecimal() and not surface.isalnum():
            return Word(number(surface)[:MAX_TERM])
        if language in {"fr", "it", "ca"}:
            surface = _ELISION.sub("", surface)
        surface = re.sub(r"['’]s?$|['’](?=s$)", "", surface).removesuffix("'").removesuffix("’")
        if surface.endswith(("'s", "’s")):
            surface = surface[:-2]
        analysed = self._german(surface) if language == "de" else self._foreign(surface, language)
        if not analysed.term:
            return None
        return analysed

    def _foreign(self, surface: str, language: str) -> Word:
        segments = [segment for segment in HYPHENS.split(surface) if segment]
        stems = [stem(segment, language) for segment in segments]
        also = {term for term in stems if len(term) > 1} if len(stems) > 1 else set()
        if surface[:1].isupper():
            also |= {fold(segment) for segment in segments}  # a name keeps its form in every language
        term = "".join(stems)[:MAX_TERM]
        return Word(term, tuple(sorted(also - {term, ""})), is_known=False)

    def _german(self, surface: str) -> Word:
        inclusive = _INCLUSIVE.sub("", surface)
        segments = [segment for segment in HYPHENS.split(inclusive) if segment]
        if len(segments) > 1:
            return self._hyphenated(inclusive, segments)
        return self._joined(inclusive)

    def _joined(self, surface: str) -> Word:
        lemma = self.lexicon.lemma_of_any_spelling(surface)
        is_known = True
        if lemma is not None:
            spelt = lemma.lower()
        elif (halves := self.compounds.halves(surface.lower())) is not None:
            spelt = surface.lower().removesuffix(halves[1]) + self._part(halves[1], surface).lower()
        else:
            spelt, is_known = unknown_german(surface), False
        term = fold(spelt)
        spelt = HYPHENS.sub("", spelt)
        parts = self.compounds.parts(spelt) or self.compounds.parts(surface.lower())
        also = {fold(self._part(part, surface)) for part in parts}
        if self.lexicon.is_hyphened(spelt):
            also.add(fold(self._part(spelt[1:], surface)))
        if not is_known:
            also.add(fold_bare(spelt))
        return Word(term[:MAX_TERM], tuple(sorted(also - {term, ""})), is_known)

    def _part(self, part: str, whole: str) -> str:
        """The dictionary form of a compound's part: of a noun's parts the noun, not the verb."""
        spelling = part.capitalize() if whole[:1].isupper() or self.lexicon.is_noun(part) else part
        return self.lexicon.lemma_of_any_spelling(spelling) or part

    def _hyphenated(self, surface: str, segments: list[str]) -> Word:
        whole = self.lexicon.lemma(surface)
        last = self._joined(segments[-1])
        joined = "".join(segments[:-1])
        term = fold(whole) if whole is not None else fold(joined) + last.term
        also = {last.term, *last.also} if len(segments[-1]) > 1 else set()
        for place, segment in enumerate(segments[:-1]):
            if len(segment) > 1 and not segment.isdecimal():
                word = self._joined(segment)
                also |= {word.term, *word.also}
            elif place or len(segments) > 2:  # "U-Boot" inside "Atom-U-Boot"
                also.add(fold(segment) + self._joined(segments[place + 1]).term)
        return Word(term[:MAX_TERM], tuple(sorted(also - {term, ""})), whole is not None)

    def readings(self, surface: str, language: str) -> tuple[str, ...]:
        """The terms a typed word may be meant by in this language; none for a stop word."""
        word = self.word(surface, language)
        if word is None:
            return ()
        terms = [word.term]
        if language == "de":
            if surface.islower() and not self._is_verb_form(surface):  # people type nouns in small letters
                as_noun = self.word(surface.capitalize(), language)
                terms += [as_noun.term] if as_noun is not None else []
            if self.lexicon.lemma_of_any_spelling(surface) is None:
                terms += self._of_last_noun(surface) + list(self.dotted(surface).values())
        return tuple(dict.fromkeys(term for term in terms if term))

    def _is_verb_form(self, surface: str) -> bool:
        """Whether a small word is a verb's alone: "tagen" are no "Tage", "reisen" may be "Reisen"."""
        lemma = self.lexicon.lemma(surface)
        if lemma is None or not lemma.islower() or not lemma.endswith("n"):
            return False
        noun = self.lexicon.lemma(surface.capitalize())
        return noun is not None and noun.lower() not in {surface, surface.removesuffix("n")}

    def _of_last_noun(self, surface: str) -> list[str]:
        """Terms of a name grown together with a noun: "Eurostarzüge" as "Eurostar-Züge"."""
        for place in range(4, len(surface) - 3):
            noun = surface[place:].capitalize()
            lemma = self.lexicon.lemma_of_any_spelling(noun)
            if lemma is not None and lemma[:1].isupper():
                return [fold(surface[:place]) + fold(lemma)]
        return []

    def dotted(self, surface: str) -> dict[str, str]:
        """The known words this is when its umlauts get their dots back, each with its term."""
        found = self._dotted.get(surface)
        if found is None:
            if len(self._dotted) >= MAX_DOTTED:
                self._dotted.clear()
            found = self._dotted[surface] = self._with_dots(surface)
        return found

    def _with_dots(self, surface: str) -> dict[str, str]:
        small = surface.lower()
        if not small.isascii():
            return {}
        for spellings in (with_one_umlaut(small), with_two_umlauts(small)):
            telling = [spelling for spelling in spellings if not self.is_stop_word(spelling, "de")]
            cased = [case for spelling in telling for case in (spelling.capitalize(), spelling)]
            found = {case: self.lexicon.lemma_of_any_spelling(case) for case in cased}
            terms = {case: fold(lemma) for case, lemma in found.items() if lemma is not None}
            terms = {case: term for case, term in terms.items() if term not in self.stop_words["de"]}
            if not terms:
                words = {
                    case: self._joined(case) for case in cased[::2] if self.compounds.halves(case.lower())
                }
                terms = {case: word.term for case, word in words.items()}
            if terms:
                return terms
        return {}


def unknown_german(surface: str) -> str:
    """A form for a word no list has: names lose the s of the genitive, other words their endings."""
    if surface.islower():
        origin = _ORIGIN.match(surface)
        return origin[1] if origin else stem(surface, "de")
    word = surface.lower()
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "xs", "zs", "us", "is")):
        return word[:-1]
    return word
