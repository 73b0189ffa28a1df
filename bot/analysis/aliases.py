"""Words that mean the same: a country with its adjective and inhabitants, a name in its spellings.

A group is a term of its own ("_kp"), put beside each word that belongs to it, so that a search for one
finds all. Names come from Unicode's CLDR through Babel, everything else from the lists in data/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold
from bot.analysis.tokens import words as tokens
from bot.analysis.words import Words

ANY = ""
"""For forms that mean the same in every language."""
LANGUAGES = ("de", "en", "fr", "es", "it")
# Letters that a word has in common with its term.
BEGINNING = 3
_APOSTROPHE = re.compile("['’]")
# Names of countries that are other names, or words, as well.
_AMBIGUOUS = {("en", "Georgia"), ("en", "Jordan"), ("en", "Chad"), ("de", "Niger"), ("it", "Niger")}


@dataclass(frozen=True, slots=True)
class Group:
    """Forms of one meaning, the usual one first."""

    term: str
    forms: tuple[tuple[str, str], ...]
    """(language, form); language `ANY` where it does not matter."""

    @property
    def names(self) -> tuple[str, ...]:
        """German and common forms first, then the English ones; as shown to people."""
        order = [form for language, form in self.forms if language in {ANY, "de"}]
        order += [form for language, form in self.forms if language == "en"]
        return tuple(dict.fromkeys(order))


@dataclass(slots=True)
class _Table:
    """The forms of one language, by their terms."""

    single: dict[str, str] = field(default_factory=dict)
    several: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, terms: tuple[str, ...], group: str) -> None:
        if len(terms) == 1:
            self.single.setdefault(terms[0], group)
        elif terms:
            self.several[terms[0]].append((terms, group))
            # "South Korea" before "Korea": the longest form wins.
            self.several[terms[0]].sort(key=lambda entry: -len(entry[0]))


def is_group(term: str) -> bool:
    """Whether a term is that of a group, rather than a word's."""
    return term.startswith("_")


def is_country(group: str) -> bool:
    """Whether a group's term is that of a country: "_kp"."""
    return len(group) == 3


class Aliases:
    """All groups, and which of them a text's terms belong to."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._tables: dict[str, _Table] = {}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """By term."""
        return {group.term: group for group in (*_countries(), *_names())}

    def of_term(self, term: str, language: str) -> str | None:
        """The group of a single word's term."""
        return self._table(language).single.get(term)

    def in_terms(self, terms: Sequence[str], also: Iterable[str], language: str) -> set[str]:
        """The groups of all forms that stand in these terms, longest first; single words also in `also`."""
        table = self._table(language)
        single, several = table.single, table.several
        found: set[str] = set()
        place, end = 0, len(terms)
        while place < end:
            term = terms[place]
            length = 1
            if term in several:
                for form, group in several[term]:
                    if tuple(terms[place : place + len(form)]) == form:
                        found.add(group)
                        length = len(form)
                        break
            if length == 1 and term in single:
                found.add(single[term])
            place += length
        if language != "de":
            found.update(single[term] for term in also if term in single)
        return found

    def of_phrase(self, terms: tuple[str, ...], language: str) -> str | None:
        """The group of exactly these words."""
        for form, group in self._table(language).several.get(terms[0], ()):
            if form == terms:
                return group
        return None

    def may_begin_phrase(self, surface: str) -> bool:
        """Whether a name of several words may begin so, in any language: told without analysing the word."""
        return any(fold(piece)[:BEGINNING] in self._beginnings for piece in _APOSTROPHE.split(surface))

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        firsts = (term for language in LANGUAGES for term in self._table(language).several)
        return frozenset(term[:BEGINNING] for term in firsts)

    def begins_phrase(self, term: str, language: str) -> bool:
        """Whether a name of several words begins so."""
        return term in self._table(language).several

    def by_code(self, code: str) -> Group | None:
        """A country's group by its ISO code."""
        return self.groups.get(f"_{code.lower()}")

    def _table(self, language: str) -> _Table:
        table = self._tables.get(language)
        if table is None:
            table = self._tables[language] = self._build(language)
        return table

    def _build(self, language: str) -> _Table:
        table = _Table()
        for group in self.groups.values():
            for of, form in group.forms:
                if of in {ANY, language}:
                    for spelling in _inflected(form) if language == "de" else (form,):
                        table.add(self._terms(spelling, language), group.term)
        return table

    def _terms(self, form: str, language: str) -> tuple[str, ...]:
        surfaces = tokens(form)
        if language != "de" and len(surfaces) == 1:
            # Stems of other languages meet by chance (Crimea and crime): a name has to stand as it is.
            return (fold(surfaces[0]),)
        found = (self._words.word(word, language) for word in surfaces)
        return tuple(word.term for word in found if word is not None)


def _countries() -> Iterable[Group]:
    from babel import Locale  # noqa: PLC0415 - only where words are analysed

    names = {language: Locale(language).territories for language in LANGUAGES}
    for line in data_lines("countries.txt"):
        code, adjectives, inhabitants, others, english = ([*line.split("|"), "", "", ""])[:5]
        code = code.strip()
        forms: list[tuple[str, str]] = []
        for language in LANGUAGES:
            name = _plain(names[language].get(code, ""))
            if name and (language, name) not in _AMBIGUOUS:
                forms.append((language, name))
            if language == "de":
                forms += [("de", form) for form in _split(adjectives)]
                forms += [("de", form) for form in _with_feminine(_split(inhabitants))]
                forms += [(ANY, form) for form in _split(others)]
            if language == "en":
                forms += [("en", form) for form in _split(english)]
        yield Group(f"_{code.lower()}", tuple(dict.fromkeys(forms)))


def _names() -> Iterable[Group]:
    for line in data_lines("names.txt"):
        forms = _split(line)
        yield Group(
            "_" + "".join(fold(word) for word in forms[0].split()), tuple((ANY, form) for form in forms)
        )


def _split(listed: str) -> list[str]:
    return [form.replace("+", " ") for form in listed.split()]


def _with_feminine(inhabitants: list[str]) -> list[str]:
    feminine = []
    for form in inhabitants:
        if form.endswith("er") and form != "Deutscher":
            feminine.append(form + "in")
        elif form.endswith("e") and form not in {"Franzose", "Deutsche"}:
            feminine.append(form[:-1] + "in")
    return inhabitants + feminine


def _inflected(form: str) -> list[str]:
    """The form in all cases: "Vereinigte Staaten", "Vereinigten Staaten", "Japanisches" in a name."""
    first, _, rest = form.partition(" ")
    if not rest and form.endswith("isch"):
        return [form, *(form.capitalize() + one for one in ("e", "en", "er", "es", "em"))]
    for ending in ("er", "es", "e"):
        if rest and first.endswith(ending):
            return [first.removesuffix(ending) + one + " " + rest for one in ("e", "en", "er", "es", "em")]
    return [form]


def _plain(name: str) -> str:
    """Without what CLDR adds: "Myanmar (Burma)", "Sonderverwaltungsregion Hongkong"."""
    return name.partition(" (")[0].removeprefix("Sonderverwaltungsregion ")
