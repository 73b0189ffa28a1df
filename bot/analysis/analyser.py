"""Analyses texts and the words of queries alike, so that what is typed meets what was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.analysis.aliases import LANGUAGES, Aliases, is_country, is_group
from bot.analysis.entities import Entities
from bot.analysis.folding import fold
from bot.analysis.language import Languages
from bot.analysis.lexicon import Lexicon
from bot.analysis.tokens import HYPHENS, clean
from bot.analysis.tokens import words as tokens
from bot.analysis.words import Word, Words
from storage.records import Analysis, ArticleId

# What is indexed of a text; more is no news article, and a database's positions end somewhere.
MAX_WORDS = 4_000
MAX_CHARACTERS = 40_000
# Of one term; PostgreSQL keeps no more places of one, and both databases must find the same.
MAX_PLACES = 250
# Typed words kept with what they can mean: hundreds of thousands of topics share theirs.
MAX_READINGS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What analysis found in one text; see `Analysis` for the fields."""

    language: str
    title_terms: tuple[str, ...]
    title_also: tuple[str, ...]
    text_terms: tuple[str, ...]
    text_also: tuple[str, ...]
    entities: tuple[str, ...]
    fingerprint: bytes

    def for_article(self, article_id: ArticleId) -> Analysis:
        return Analysis(
            article_id=article_id,
            language=self.language,
            title_terms=self.title_terms,
            title_also=self.title_also,
            text_terms=self.text_terms,
            text_also=self.text_also,
            entities=self.entities,
            fingerprint=self.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed word can mean."""

    terms: tuple[str, ...]
    """Its forms in the languages it may be of; empty for a word that says nothing."""
    group: str | None = None
    """The alias group it belongs to."""
    halves: tuple[str, str] | None = None
    """A compound's two words as terms, as they stand where it is written apart."""


class Analyser:
    """Pure and thread-safe; word lists load with the first German word."""

    def __init__(self) -> None:
        self.words = Words(Lexicon())
        self.aliases = Aliases(self.words)
        self._entities = Entities(self.words, self.aliases)
        self._readings: dict[tuple[str, ...], Reading] = {}

    @cached_property
    def languages(self) -> Languages:
        return Languages(self.words.stop_words)

    def warm_up(self) -> None:
        """Load what the first text and the first question would wait for: some tenths of a second."""
        self.analyse(title="Nordkorea", text="Zum Aufwärmen, was in Seoul gesagt wird.")
        for language in LANGUAGES:
            self.aliases.of_term("seoul", language)

    def analyse(self, *, title: str, summary: str = "", text: str = "", language: str = "") -> Findings:
        """Everything at once; `language` is what the source claims."""
        from bot.analysis.fingerprint import fingerprint  # noqa: PLC0415 - numpy: not for those who only search

        title, body = clean(title), clean(_body(summary, text))
        found = self.languages.of(f"{title}. {body[:400]}" if body else title, prior=language)
        title_terms, title_also = self.terms(title, found)
        text_terms, text_also = self.terms(body, found)
        return Findings(
            language=found,
            title_terms=title_terms,
            title_also=title_also,
            text_terms=text_terms,
            text_also=text_also,
            entities=self._entities.of(title, body, found),
            fingerprint=fingerprint(text or summary),
        )

    def terms(self, text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """One term for each word that says something, and what they can be found by as well."""
        word = self.words.word
        found: list[str] = []
        also: set[str] = set()
        for surface in tokens(text)[:MAX_WORDS]:
            analysed = word(surface, language)
            if analysed is not None:
                found.append(analysed.term)
                if analysed.also:
                    also |= self._also(analysed, surface, language)
        if len(found) > MAX_PLACES:
            found = _bounded(found)
        also |= self.aliases.in_terms(found, also, language)
        also.difference_update(found)
        return tuple(found), tuple(sorted(also))

    def _also(self, word: Word, surface: str, language: str) -> set[str]:
        """A compound's parts with the groups they stand for; a country's name is in no parts."""
        of_term = self.aliases.of_term
        whole = of_term(word.term, language)
        if whole is not None and is_country(whole):
            return set()
        also = set(word.also)
        hyphened = HYPHENS.search(surface) is not None
        for part in word.also:
            group = of_term(part, language)
            # "Ukrainekrieg" is about Ukraine; "Nordirland" is not about Ireland.
            if group is not None and (hyphened or word.term.startswith(part)):
                also.add(group)
        return also

    def found_by(self, surface: str, language: str, wanted: Collection[str]) -> str:
        """Which of these terms a single word of a text is found by; empty for none."""
        word = self.words.word(surface, language)
        if word is None:
            return ""
        if word.term in wanted:
            return word.term
        for term in word.also:
            if term in wanted:
                return term
        if not any(is_group(term) for term in wanted):
            return ""
        groups = {self.aliases.of_term(word.term, language)}
        if word.also:
            groups |= self._also(word, surface, language)
        return next((group for group in groups if group is not None and group in wanted), "")

    def speech_of(self, surfaces: Iterable[str]) -> str:
        """The language whose little words a query's are: "war" is one in German, not before "crimes"."""
        telling = [surface for surface in surfaces if not self.words.is_stop_word(surface, "de")]
        if not telling or any(self._is_german(surface) for surface in telling):
            return "de"
        return "en"

    def read(self, surface: str, *, speech: str = "de", languages: Sequence[str] = ()) -> Reading:
        """What a typed word can mean, in these languages or all; nothing for a little word of `speech`."""
        key = (surface, speech, *languages)
        found = self._readings.get(key)
        if found is None:
            if len(self._readings) >= MAX_READINGS:
                self._readings.clear()
            found = self._readings[key] = self._read(surface, speech, languages)
        return found

    def _read(self, surface: str, speech: str, languages: Sequence[str]) -> Reading:
        if self.words.is_stop_word(surface, languages[0] if len(languages) == 1 else speech):
            return Reading(())
        # A German word is hardly meant in another language, unless it is borrowed; names are the same in all.
        is_german = not languages and self._is_german(surface) and not self._is_borrowed(surface)
        wanted = tuple(languages) or LANGUAGES
        terms: list[str] = []
        group = None
        for language in wanted:
            is_other = language != "de" and is_german
            readings = () if is_other else self.words.readings(surface, language)
            if language != "de" and "de" in wanted:
                readings = tuple(term for term in readings if self._is_foreign(term, surface))
            terms += readings
            for term in (*readings, fold(surface)):
                group = group or self.aliases.of_term(term, language)
        halves = self._halves(surface) if "de" in wanted and group is None else None
        return Reading(tuple(dict.fromkeys(terms)), group, halves)

    def read_name(self, surfaces: Sequence[str]) -> str | None:
        """The alias group that is called by exactly these words, in any language."""
        if not any(self.aliases.may_begin_phrase(surface) for surface in surfaces):
            return None
        for language in LANGUAGES:
            terms: list[str] = []
            for surface in surfaces:
                word = self.words.word(surface, language)
                if word is not None:
                    terms.append(word.term)
                    if not self.aliases.begins_phrase(terms[0], language):
                        break
            group = self.aliases.of_phrase(tuple(terms), language) if len(terms) > 1 else None
            if group is not None:
                return group
        return None

    def _halves(self, surface: str) -> tuple[str, str] | None:
        segments = HYPHENS.split(surface)
        if len(segments) > 1:
            first, last = "".join(segments[:1]), "-".join(segments[1:])
            if len(first) < 2:
                return None
            halves: tuple[str, str] | None = (first, last)
        else:
            halves = self.words.compounds.halves(surface.lower())
        if halves is None:
            return None
        first_word, last_word = (self.words.word(half[:1].upper() + half[1:], "de") for half in halves)
        return (first_word.term, last_word.term) if first_word and last_word else None

    def _is_german(self, surface: str) -> bool:
        known = self.words.lexicon.lemma_of_any_spelling
        return (
            known(surface) is not None
            or all(known(segment) is not None for segment in HYPHENS.split(surface))
            or self.words.compounds.halves(surface.lower()) is not None
        )

    def _is_borrowed(self, surface: str) -> bool:
        """Whether a small word is in the German list as a noun alone that has no German forms: "house"."""
        if not surface.islower():
            return False
        lemma = self.words.lexicon.lemma(surface)
        return (
            lemma is not None and lemma.istitle() and not self.words.lexicon.is_common(surface.capitalize())
        )

    def _is_foreign(self, term: str, surface: str) -> bool:
        """Whether a foreign stem is no German word by chance: "reis" is not what "Reise" means."""
        return term == fold(surface) or self.words.lexicon.lemma(term) is None


def _body(summary: str, text: str) -> str:
    text = text[:MAX_CHARACTERS]
    if not summary or text.startswith(summary.strip()):
        return text
    return f"{summary}\n{text}"


def _bounded(terms: Iterable[str]) -> list[str]:
    counts: dict[str, int] = {}
    kept = []
    for term in terms:
        count = counts[term] = counts.get(term, 0) + 1
        if count <= MAX_PLACES:
            kept.append(term)
    return kept
