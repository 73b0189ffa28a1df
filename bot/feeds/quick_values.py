"""What one entry is while the quick parser reads it, and how it reads addresses, attributes and texts."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from feedparser.urls import _urljoin, make_safe_absolute_uri

from bot.feeds.names import AttributeNames
from bot.feeds.raw import HTML, NO_WORDS, PLAIN, RawEntry, Words

XHTML = "application/xhtml+xml"
KINDS = {"text": PLAIN, "plain": PLAIN, "html": HTML, "xhtml": XHTML}
NO_ATTRIBUTES: dict[str, str] = {}
# Joining such an address to another changes nothing.
_WHOLE = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?/[^\s?#;\x00-\x20]*(?:\?[^\s?#;\x00-\x20]+)?(?:#[^\s#;\x00-\x20]+)?"
    r"|(?:tag|urn):[!-~]+"
)
_ATTRIBUTES = AttributeNames()


class Declined(Exception):
    """The feed is feedparser's to read; the text says why."""


class Entry:
    """What feedparser keeps while it reads one entry, as far as we read it later."""

    __slots__ = (
        "contents", "depths", "has_content", "id_is_link", "kinds", "language", "links", "source", "tags",
        "title_depth", "values",
    )  # fmt: skip

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.depths: dict[str, int] = {}
        self.kinds: dict[str, Words] = {}
        self.contents: list[Words] = []
        self.links: list[tuple[str, str]] = []
        self.tags: list[list[str | None]] = []
        self.has_content = False
        self.title_depth = -1
        self.id_is_link: bool | None = None
        self.language = ""
        self.source = ""

    def put(self, key: str, value: str, depth: int) -> None:
        """What stands deeper does not replace what stands higher."""
        before = self.depths.get(key)
        if before is None or depth <= before:
            self.depths[key] = depth
            self.values[key] = value

    def tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        if term or scheme or label:
            found = [term, scheme, label]
            if found not in self.tags:
                self.tags.append(found)

    def finished(self) -> RawEntry:
        said = self.values.get
        return RawEntry(
            id=said("id", ""),
            id_is_link=bool(self.id_is_link),
            link=said("link", ""),
            links=[href for rel, href in self.links if rel == "alternate" and href],
            title=self._words("title"),
            title_language=self.language,
            summary=self._words("summary"),
            contents=self.contents,
            author=said("author", ""),
            tags=[tag[0] or "" for tag in self.tags],
            source=self.source,
            dates=(said("published", ""), said("created", ""), said("updated", "")),
        )

    def _words(self, key: str) -> Words:
        found, value = self.kinds.get(key, NO_WORDS), self.values.get(key)
        return found if not value or value is found[0] else Words(value, found[1])


def scope(attributes: dict[str, str], base: str, language: str | None) -> tuple[str, str | None]:
    """The base and language that hold inside an element with these attributes."""
    own = attributes.get("xml:base", attributes.get("base"))
    if own:
        base = make_safe_absolute_uri(base, own) or base
    spoken = attributes.get("xml:lang", attributes.get("lang"))
    return base, language if spoken is None else spoken or None


def text_of(element: Element) -> str:
    if len(element):
        raise Declined("there is markup in a text")
    text = element.text
    return text.strip() if text else ""


def attributes_of(element: Element) -> dict[str, str]:
    attributes: dict[str, str] = element.attrib
    if not attributes:
        return NO_ATTRIBUTES
    return {_ATTRIBUTES[name]: value for name, value in attributes.items()}


def joined(base: str, address: str) -> str:
    return address if _WHOLE.fullmatch(address) else str(_urljoin(base, address))


def address(base: str, text: str) -> str:
    """A text that is an address, empty when it is empty."""
    return text and joined(base, text)


def href_of(attributes: dict[str, str]) -> str | None:
    found = attributes.get("url", attributes.get("uri", attributes.get("href")))
    return found or attributes.get("href")


def is_page(attributes: dict[str, str]) -> bool:
    rel = attributes.get("rel", "alternate").lower()
    kind = attributes.get("type", HTML).lower()
    return rel == "alternate" and KINDS.get(kind, kind) in {HTML, XHTML}
