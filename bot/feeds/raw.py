"""What stands in a feed, before any judgement: the words of its entries with their types, links and dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

PLAIN, HTML = "text/plain", "text/html"


class Words(NamedTuple):
    """A text and what kind it is."""

    value: str
    kind: str = HTML


NO_WORDS = Words("")


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry as feedparser understands it, whichever of the two parsers read it."""

    id: str = ""
    id_is_link: bool = False
    link: str = ""
    links: list[str] = field(default_factory=list)
    """Every address named as the entry's own page."""
    title: Words = NO_WORDS
    title_language: str = ""
    summary: Words = NO_WORDS
    contents: list[Words] = field(default_factory=list)
    author: str = ""
    tags: list[str] = field(default_factory=list)
    source: str = ""
    """The feed it was taken from."""
    dates: tuple[str, str, str] = ("", "", "")
    """Published, created, updated: as written."""


@dataclass(slots=True, kw_only=True)
class RawFeed:
    title: str = ""
    link: str = ""
    language: str = ""
    entries: list[RawEntry] = field(default_factory=list)
