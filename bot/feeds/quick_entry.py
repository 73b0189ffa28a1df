"""One entry of a feed, element by element, by feedparser's rules: see `bot.feeds.quick`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from feedparser.html import _cp1252
from feedparser.mixin import _FeedParserMixin

from bot.feeds.names import IDLE, REFUSED, UNKNOWN, Names
from bot.feeds.quick_values import (
    KINDS,
    NO_ATTRIBUTES,
    Declined,
    Entry,
    address,
    attributes_of,
    href_of,
    is_page,
    joined,
    scope,
    text_of,
)
from bot.feeds.raw import HTML, PLAIN, RawEntry, Words

_ITUNES = "http://www.itunes.com/"
_MEDIA_SCHEME = "http://search.yahoo.com/mrss/category_schema"
QUERY = re.compile(r"&([A-Za-z0-9_]+);")
PERSON = frozenset({"name", "email", "uri", "url", "homepage"})
PICTURE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
FIELD = frozenset({"title", "link", "description", "name"})
_CONTINUATION = re.compile("[\x80-\xbf]")
_SCOPING = frozenset({"xml:base", "base", "xml:lang", "lang"})


Place = tuple[int, str, str | None]
"""How deep an element stands, and the base and language that hold there."""
Handler = Callable[["Reader", "Entry", Element, dict[str, str], Place], None]


class _ByTag(dict[str, "Handler | None"]):
    """What reads an element, by its tag as ElementTree writes it."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, tag: str) -> Handler | None:
        found = self[tag] = HANDLERS.get(self._names[tag])
        return found


class Reader:
    """What holds for all entries of one feed."""

    def __init__(self, names: Names, *, has_controls: bool, has_continuations: bool) -> None:
        """`has_controls`: U+0080 to U+009F stand in it; `has_continuations`: these or up to U+00BF do."""
        self.names = names
        self.is_atom = False
        self._has_controls = has_controls
        self._by_tag = _ByTag(names)
        self.mended: Callable[[str], str] = self._mended if has_continuations else str
        """UTF-8 that was taken for Latin-1, and Windows' own characters, put right as feedparser does."""

    def entry(self, element: Element, place: Place) -> RawEntry:
        depth, base, language = place
        attributes = attributes_of(element)
        entry = Entry()
        if attributes:
            if "href" in attributes or "lastmod" in attributes:
                raise Declined("an entry has attributes of another format")
            if attributes.get("rdf:about"):
                entry.values["id"] = attributes["rdf:about"]
            base, language = scope(attributes, base, language)
        self.children(entry, element, (depth + 1, base, language))
        return entry.finished()

    def children(self, entry: Entry, parent: Element, place: Place) -> None:
        by_tag = self._by_tag
        for child in parent:
            handler = by_tag[child.tag]
            if handler is None:
                self.pass_over(child, self.names[child.tag])
            elif not child.attrib:
                handler(self, entry, child, NO_ATTRIBUTES, place)
            else:
                attributes = attributes_of(child)
                inner = place
                if not _SCOPING.isdisjoint(attributes):
                    inner = (place[0], *scope(attributes, place[1], place[2]))
                handler(self, entry, child, attributes, inner)

    def pass_over(self, element: Element, name: str) -> None:
        """An element that changes nothing; Declined when it might."""
        if name in REFUSED:
            raise Declined(f"there is an element {name!r}")
        if len(element):
            if name in IDLE:
                raise Declined("there is markup in a text")
            for inner in element.iter():
                found = self.names[inner.tag]
                if found != UNKNOWN and inner is not element and (found in KNOWN_NAMES):
                    raise Declined(f"an element {found!r} stands where it is not expected")

    def only(self, element: Element, allowed: Iterable[str]) -> None:
        """Small things with children of their own that matter nowhere else."""
        for child in element:
            if self.names[child.tag] not in allowed or len(child):
                raise Declined("there are unexpected elements")

    def content(self, element: Element, attributes: dict[str, str], usual: str) -> Words:
        """The text of an element that may hold markup."""
        if len(element):
            raise Declined("there is markup in a text")
        kind = usual
        if attributes:
            kind = attributes.get("type", usual).lower()
            kind = KINDS.get(kind, kind)
            if kind not in {PLAIN, HTML} or attributes.get("mode") == "base64":
                raise Declined("a text is of another type")
        text = element.text
        text = text.strip() if text else ""
        if kind == PLAIN and not self.is_atom and ("&" in text or "<" in text):
            kind = HTML if _FeedParserMixin.looks_like_html(text) else PLAIN
        return Words(self.mended(text), kind)

    def _mended(self, text: str) -> str:
        # Without one of these no Latin-1 is UTF-8, but what is ASCII.
        if text.isascii() or not _CONTINUATION.search(text):
            return text
        try:
            text = text.encode("iso-8859-1").decode("utf-8")
        except UnicodeError:
            return text.translate(_cp1252) if self._has_controls else text
        return str(text.translate(_cp1252))


# --- one function for each element of an entry that matters -----------------------------------


def _title(reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], place: Place) -> None:
    words = reader.content(element, attributes, PLAIN)
    depth = place[0]
    if not -1 < entry.title_depth <= depth:
        entry.put("title", words[0], depth)
        entry.kinds["title"] = words
        entry.language = (place[2] or "").replace("_", "-")
    if words.value:
        entry.title_depth = depth


def _media_title(
    reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], place: Place
) -> None:
    before = entry.title_depth
    _title(reader, entry, element, attributes, place)
    entry.title_depth = before


def _link(reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], place: Place) -> None:
    text = text_of(element)
    rel = "alternate"
    if attributes:
        rel, href = attributes.get("rel", rel).lower(), href_of(attributes)
        if href is not None:
            href = joined(place[1], href)
            entry.links.append((rel, href))
            if is_page(attributes):
                entry.values["link"] = href
            return
    found = reader.mended(address(place[1], text))
    if "&" in found:
        found = QUERY.sub(r"&\g<1>", found.replace("&amp;", "&"))
    entry.links.append((rel, found))
    entry.values["link"] = found


def _guid(reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], place: Place) -> None:
    is_link = not attributes or attributes.get("ispermalink", "true") == "true"
    text = text_of(element)
    value = reader.mended(address(place[1], text) if is_link else text)
    entry.put("id", value, place[0])
    if entry.id_is_link is None:
        entry.id_is_link = is_link and "link" not in entry.values
    if is_link:
        entry.values.setdefault("link", value)


def _summary(usual: str) -> Handler:
    def put(reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], place: Place) -> None:
        # A second summary is taken for the content.
        if "summary" in entry.values and not entry.has_content:
            _put_content(entry, reader.content(element, attributes, PLAIN))
            return
        words = reader.content(element, attributes, usual)
        entry.put("summary", words.value, place[0])
        entry.kinds["summary"] = words

    return put


def _content(usual: str) -> Handler:
    def put(
        reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], _place: Place
    ) -> None:
        _put_content(entry, reader.content(element, attributes, usual))

    return put


def _put_content(entry: Entry, words: Words) -> None:
    entry.has_content = True
    entry.contents.append(words)
    entry.values.setdefault("summary", words.value)


def _author(
    reader: Reader, entry: Entry, element: Element, _attributes: dict[str, str], place: Place
) -> None:
    if not len(element):
        entry.put("author", reader.mended((element.text or "").strip()), place[0])
        return
    if entry.values.get("author"):
        raise Declined("an entry has several authors")
    found: dict[str, str] = {}
    pieces = [element.text or ""]
    for child in element:
        name = reader.names[child.tag]
        if name not in PERSON or len(child):
            raise Declined("an author is more than name and address")
        found[name] = (child.text or "").strip()
        pieces.append(child.tail or "")
    entry.put("author", reader.mended("".join(pieces).strip()), place[0])
    called, email = found.get("name"), found.get("email")
    if called or email:
        entry.values["author"] = f"{called} ({email})" if called and email else called or email or ""


def _category(
    reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], _place: Place
) -> None:
    if attributes:
        scheme = attributes.get("scheme", attributes.get("domain"))
        entry.tag(attributes.get("term"), scheme, attributes.get("label"))
    _add_term(reader, entry, element)


def _media_category(
    reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], _place: Place
) -> None:
    entry.tag(attributes.get("term"), attributes.get("scheme", _MEDIA_SCHEME), attributes.get("label"))
    _add_term(reader, entry, element)


def _itunes_category(
    reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], _place: Place
) -> None:
    entry.tag(attributes.get("text"), _ITUNES, None)
    _add_term(reader, entry, element)


def _add_term(reader: Reader, entry: Entry, element: Element) -> None:
    value = reader.mended(text_of(element))
    if not value:
        return
    tags = entry.tags
    if tags and not tags[-1][0]:
        tags[-1][0] = value
    elif (found := [value, None, None]) not in tags:
        tags.append(found)


def _keywords(scheme: str | None) -> Handler:
    def put(
        reader: Reader, entry: Entry, element: Element, attributes: dict[str, str], _place: Place
    ) -> None:
        terms = reader.mended(text_of(element)).split(",")
        if not attributes:
            for term in filter(None, (each.strip() for each in terms)):
                entry.tag(term, scheme, None)

    return put


def _date(key: str) -> Handler:
    def put(
        reader: Reader, entry: Entry, element: Element, _attributes: dict[str, str], place: Place
    ) -> None:
        entry.put(key, reader.mended(text_of(element)), place[0])

    return put


def _source(
    reader: Reader, entry: Entry, element: Element, _attributes: dict[str, str], _place: Place
) -> None:
    entry.source = reader.mended(text_of(element))
    entry.title_depth = -1


def _image(
    _reader: Reader, entry: Entry, element: Element, _attributes: dict[str, str], _place: Place
) -> None:
    text_of(element)
    entry.title_depth = -1


def _within(
    reader: Reader, entry: Entry, element: Element, _attributes: dict[str, str], place: Place
) -> None:
    """Media elements wrap what is said of one picture or film."""
    reader.children(entry, element, (place[0] + 1, *place[1:]))


def _contributor(
    reader: Reader, _entry: Entry, element: Element, _attributes: dict[str, str], _place: Place
) -> None:
    reader.only(element, PERSON)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("title", "dc_title"), _title),
    "media_title": _media_title,
    "link": _link,
    **dict.fromkeys(("guid", "id"), _guid),
    **dict.fromkeys(("description", "dc_description", "media_description"), _summary(HTML)),
    **dict.fromkeys(("summary", "itunes_summary"), _summary(PLAIN)),
    "content": _content(PLAIN),
    "content_encoded": _content(HTML),
    **dict.fromkeys(("author", "managingeditor", "dc_author", "dc_creator", "itunes_author"), _author),
    "contributor": _contributor,
    **dict.fromkeys(("category", "keywords", "dc_subject"), _category),
    "media_category": _media_category,
    "itunes_category": _itunes_category,
    "media_keywords": _keywords(None),
    "itunes_keywords": _keywords(_ITUNES),
    **dict.fromkeys(("published", "issued", "pubdate", "dcterms_issued"), _date("published")),
    **dict.fromkeys(("created", "dcterms_created"), _date("created")),
    **dict.fromkeys(
        ("updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"), _date("updated")
    ),
    "source": _source,
    "image": _image,
    **dict.fromkeys(("media_group", "media_content"), _within),
}
# What may not stand inside an element that is passed over.
KNOWN_NAMES = frozenset(HANDLERS) | IDLE | REFUSED | {"item", "entry", "channel", "language", "dc_language"}
