"""The German word list: which words there are, and their dictionary forms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import with_one_umlaut, with_umlauts
from bot.analysis.wordlist import WordList

# "Uboot", "Ebike": written in one although the hyphen belongs there.
_SINGLE_LETTERS = "uestx"
# Words kept with their lemmas: a query asks for each several times.
MAX_REMEMBERED = 50_000
_ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")
_PRESENT = ("end", "lnd", "rnd")
_PARTICIPLE = ("t", "en", *_PRESENT)
_INFINITIVE = ("en", "ln", "rn")


class Lexicon:
    """Simplemma's German forms, out of a file that opens with the first word asked for."""

    def __init__(self) -> None:
        self._lemmas: dict[str, str | None] = {}

    @cached_property
    def _forms(self) -> WordList:
        return WordList.open("de")

    @cached_property
    def _exceptions(self) -> dict[str, str]:
        return dict(line.split() for line in data_lines("lemmas.txt"))

    def lemma(self, word: str) -> str | None:
        """The dictionary form; None for a word that is not in the list, in whatever case."""
        exception = self._exceptions.get(word) or self._exceptions.get(word.lower())
        if exception is not None and (exception[0].isupper() or word in self._exceptions):
            return exception
        for spelling in _cases(word):
            found = self._forms.get(spelling)
            if found is not None:
                return (
                    self._as_person(spelling, found)
                    if spelling[0].isupper()
                    else self._basic(spelling, found)
                )
        return self._adjective(word) if word.islower() else None

    def lemma_of_any_spelling(self, word: str) -> str | None:
        """As `lemma`, also for words with umlauts written out or the hyphen of "U-Boot" left out."""
        try:
            return self._lemmas[word]
        except KeyError:
            pass
        if len(self._lemmas) >= MAX_REMEMBERED:
            self._lemmas.clear()
        found = self._lemmas[word] = self._of_any_spelling(word)
        return found

    def _of_any_spelling(self, word: str) -> str | None:
        for spelling in (*with_umlauts(word.lower()), word):
            found = self.lemma(spelling.capitalize() if word[:1].isupper() and spelling != word else spelling)
            if found is not None:
                return found
        return self._forms.get(_hyphened(word)) if len(word) > 3 else None

    def _as_person(self, form: str, lemma: str) -> str:
        """One form for "Beschäftigte", "Beschäftigter" and "Beschäftigten", which the list has in two.

        Adjectives that stand for a person, or begin a title, stay adjectives: "Künstliche", "Jugendliche".
        """
        if not form.endswith(_ADJECTIVE_ENDINGS):
            return lemma
        base = form.removesuffix("e") if form.endswith("e") else form[:-2]
        adjective = base.lower()
        if len(base) < 5 or adjective + "em" not in self._forms or adjective + "es" not in self._forms:
            return lemma
        found = self.lemma(adjective)
        if found == adjective and not self.is_noun(adjective):
            return adjective
        return base + "e" if len(base) >= 6 else lemma

    def _basic(self, form: str, lemma: str) -> str:
        """One form for an adjective's or a verb's, which the list scatters.

        "gewonnene", there of "gewonnen", is a form of "gewinnen"; "letzte", there of "letzter", of "letzt".
        """
        if lemma == form and form.endswith(_INFINITIVE):
            return lemma
        found = self._of_participle(lemma)
        if found is not None:
            return found
        for ending in _ADJECTIVE_ENDINGS:
            base = form.removesuffix(ending)
            if base == form or len(base) < 4:
                continue
            is_its = lemma in {base + other for other in ("", *_ADJECTIVE_ENDINGS)}
            if is_its or base.endswith(_PRESENT):
                found = self._of_participle(base)
                if found is not None:
                    return found
                if lemma != form and self._forms.get(base) == base:
                    return base
        return form if form.endswith(_PRESENT) and lemma.endswith(_INFINITIVE) else lemma

    def _of_participle(self, word: str) -> str | None:
        """The verb whose participle this is: "gewinnen" of "gewonnen", "evakuieren" of "evakuiert".

        Participles of the present are adjectives: "überraschend", "kommend".
        """
        if not word.endswith(_PARTICIPLE):
            return None
        verb = self._exceptions.get(word) or self._forms.get(word)
        if word.endswith(_PRESENT):
            return word if verb is not None else None
        if verb == word and word.endswith("t"):
            verb = self._forms.get(word + "e")
            if verb != self._forms.get(word + "en"):
                return None
        return verb if verb is not None and verb != word and verb.endswith(_INFINITIVE) else None

    def _adjective(self, word: str) -> str | None:
        for ending in _ADJECTIVE_ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 3:
                found = self._forms.get(word.removesuffix(ending))
                if found is not None and found.islower():
                    return found
        return self._forms.get(word.capitalize())

    def is_hyphened(self, word: str) -> bool:
        """Whether the word is one like "uboot", whose hyphen was left out."""
        return len(word) > 3 and self._forms.get(_hyphened(word)) is not None

    def is_noun(self, word: str) -> bool:
        """Whether the word, in lower case, is also a noun."""
        return self._forms.get(word.capitalize()) is not None

    def is_noun_compound(self, first: str, second: str) -> bool:
        """Whether two words, written apart, are a noun of the list: "Klima Schutz"."""
        joined = (first + second.replace("-", "")).lower()
        return len(first) > 2 and len(second) > 2 and self.is_noun(joined)

    def is_common(self, word: str) -> bool:
        """Whether a capitalised word is a noun with more forms than the genitive: names have no other."""
        lemma = self._forms.get(word)
        if lemma is None or lemma.islower():
            return False
        if word not in {lemma, lemma + "s"}:
            return True
        stems = (lemma, *(spelling.capitalize() for spelling in with_one_umlaut(lemma.lower())))
        endings = ("en", "n", "e", "er", "innen", "")
        plurals = (stem + ending for stem in stems for ending in endings if stem + ending != lemma)
        return any(self._forms.get(plural) == lemma for plural in plurals)

    def forms(self) -> Iterable[str]:
        """Every form of the list."""
        return self._forms.forms()

    def has(self, word: str) -> bool:
        """Whether exactly this form, in this case, is in the list."""
        return self._forms.get(word) is not None


def _cases(word: str) -> tuple[str, ...]:
    if word.islower():
        return (word,)
    if word.isupper() and len(word) > 3:
        return (word, word.capitalize(), word.lower())
    return (word, word.lower())


def _hyphened(word: str) -> str:
    return f"{word[0].upper()}-{word[1:].capitalize()}" if word[0].lower() in _SINGLE_LETTERS else ""
