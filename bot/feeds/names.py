"""The names elements of feeds go by in feedparser, and which of them the quick parser may pass over.

The quick parser agrees with feedparser because it declines every feed in which feedparser would do
something it does not do itself. A test compares these names with feedparser's own handlers.
"""

from __future__ import annotations

from collections.abc import Iterable

_BASE = (
    "http://backend.userland.com/rss",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://purl.org/atom/ns#",
    "http://www.w3.org/2005/atom",
    "http://purl.org/rss/1.0/modules/rss091#",
)
_ATOM_1 = "http://www.w3.org/2005/atom"
_RSS_1 = frozenset({"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"})
_XML = "http://www.w3.org/xml/1998/namespace"

# Lower case, and without a prefix where it is the language of feeds itself.
KNOWN = dict.fromkeys(_BASE, "") | {
    "http://webns.net/mvcb/": "admin",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/threading/": "thr",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
    "http://www.w3.org/1999/xlink": "xlink",
    _XML: "xml",
}

# Namespaces in which feedparser does things we leave to it.
_FOREIGN = (
    "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "http://www.georss.org/georss",
    "http://www.opengis.net/gml",
    "http://podlove.org/simple-chapters",
    "http://www.w3.org/1999/xhtml",
    "http://example.com/newformat#",
    "http://example.com/necho",
    "http://purl.org/echo/",
    "uri/of/echo/namespace#",
    "http://purl.org/pie/",
    "http://example.com/dtds/podcast-1.0.dtd",
)
# Under these prefixes an unknown namespace would be taken for a known one, or overwrite what we read.
_RESERVED = frozenset(
    {
        "admin", "ag", "annotate", "audio", "blogchannel", "cc", "creativecommons", "co", "content",
        "cp", "dc", "dcterms", "email", "ev", "feedburner", "fm", "foaf", "geo", "georss", "gml",
        "icbm", "image", "itunes", "l", "media", "pingback", "prism", "rdf", "rdfs", "ref", "reqv",
        "search", "slash", "soap", "ss", "str", "sub", "sy", "szf", "taxo", "thr", "ti",
        "trackback", "wfw", "wiki", "xhtml", "xlink", "xml", "psc", "published", "updated",
        "created", "title", "summary", "author", "subtitle", "description", "date", "modified",
        "issued",
    }
)  # fmt: skip

UNKNOWN = "?"
"""An element of a namespace nobody reads."""

# feedparser has a handler for these, but nothing it does with one that has no children changes what we read.
IDLE = frozenset(
    {
        "admin_errorreportsto", "admin_generatoragent", "cc_license", "cloud", "comments",
        "copyright", "creativecommons_license", "dc_contributor", "dc_language", "dc_publisher",
        "dc_rights", "dcterms_valid", "email", "enclosure", "expirationdate", "generator", "height",
        "homepage", "info", "itunes_block", "itunes_explicit", "itunes_image", "itunes_link",
        "itunes_subtitle", "language", "media_credit", "media_license", "media_player",
        "media_rating", "media_restriction", "media_thumbnail", "name", "rights", "subtitle",
        "tagline", "uri", "url", "webmaster", "width", "feedburner_browserfriendly",
    }
)  # fmt: skip
# feedparser keeps these under the very names we read.
TAKEN = frozenset(
    {
        "author_detail", "authors", "channel", "created_parsed", "date", "date_parsed",
        "description_detail", "guidislink", "issued_parsed", "links", "modified_parsed",
        "published_parsed", "summary_detail", "tags", "title_detail", "updated_parsed",
    }
)  # fmt: skip
# Left to feedparser.
REFUSED = TAKEN | frozenset(
    {
        "abstract", "body", "feed", "fullitem", "itunes_owner", "itunes_name", "itunes_email",
        "newlocation", "rss", "rdf_rdf", "textinput", "where", "xhtml_body", "psc_chapter",
        "psc_chapters", "gml_exterior", "gml_linearring", "gml_linestring", "gml_point",
        "gml_polygon", "gml_pos", "gml_poslist", "georss_box", "georss_line", "georss_point",
        "georss_polygon", "georss_where",
    }
)  # fmt: skip


class Unfamiliar(Exception):
    """The names of this feed are not ours to read."""


class Names(dict[str, str]):
    """What the elements of one feed are called; raises Unfamiliar where feedparser would be misled."""

    def __init__(self, declared: Iterable[tuple[str, str]]) -> None:
        """`declared`: every prefix with its namespace, in the order of the document."""
        super().__init__()
        uris = [(prefix, uri) for prefix, uri in declared if uri]
        seen: dict[str, str] = {}
        for prefix, uri in uris:
            if seen.setdefault(prefix.lower(), uri) != uri and (prefix or _known(uri) is None):
                raise Unfamiliar("a prefix changes its meaning")
            self._check(prefix, uri)
        lowered = [uri.lower() for _, uri in uris]
        rss_1 = next((place for place, uri in enumerate(lowered) if uri in _RSS_1), None)
        self.has_rss_1 = rss_1 is not None
        self.is_atom_first = _ATOM_1 in lowered and (rss_1 is None or lowered.index(_ATOM_1) < rss_1)

    def __missing__(self, tag: str) -> str:
        """`pubdate`, `dc_creator` or UNKNOWN for a tag as ElementTree writes it."""
        found = self[tag] = _name(tag)
        return found

    @staticmethod
    def _check(prefix: str, uri: str) -> None:
        known = _known(uri)
        if uri.lower() in _FOREIGN or any(character.isspace() for character in uri):
            raise Unfamiliar("a namespace is feedparser's own")
        if known is None and not prefix:
            raise Unfamiliar("the namespace is not known")
        if prefix.lower() in _RESERVED and known != prefix.lower():
            raise Unfamiliar("a prefix stands for something else")


class AttributeNames(dict[str, str]):
    """What attributes are called, as ElementTree writes them; raises Unfamiliar. Forgets when it is full."""

    MOST = 1_000

    def __missing__(self, name: str) -> str:
        if len(self) >= self.MOST:
            self.clear()
        found = self[name] = _attribute(name)
        return found


def _attribute(name: str) -> str:
    if not name.startswith("{"):
        return name.lower()
    uri, _, local = name[1:].partition("}")
    prefix = _known(uri)
    if not prefix:  # feedparser reads these as if they had no prefix
        raise Unfamiliar("an attribute has a namespace")
    return f"{prefix}:{local.lower()}"


def _known(uri: str) -> str | None:
    lowered = uri.lower()
    if "backend.userland.com/rss" in lowered:
        return ""
    return KNOWN.get(lowered)


def _name(tag: str) -> str:
    if not tag.startswith("{"):
        return tag.lower()
    uri, _, local = tag[1:].partition("}")
    prefix = _known(uri)
    if prefix is None:
        return UNKNOWN
    return f"{prefix}_{local.lower()}" if prefix else local.lower()
