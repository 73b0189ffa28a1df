"""Rich messages as Telegram reads them: HTML to blocks, refused in Telegram's words, cut without any.

Nobody outside Telegram has its parser; this one knows the documented constructs and the refusals people
have met. Unknown tags vanish, unclosed elements pass, what is too long is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Final

from bot.localchat.addresses import accepted_address
from bot.localchat.refusals import Refusal, bad_request

MAX_SOURCE_BYTES: Final = 34_996
MAX_CHARACTERS: Final = 32_768
MAX_BLOCKS: Final = 500
MAX_DEPTH: Final = 16
MAX_COLUMNS: Final = 20
MAX_TIME_UNITS: Final = 31
MAX_AHEAD: Final = timedelta(days=1098)

Block = dict[str, Any]

_STYLES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "tg-spoiler": "spoiler",
}
_INLINE: Final = _STYLES.keys() | {"a", "tg-time", "br"}
_HEADINGS: Final = {f"h{size}": size for size in range(1, 7)}
_TEXT_BLOCKS: Final = _HEADINGS.keys() | {"p", "footer", "pre", "summary", "aside", "cite"}
_HOLDERS: Final = frozenset({"details", "ul", "ol", "li", "blockquote"})
_TABLE: Final = frozenset({"table", "tr", "td", "th", "caption"})
_MEDIA: Final = {"img": "PHOTO", "video": "VIDEO", "audio": "AUDIO", "tg-document": "DOCUMENT"}
_VOID: Final = frozenset({"br", "hr", "img"})
_KNOWN: Final = _INLINE | _TEXT_BLOCKS | _HOLDERS | _TABLE | _MEDIA.keys() | _VOID
_TIME_FORMAT: Final = re.compile(r"r|w?[dD]?[tT]?")
_ODD_EMAIL: Final = re.compile(r"\w:\w+@\w+\.\w")
_CUT_TAG: Final = re.compile(r"</?[a-z][^>]*\Z", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)


def read_rich(content: Mapping[str, Any], *, now: datetime) -> tuple[Block, ...]:
    """The blocks of an InputRichMessage with `html`; raises Refusal."""
    source = content.get("html")
    if not isinstance(source, str) or not source.strip():
        raise bad_request("rich message must be non-empty")
    root = _tree(source.encode()[:MAX_SOURCE_BYTES].decode(errors="ignore"))
    blocks = list(_Builder(now).blocks(root))
    if not blocks:
        raise _refused("EMPTY")
    words = plain_text(blocks)
    if not content.get("skip_entity_detection") and _ODD_EMAIL.search(words):
        raise _refused("EMAIL_INVALID")
    if len(words) > MAX_CHARACTERS:
        raise _refused("TEXT_TOO_LONG")
    if _count(blocks) > MAX_BLOCKS:
        raise _refused("BLOCKS_TOO_MANY")
    if _depth(root) > MAX_DEPTH:
        raise _refused("DEPTH_INVALID")
    return tuple(blocks)


def plain_text(blocks: Any) -> str:
    """The words of blocks, a line for each."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def _lines(block: Block) -> Iterator[str]:
    for name in ("summary", "text"):
        if name in block:
            yield words_of(block[name])
    for inner in block.get("blocks", ()):
        yield from _lines(inner)
    for item in block.get("items", ()):
        for inner in item["blocks"]:
            yield from _lines(inner)
    for row in block.get("cells", ()):
        yield " ".join(words_of(cell["text"]) for cell in row)


def words_of(text: Any) -> str:
    """A rich text's words: it is a string, a list, or an object with a text inside."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(words_of(one) for one in text)
    return words_of(text.get("text", ""))


def _refused(code: str) -> Refusal:
    return bad_request(f"RICH_MESSAGE_{code}")


def _count(blocks: list[Block]) -> int:
    """Blocks with nested ones, list items and table rows."""
    count = 0
    for block in blocks:
        count += 1 + _count(block.get("blocks", [])) + len(block.get("cells", []))
        count += sum(1 + _count(item["blocks"]) for item in block.get("items", []))
    return count


def _depth(element: Element) -> int:
    inner = [_depth(child) for child in element.children if isinstance(child, Element)]
    return max(inner, default=0) + (element.tag != "")


class _TreeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _KNOWN and tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _tree(source: str) -> Element:
    if _CUT_TAG.search(source):
        raise _refused("HTML_INVALID")
    reader = _TreeReader()
    reader.feed(source)
    reader.close()
    return reader.root


class _Builder:
    """From elements to blocks."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def blocks(self, element: Element) -> Iterator[Block]:
        """The blocks inside an element; loose text becomes paragraphs."""
        loose: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str) or (child.tag in _INLINE and not _is_anchor(child)):
                loose.append(child)
                continue
            yield from self._paragraph(loose)
            loose = []
            yield self._block(child)
        yield from self._paragraph(loose)

    def _paragraph(self, children: list[Element | str]) -> Iterator[Block]:
        text = self._text(Element("p", {}, children))
        if words_of(text).strip():
            yield {"type": "paragraph", "text": text}

    def _block(self, element: Element) -> Block:  # noqa: PLR0911 - one case for each kind is the point
        match element.tag:
            case "a":
                return {"type": "anchor", "name": element.attributes["name"]}
            case "hr":
                return {"type": "divider"}
            case "details":
                return self._details(element)
            case "ul" | "ol":
                return self._list(element)
            case "blockquote":
                return {"type": "blockquote", "blocks": list(self.blocks(element))}
            case "table":
                return self._table(element)
            case tag if tag in _MEDIA:
                raise _refused(f"{_MEDIA[tag]}_NO_MEDIA_FOUND")
            case tag if tag in _HEADINGS:
                return {"type": "heading", "size": _HEADINGS[tag], "text": self._required(element)}
            case tag if tag in _TEXT_BLOCKS and tag != "summary":
                kind = {"p": "paragraph", "aside": "pullquote"}.get(tag, tag)
                return {"type": kind, "text": self._required(element)}
        raise _refused("HTML_INVALID")

    def _details(self, element: Element) -> Block:
        parts = [child for child in element.children if not isinstance(child, str) or child.strip()]
        if not parts or isinstance(parts[0], str) or parts[0].tag != "summary":
            raise _refused("CONTENT_REQUIRED")
        return {
            "type": "details",
            "summary": self._required(parts[0]),
            "blocks": list(self.blocks(Element("", {}, parts[1:]))),
            "is_open": "open" in element.attributes,
        }

    def _list(self, element: Element) -> Block:
        items = [child for child in element.children if not isinstance(child, str) or child.strip()]
        if not items or any(isinstance(item, str) or item.tag != "li" for item in items):
            raise _refused("HTML_INVALID")
        found = [{"blocks": list(self.blocks(item))} for item in items if isinstance(item, Element)]
        return {"type": "list", "is_ordered": element.tag == "ol", "items": found}

    def _table(self, element: Element) -> Block:
        rows = [child for child in element.children if isinstance(child, Element) and child.tag == "tr"]
        cells = [
            [
                {"text": self._text(cell), "is_header": cell.tag == "th"}
                for cell in row.children
                if isinstance(cell, Element)
            ]
            for row in rows
        ]
        if any(len(row) > MAX_COLUMNS for row in cells):
            raise _refused("TABLE_COLS_TOO_MANY")
        return {"type": "table", "cells": cells}

    # Text

    def _required(self, element: Element) -> Any:
        text = self._text(element)
        if not words_of(text).strip():
            raise _refused("CONTENT_REQUIRED")
        return text

    def _text(self, element: Element) -> Any:
        """Its words, with line feeds as blanks; one piece alone stands for itself."""
        pieces: list[Any] = []
        for child in element.children:
            piece = re.sub(r"[\s\x00-\x1f]+", " ", child) if isinstance(child, str) else self._inline(child)
            if piece:
                pieces.append(piece)
        if pieces and isinstance(pieces[0], str):
            pieces[0] = pieces[0].lstrip() if element.tag in _TEXT_BLOCKS else pieces[0]
        if pieces and isinstance(pieces[-1], str):
            pieces[-1] = pieces[-1].rstrip() if element.tag in _TEXT_BLOCKS else pieces[-1]
        pieces = [piece for piece in pieces if piece]
        return pieces[0] if len(pieces) == 1 else pieces or ""

    def _inline(self, element: Element) -> Any:
        match element.tag:
            case "br":
                return "\n"
            case "a":
                return self._link(element)
            case "tg-time":
                return self._time(element)
            case tag if tag in _STYLES:
                return {"type": _STYLES[tag], "text": self._text(element)}
        raise _refused("HTML_INVALID")  # a block in a text

    def _link(self, element: Element) -> Any:
        text, address = self._text(element), element.attributes.get("href", "")
        if address.startswith("#"):
            return {"type": "anchor_link", "name": address[1:], "text": text}
        if "name" in element.attributes:
            return {"type": "anchor", "name": element.attributes["name"], "text": ""}
        accepted = accepted_address(address) if ":" in address else ""
        if not accepted and not address.startswith(("mailto:", "tel:")):
            raise _refused("URL_INVALID")
        return {"type": "url", "url": accepted or address, "text": text}

    def _time(self, element: Element) -> Any:
        text, unix = self._text(element), element.attributes.get("unix", "")
        shape = element.attributes.get("format", "")
        latest = (self._now + MAX_AHEAD).timestamp()
        if not unix.isdigit() or not 1 <= int(unix) <= latest or not _TIME_FORMAT.fullmatch(shape):
            raise _refused("DATE_INVALID")
        if len(words_of(text).encode("utf-16-le")) // 2 > MAX_TIME_UNITS:
            raise _refused("DATE_TOO_LONG")
        return {"type": "date_time", "text": text, "unix_time": int(unix), "date_time_format": shape}


def _is_anchor(element: Element) -> bool:
    return element.tag == "a" and "name" in element.attributes and "href" not in element.attributes
