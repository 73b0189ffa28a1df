"""What an editor wrote, read as a breaking item, or what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.messages.clean import plain, web_address

MOST_TITLE = 200
MOST_TEXT = 2500

_ENDS_IN_ADDRESS = re.compile(r"(.*?)\s*(https?://\S+)", re.IGNORECASE)
_TOKEN = re.compile(r"\d{6,20}:[A-Za-z0-9_-]{30,}")


class Flaw(StrEnum):
    """Why a text cannot become a breaking item."""

    EMPTY = "empty"
    LONG_TITLE = "long_title"
    LONG_TEXT = "long_text"
    BAD_ADDRESS = "bad_address"
    UNKNOWN_ADDRESS = "unknown_address"
    """An address alone, of an article that is not in the archive."""
    SECRET = "secret"  # noqa: S105 - the name of a flaw
    NOBODY = "nobody"
    ALL_TOLD = "all_told"
    """Everybody it would reach knows the story as it is."""
    OVER = "over"
    """The item to be corrected is recalled or gone."""


@dataclass(frozen=True, slots=True)
class Item:
    """The first line is the title, an address at the end the link; an address alone has no title yet."""

    title: str
    text: str
    url: str


def read_item(words: str) -> Item | Flaw:
    """The item in an editor's words, or what is wrong with them."""
    lines = [line for line in (plain(line) for line in words.splitlines()) if line]
    if not lines:
        return Flaw.EMPTY
    if _TOKEN.search(words):
        return Flaw.SECRET
    url = ""
    if match := _ENDS_IN_ADDRESS.fullmatch(lines[-1]):
        url = web_address(match[2])
        if not url:
            return Flaw.BAD_ADDRESS
        lines[-1:] = [match[1]] if match[1] else []
    if not lines:
        return Item("", "", url)
    title, text = lines[0], "\n".join(lines[1:])
    if len(title) > MOST_TITLE:
        return Flaw.LONG_TITLE
    return Flaw.LONG_TEXT if len(text) > MOST_TEXT else Item(title, text, url)
