"""The words that say nothing of a subject, by language."""

from __future__ import annotations

from functools import cache

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """By language; folded."""
    lists = {}
    for line in data_lines("stopwords.txt"):
        language, _, listed = line.partition(":")
        lists[language] = frozenset(fold(word) for word in listed.split())
    return lists
