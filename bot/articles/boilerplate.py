"""Finds lines that stand on many pages of an outlet and belong to none of its articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from bot.articles.address import short_hash

# A paragraph of background may stand under several articles; an invitation stands under all.
LEAST_PAGES = 3
LONGEST = 300
# Two texts that share so much are one text twice, and what they share is no furniture.
MOST_SHARED = 0.5


def digest(line: str) -> str:
    """A short name of the line, whatever its spaces and capitals."""
    return short_hash(" ".join(line.split()).casefold())


def repeated_lines(text: str, others: Sequence[str]) -> set[str]:
    """Digests of the lines of a text that stand in enough of the outlet's other texts as well."""
    own = {digest(line) for line in text.split("\n") if len(line) <= LONGEST}
    counts: Counter[str] = Counter()
    for other in others:
        lines = {digest(line) for line in other.split("\n")}
        shared = own & lines
        if len(shared) <= MOST_SHARED * min(len(own), len(lines)):
            counts.update(shared)
    return {line for line, count in counts.items() if count >= LEAST_PAGES - 1}


def without_lines(text: str, unwanted: Collection[str]) -> str:
    """The text without the lines whose digests are given."""
    if not unwanted:
        return text
    return "\n".join(line for line in text.split("\n") if digest(line) not in unwanted)
