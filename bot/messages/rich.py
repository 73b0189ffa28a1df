"""Rich messages (Bot API 10.1): what ours may hold, counted and checked before anything is sent.

Telegram cuts the source at 34,996 bytes without a word and folds what is longer than about 7,350 characters;
one wrong element refuses the whole message. So ours stay inside a few documented constructs, well below.
"""

from __future__ import annotations

import html as htmllib
import re
from dataclasses import dataclass, replace

from bot.errors import DepescheError
from bot.messages.clean import web_address

MOST_STORIES = 15
MOST_CHARACTERS = 7_000
MOST_BYTES = 30_000
MOST_BLOCKS = 400
MOST_DEPTH = 16
MOST_TIME_UNITS = 31
"""UTF-16 units of the words inside a time."""

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)((?:\s+[a-z-]+(?:=\"[^\"]*\")?)*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([a-z-]+)(?:=\"([^\"]*)\")?")
_TEXT_BLOCKS = frozenset({"p", "h2", "h3", "summary", "footer"})
_HOLDERS = frozenset({"details", "ul", "li"})
_INLINE = frozenset({"a", "b", "i", "tg-time"})
_VOID = frozenset({"hr"})
_ALLOWED = _TEXT_BLOCKS | _HOLDERS | _INLINE | _VOID
_ATTRIBUTES = {"a": {"href", "name"}, "details": {"open"}, "tg-time": {"unix", "format"}}
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


class RichFlaw(DepescheError):
    """A rich message is not as Telegram wants it: an error in a template."""


@dataclass(frozen=True, slots=True)
class RichSize:
    """What the limits count: visible characters, bytes of the source, blocks with list items, nesting."""

    characters: int = 0
    bytes: int = 0
    blocks: int = 0
    depth: int = 0
    stories: int = 0

    def __add__(self, other: RichSize) -> RichSize:
        return RichSize(
            self.characters + other.characters,
            self.bytes + other.bytes,
            self.blocks + other.blocks,
            max(self.depth, other.depth),
            self.stories + other.stories,
        )

    def longer(self, count: int) -> RichSize:
        """With so many more ASCII characters."""
        return replace(self, characters=self.characters + count, bytes=self.bytes + count)

    @property
    def fits(self) -> bool:
        return (
            self.characters <= MOST_CHARACTERS
            and self.bytes <= MOST_BYTES
            and self.blocks <= MOST_BLOCKS
            and self.depth <= MOST_DEPTH
            and self.stories <= MOST_STORIES
        )


def measure_rich(html: str) -> RichSize:
    """The size of whole elements; raises RichFlaw for what Telegram would refuse or drop."""
    reader = _Reader()
    at = 0
    for tag in _TAG.finditer(html):
        reader.text(html[at : tag.start()])
        reader.tag(tag[1], tag[2], dict(_ATTRIBUTE.findall(tag[3])))
        at = tag.end()
    reader.text(html[at:])
    return reader.size(len(html.encode()))


class _Reader:
    def __init__(self) -> None:
        self._open: list[str] = []
        self._filled: list[bool] = []
        self._time = ""
        self._characters = 0
        self._blocks = 0
        self._depth = 0
        self._stories = 0

    def size(self, count: int) -> RichSize:
        if self._open:
            raise RichFlaw(f"<{self._open[-1]}> is not closed")
        return RichSize(self._characters, count, self._blocks, self._depth, self._stories)

    def text(self, source: str) -> None:
        if not source.strip():
            return
        if "<" in source or ">" in source:
            raise RichFlaw(f"no tag of ours: {source[:60]!r}")
        if not any(name in _TEXT_BLOCKS or name == "li" for name in self._open):
            raise RichFlaw(f"text outside of a block: {source.strip()[:60]!r}")
        words = htmllib.unescape(" ".join(source.split()))
        self._characters += len(words)
        self._filled = [True] * len(self._filled)
        if "tg-time" in self._open:
            self._time += words

    def tag(self, end: str, name: str, attributes: dict[str, str]) -> None:
        if name not in _ALLOWED or attributes.keys() - _ATTRIBUTES.get(name, set()):
            raise RichFlaw(f"<{name}> with {sorted(attributes)} is not used in rich messages")
        if end:
            self._close(name)
            return
        self._check_place(name)
        self._check_values(name, attributes)
        if name not in _INLINE or "name" in attributes:
            self._blocks += name not in {"summary", "ul"}  # the items are counted, a summary is its details'
        self._stories += name == "details"
        if name in _VOID:
            return
        self._open.append(name)
        self._filled.append("name" in attributes)
        self._depth = max(self._depth, len(self._open))

    def _close(self, name: str) -> None:
        if not self._open or self._open.pop() != name:
            raise RichFlaw(f"</{name}> closes nothing")
        if not self._filled.pop():
            raise RichFlaw(f"<{name}> is empty")
        if name == "tg-time":
            units = len(self._time.encode("utf-16-le")) // 2
            self._time = ""
            if units > MOST_TIME_UNITS:
                raise RichFlaw(f"{units} units inside a time, at most {MOST_TIME_UNITS}")

    def _check_place(self, name: str) -> None:
        inside = self._open[-1] if self._open else ""
        if "tg-time" in self._open or (name == "a" and "a" in self._open):
            raise RichFlaw(f"<{name}> inside <{inside}>")
        if name not in _INLINE and any(one in _TEXT_BLOCKS or one in _INLINE for one in self._open):
            raise RichFlaw(f"the block <{name}> inside the text of <{inside}>")
        if (name == "li") != (inside == "ul") or (name == "summary" and inside != "details"):
            raise RichFlaw(f"<{name}> inside <{inside}>")
        if name == "details" and "li" in self._open:
            raise RichFlaw("<details> inside <li>: some apps shrink the message")

    @staticmethod
    def _check_values(name: str, attributes: dict[str, str]) -> None:
        if name == "a" and "href" in attributes:
            address = htmllib.unescape(attributes["href"])
            if not address.startswith("#") and not web_address(address):
                raise RichFlaw(f"a link to {address[:60]!r}")
        if name == "tg-time":
            shape = attributes.get("format", "")
            if not attributes.get("unix", "").isdigit() or not _TIME_FORMAT.fullmatch(shape):
                raise RichFlaw(f"a time with unix {attributes.get('unix')!r} and format {shape!r}")
