"""Reads well-formed feeds of the usual shapes, many times as fast as feedparser and just as it does.

It uses the same XML parser (expat), follows feedparser's rules for each element it knows, and declines a feed
as soon as something stands in it for which feedparser has rules that are not followed here.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element

from feedparser.encodings import convert_to_utf8, parse_content_type

from bot.feeds.names import Names, Unfamiliar
from bot.feeds.quick_entry import FIELD, HANDLERS, PERSON, PICTURE, QUERY, Place, Reader
from bot.feeds.quick_values import Declined, address, attributes_of, href_of, is_page, joined, scope, text_of
from bot.feeds.raw import PLAIN, RawEntry, RawFeed
from bot.feeds.slow import HALF, HALVES

__all__ = ["Declined", "read"]

_DECLARATION = re.compile(rb"<\?xml [^<>?]*\?>")
_DECLARED_UTF8 = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'] encoding=([\"'])utf-8\1(?: standalone=[\"']\w+[\"'])?\s*\?>",
    re.IGNORECASE,
)
_FIRST_ELEMENT = re.compile(rb"<[^!?]")
# Of Windows' own alphabet, as they are or by number; each pattern begins with what is quickly found.
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_LOW_NUMBER = re.compile(rb"&#(?:0*1[2-9]\d|[xX]0*[89abAB][0-9a-fA-F]);")
_ODD_NUMBER = re.compile(rb"&#(?:0*1[2-5]\d|[xX]0*[89][0-9a-fA-F]|%b);" % HALF)

_PEOPLE = ("author", "contributor", "managingeditor", "itunes_author", "dc_creator", "dc_author")
# Elements of the feed itself that may have children which matter to nobody here.
_INNER = dict.fromkeys(_PEOPLE, PERSON) | {
    "itunes_owner": frozenset({"itunes_name", "itunes_email", "name", "email"}),
    "itunes_category": frozenset({"itunes_category"}),
}


def read(body: bytes, *, url: str = "", content_type: str = "") -> RawFeed:
    """As feedparser reads it, or Declined."""
    body = _in_utf8(body, url, content_type)
    if _may_declare(body) and (b"<!DOCTYPE" in body or b"<!ENTITY" in body):
        raise Declined("it declares a document type")
    if not url and (b"base=" in body or b"BASE=" in body):
        raise Declined("it has a base and we know no address")
    declared: list[tuple[str, str]] = []
    events = ET.iterparse(io.BytesIO(body), events=("start-ns",))  # noqa: S314 - no DTD, no entities
    try:
        declared.extend(found for _, found in events)
        has_odd_numbers = _ODD_NUMBER.search(body) is not None
        if has_odd_numbers and HALVES.search(body):
            raise Declined("it has halves of characters")
        has_controls = has_odd_numbers or _CONTROL.search(body) is not None
        reader = Reader(
            Names(declared),
            has_controls=has_controls,
            has_continuations=has_controls or b"\xc2" in body or _LOW_NUMBER.search(body) is not None,
        )
        root: Element = events.root  # type: ignore[attr-defined]
        return _read(root, reader, url)
    except ET.ParseError as error:
        raise Declined("it is not well-formed") from error
    except Unfamiliar as error:
        raise Declined(str(error)) from error


def _in_utf8(body: bytes, url: str, content_type: str) -> bytes:
    declared = _DECLARED_UTF8.match(body)
    charset = parse_content_type(content_type)[1].lower()
    # What all say is UTF-8 needs no guess, and the parser sees itself whether it is.
    if declared and charset in {"", "utf-8"} and body.find(b"encoding=", declared.end()) < 0:
        return body
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    result: dict[str, str] = {}
    converted: bytes = convert_to_utf8(headers, body, result)
    if not result["encoding"]:
        raise Declined("the encoding is not known")
    return converted


def _may_declare(body: bytes) -> bool:
    """A document type stands before the first element: with nothing else there, there is none."""
    first = _FIRST_ELEMENT.search(body)
    before = body[: first.start()] if first else body
    return b"<!" in before or _DECLARATION.sub(b"", before, count=1).find(b"<?") >= 0


def _read(root: Element, reader: Reader, url: str) -> RawFeed:
    names = reader.names
    kind = names[root.tag]
    attributes = attributes_of(root)
    base, language = scope(attributes, url, None)
    reader.is_atom = kind == "feed" or (kind == "rdf_rdf" and names.is_atom_first)
    feed = _Channel(reader)
    if kind in {"feed", "rss"}:
        feed.language = (language or "").replace("_", "-")
    if kind == "feed" and not names.has_rss_1:
        feed.read(root, attributes, (1, base, language))
    elif kind in {"rss", "rdf_rdf"}:
        _around(feed, root, (1, base, language))
    else:
        raise Declined("it is no feed of a usual kind")
    if not feed.entries:
        raise Declined("it has no entries")
    return RawFeed(
        title=feed.values.get("title", ""),
        link=feed.values.get("link", ""),
        language=feed.language,
        entries=feed.entries,
    )


def _around(feed: _Channel, root: Element, place: Place) -> None:
    """RSS and RDF: the entries stand in the channel or beside it."""
    depth, base, language = place
    for child in root:
        name = feed.reader.names[child.tag]
        if name == "channel":
            attributes = attributes_of(child)
            feed.read(child, attributes, (depth + 1, *scope(attributes, base, language)))
        elif name == "item":
            feed.entries.append(feed.reader.entry(child, (depth + 1, base, language)))
        elif name in {"image", "textinput"}:
            feed.reader.only(child, PICTURE if name == "image" else FIELD)
        else:
            raise Declined("something stands beside the channel")


class _Channel:
    """The feed's own title, address and language, and its entries."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._title_depth = -1
        self.values: dict[str, str] = {}
        self.language = ""
        self.entries: list[RawEntry] = []

    def read(self, element: Element, attributes: dict[str, str], place: Place) -> None:
        if "href" in attributes or "lastmod" in attributes:
            raise Declined("the channel has attributes of another format")
        names, depth = self.reader.names, place[0] + 1
        for child in element:
            name = names[child.tag]
            if name in {"item", "entry"}:
                self._title_depth = -1
                self.entries.append(self.reader.entry(child, (depth, *place[1:])))
            else:
                self._own(child, name, place, depth)

    def _own(self, child: Element, name: str, place: Place, depth: int) -> None:
        match name:
            case "title" | "dc_title" | "media_title":
                self._title(child, name, depth)
            case "link" | "id" | "guid":
                self._address(child, name, place)
            case "language" | "dc_language":
                self.language = self.reader.mended(text_of(child))
            case "image" | "textinput":
                self._picture(child, depth, PICTURE if name == "image" else FIELD)
            case _ if name in _INNER:
                self.reader.only(child, _INNER[name])
            case "source" | "media_group" | "media_content":
                raise Declined(f"the channel has an element {name!r}")
            case _ if name in HANDLERS:
                text_of(child)
            case _:
                self.reader.pass_over(child, name)

    def _title(self, element: Element, name: str, depth: int) -> None:
        words = self.reader.content(element, attributes_of(element), PLAIN)
        if not -1 < self._title_depth <= depth:
            self.values["title"] = words.value
        if words.value and name != "media_title":
            self._title_depth = depth

    def _picture(self, element: Element, depth: int, allowed: frozenset[str]) -> None:
        self.reader.only(element, allowed)
        self._title_depth = -1
        for child in element:
            if self.reader.names[child.tag] == "title" and text_of(child):
                self._title_depth = depth + 1

    def _address(self, element: Element, name: str, place: Place) -> None:
        attributes = attributes_of(element)
        base, _ = scope(attributes, place[1], None)
        if name != "link":
            value = text_of(element)
            if attributes.get("ispermalink", "true") == "true":
                self.values.setdefault("link", self.reader.mended(address(base, value)))
            return
        href = href_of(attributes)
        if href is None:
            self.values["link"] = QUERY.sub(r"&\g<1>", self.reader.mended(address(base, text_of(element))))
        elif is_page(attributes):
            self.values["link"] = joined(base, href)
