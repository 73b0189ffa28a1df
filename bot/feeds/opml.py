"""Reads and writes lists of feeds as OPML."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import BadInput
from storage.records import NewFeed

MOST_FEEDS = 20_000


def read_opml(body: bytes) -> list[NewFeed]:
    """The feeds of a list, each once, with the folder they stand in as section; raises BadInput."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadInput("it is no list of feeds (OPML) that can be read") from error
    if root.tag.lower() != "opml":
        raise BadInput("it is no list of feeds (OPML)")
    found: dict[str, NewFeed] = {}
    waiting = [(outline, "") for outline in reversed(root.findall("./body/outline"))]
    while waiting and len(found) < MOST_FEEDS:
        outline, folder = waiting.pop()
        # Programs spell the attributes as they like.
        values = {name.lower(): " ".join(value.split()) for name, value in outline.attrib.items()}
        name = values.get("title") or values.get("text", "")
        if values.get("xmlurl"):
            found.setdefault(values["xmlurl"], _feed(values, name, folder))
        waiting += [
            (child, folder if values.get("xmlurl") else name)
            for child in reversed(outline.findall("outline"))
        ]
    if not found:
        raise BadInput("the list has no feeds in it")
    return list(found.values())


def write_opml(feeds: Iterable[NewFeed]) -> bytes:
    """All that is known of the feeds, for us and for any feed reader."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Depesche"
    body = SubElement(root, "body")
    for feed in feeds:
        values = {
            "type": "rss",
            "text": feed.title or feed.publisher or feed.url,
            "xmlUrl": feed.url,
            "publisher": feed.publisher,
            "country": feed.country,
            "language": feed.language,
            "category": feed.section,
        }
        SubElement(body, "outline", {name: value for name, value in values.items() if value})
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _feed(values: dict[str, str], name: str, folder: str) -> NewFeed:
    return NewFeed(
        url=values["xmlurl"],
        publisher=values.get("publisher") or name,
        title=name,
        country=values.get("country", "")[:2].upper(),
        language=values.get("language", "").partition("-")[0].lower()[:3],
        section=values.get("category") or folder,
    )
