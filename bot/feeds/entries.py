"""What parsing finds in a feed; nothing of it is stored or trusted yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

MOST_IDENTITY = 1_000
# A feed may list an article as it was and as it is after a change.
MOST_WORDINGS = 2


class Entry(NamedTuple):
    """One item of a fetched feed, its markup turned into plain text."""

    identity: str = ""
    """The feed's own name for it, when the feed gives each entry another one; else its address or content."""
    url: str = ""
    """http or https, or empty."""
    title: str = ""
    summary: str = ""
    text: str = ""
    author: str = ""
    section: str = ""
    language: str = ""
    publisher: str = ""
    """Whom an aggregator's feed took the entry from."""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    """Entries beyond the most a feed may have at once."""


def identity(own: str, url: str, content: tuple[str, ...]) -> str:
    """What a feed's entry goes by: its own name where it has one to itself, else its address or content."""
    name = own or url
    if name and len(name) <= MOST_IDENTITY:
        return name
    return hashlib.blake2b((name or "\0".join(content)).encode(errors="replace"), digest_size=16).hexdigest()


def shared_addresses(said: Iterable[tuple[str, str]], *, most: int = MOST_WORDINGS) -> set[str]:
    """Of pairs of address and wording: addresses of more wordings than one entry can have.

    They are a page the entries stand on or belong to, such as the site's first.
    """
    wordings: dict[str, set[str]] = {}
    for address, wording in said:
        wordings.setdefault(address, set()).add(wording)
    return {address for address, found in wordings.items() if len(found) > most}
