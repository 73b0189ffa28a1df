"""What a reader of files or feeds hands over: a text that may become an article, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One text as found, not yet judged: cleaning, identity and time come with `to_new_article`."""

    origin: Origin
    title: str = ""
    text: str = ""
    summary: str = ""
    url: str = ""
    """Empty for a text that came without an address."""
    publisher: str = ""
    language: str = ""
    author: str = ""
    section: str = ""
    published_at: datetime | None = None
    entry: str = ""
    """What the feed calls this entry, whatever becomes of its address."""
    where: str = ""
    """The place a person finds it again: file and line."""
    listed: tuple[Draft, ...] = ()
    """Texts the page lists as similar."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that could not be used: where it stands and why, as a sentence."""

    where: str
    reason: str
