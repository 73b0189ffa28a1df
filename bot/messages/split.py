"""Telegram's sizes: what a message measures, and packing sections into as few messages as fit."""

from __future__ import annotations

import html as htmllib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import DepescheError

SECTION_END = "\x1e"
"""Ends a section in rendered text; cleaned text cannot contain it."""

# A little under Telegram's own limits (4096, 32768, 100), so that a part's number always has room.
MOST_CHARACTERS = 4050
MOST_BYTES = 32_000
MOST_ENTITIES = 98

_TAG = re.compile(r"<(/?)([a-z][a-z-]*)[^>]*>")
_STYLES = frozenset({"b", "i", "u", "s", "tg-spoiler"})
_WHOLE = frozenset({"tg-time", "code", "pre"})


class TooLong(DepescheError):
    """One line alone is more than a Telegram message can hold."""


@dataclass(frozen=True, slots=True)
class Size:
    """What Telegram counts: code points after parsing, bytes and entities of the source."""

    characters: int
    bytes: int
    entities: int

    def __add__(self, other: Size) -> Size:
        return Size(
            self.characters + other.characters, self.bytes + other.bytes, self.entities + other.entities
        )

    def longer(self, count: int) -> Size:
        """With so many more ASCII characters."""
        return Size(self.characters + count, self.bytes + count, self.entities)

    @property
    def fits(self) -> bool:
        return (
            self.characters <= MOST_CHARACTERS and self.bytes <= MOST_BYTES and self.entities <= MOST_ENTITIES
        )


NOTHING = Size(0, 0, 0)


def visible(html: str) -> str:
    """The text readers see of our own HTML."""
    return htmllib.unescape(_TAG.sub("", html))


def measure(html: str) -> Size:
    return Size(len(visible(html)), len(html.encode()), _entities(html))


def _entities(html: str) -> int:
    """As Telegram keeps them: a style is cut at the borders of all that stands in it, and not in times."""
    count = styles = times = at = 0
    for tag in _TAG.finditer(html):
        if styles and not times and tag.start() > at:
            count += styles
        at = tag.end()
        step = -1 if tag[1] else 1
        if tag[2] in _STYLES:
            styles += step
            continue
        if tag[2] in _WHOLE:
            times += step
        count += step > 0
    return count


def pack(sections: Sequence[str]) -> list[str]:
    """Whole sections joined as far as they fit; one too large alone is broken between its lines."""
    pieces = [piece for section in sections for piece in _fitting(section) if piece.strip()]
    packed: list[str] = []
    size = NOTHING
    for piece in pieces:
        more = measure(piece)
        if packed and (size + more).fits:
            packed[-1] += piece
            size += more
        else:
            packed.append(piece)
            size = more
    return packed


def group(sizes: Sequence[Size]) -> list[int]:
    """How many of the sections, in order, go into each message."""
    counts: list[int] = []
    size = NOTHING
    for more in sizes:
        if counts and (size + more).fits:
            counts[-1] += 1
            size += more
        else:
            counts.append(1)
            size = more
    return counts


def _fitting(section: str) -> list[str]:
    if measure(section).fits:
        return [section]
    return _by_lines(section)


def _by_lines(section: str) -> list[str]:
    """Runs of lines that fit, broken only where no tag is open."""
    blocks: list[str] = [""]
    depth = 0
    for line in section.splitlines(keepends=True):
        blocks[-1] += line
        depth += sum(-1 if tag[1] else 1 for tag in _TAG.finditer(line))
        if depth == 0:
            blocks.append("")
    for block in blocks:
        if not measure(block).fits:
            raise TooLong(f"{measure(block)} in one piece is more than a message can hold")
    return blocks
