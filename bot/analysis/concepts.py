"""What a text is about in no language: words of the news that mean the same in several languages.

Articles in two languages share names and numbers, and few other words. A concept stands for the words of
one line of data/concepts.txt, whichever language they are in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold
from bot.analysis.stems import stem

LANGUAGES = ("de", "en", "fr", "es")
WEAK = "~"


def concepts_of(terms: Iterable[str], language: str) -> list[str]:
    """The concepts these terms stand for, found by analysis in a text of the language; with repetition."""
    known = _tables().get(language)
    if known is None:
        return []
    found: list[str] = []
    for term in terms:
        found += known.get(term, ())
    return found


def all_concepts() -> list[str]:
    """By their first German and English words: "Streik/strike"."""
    return [_name(line) for line in data_lines("concepts.txt")]


def telling_concepts() -> list[str]:
    """Those that say what an article is about."""
    return [_name(line) for line in data_lines("concepts.txt") if not line.startswith(WEAK)]


def _name(line: str) -> str:
    columns = line.removeprefix(WEAK).split("|")
    return f"{columns[0].split()[0]}/{columns[1].split()[0]}"


@cache
def _tables() -> dict[str, dict[str, tuple[str, ...]]]:
    """Term -> concepts, by language; a concept is called by its first German and English word."""
    tables: dict[str, dict[str, list[str]]] = {language: defaultdict(list) for language in LANGUAGES}
    for line in data_lines("concepts.txt"):
        columns = [column.split() for column in line.removeprefix(WEAK).split("|")]
        concept = _name(line)
        for language, words in zip(LANGUAGES, columns, strict=True):
            for term in {_term(word, language) for word in words}:
                tables[language][term].append(concept)
    return {language: {term: tuple(of) for term, of in table.items()} for language, table in tables.items()}


def _term(word: str, language: str) -> str:
    """As analysis writes it: German dictionary forms folded, stems of the others."""
    if language == "de":
        return fold(word)
    return "".join(stem(part, language) for part in word.split("-"))
