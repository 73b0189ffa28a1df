"""Names of languages, as people write them in a query."""

from __future__ import annotations

from functools import cache

from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold


def code_of(name: str) -> str | None:
    """The ISO 639 code of "de", "German", "Deutsch" or "deutsche"; None for no language."""
    return _codes().get(fold(name))


def names_of_languages() -> list[str]:
    """All that `code_of` understands, folded."""
    return [name for name in _codes() if len(name) > 2]


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in data_lines("languages.txt"):
        code, *names = (fold(name) for name in line.split(" | "))
        # "spanische", as in "spanische Artikel", of its German name, the first.
        inflected = [names[0] + "e"] if names[0].endswith(("isch", "deutsch")) else []
        codes |= dict.fromkeys([code, *names, *inflected], code)
    return codes
