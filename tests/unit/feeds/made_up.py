"""Feeds of every dialect, made up by hypothesis or from a seed, whole or damaged."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "haus": "https://verlag.example/ns",
}
WORDS = [
    "Der Rat tagt in Köln.",
    "Haus & Hof",
    "<p>Ein <b>Absatz</b></p>",
    "1 < 2 und 3 > 2",
    "&amp;amp;",
    "&eacute;t&eacute;",
    "  am\tRand \n zwei ",
    "",
    " ",
    "Ã¼ber",
    "\x93so\x94",
    "–",
    "Москва",
    "a]]b",
    "<br/>",
    "</b> los",
    "x" * 300,
    "Bote <bote@verlag.example>",
    "Anna (anna@verlag.example)",
    "&lt;i&gt;kursiv&lt;/i&gt;",
    "\u2028Zeile",
]
ADDRESSES = [
    "https://bote.example/a",
    "http://bote.example/b?x=1&y=2#z",
    "/politik/c",
    "d.html",
    "",
    "//cdn.example/e",
    "https://bote.example",
    "HTTPS://Bote.Example/F",
    "tag:bote.example,2026:7",
    "urn:uuid:1",
    "javascript:alert(1)",
    "mailto:a@b.example",
    "https:///g",
    "https://bote.example/h?a=1&amp;b=2",
    "https://bote.example/i;x?#",
    "nur-ein-name",
    "http://[::1",
    " https://bote.example/j ",
]
DATES = [
    "Wed, 11 Mar 2026 07:30:00 +0100",
    "2026-03-11T06:30:00Z",
    "2026-03-11",
    "Mi, 11 Mär 2026 07:30:00 +0100",
    "gestern",
    "",
    "Wed, 32 Mar 2026 07:30:00 GMT",
    "11.03.2026 07:30",
    "2026-03-11T06:30:00+99:00",
    "1970-01-01T00:00:00Z",
    "Mar 11 2026",
]
RSS_ITEM = [
    *(
        "title",
        "link",
        "guid",
        "pubDate",
        "description",
        "author",
        "category",
        "comments",
        "enclosure",
        "source",
    ),
    *("content:encoded", "dc:creator", "dc:date", "dc:subject", "dc:title", "dc:description", "dc:language"),
    *(
        "dcterms:modified",
        "dcterms:issued",
        "media:title",
        "media:description",
        "media:content",
        "media:group",
    ),
    *(
        "media:thumbnail",
        "media:keywords",
        "media:category",
        "media:credit",
        "itunes:summary",
        "itunes:author",
    ),
    *(
        "itunes:category",
        "itunes:keywords",
        "itunes:image",
        "itunes:subtitle",
        "slash:comments",
        "haus:teaser",
    ),
    *(
        "atom:link",
        "atom:updated",
        "atom:author",
        "atom:summary",
        "image",
        "lastBuildDate",
        "created",
        "unbekannt",
    ),
    *("url", "language", "date", "tags", "id", "content", "summary", "updated", "published", "GUID", "Title"),
]
ATOM_ENTRY = [
    *("title", "link", "id", "published", "updated", "issued", "modified", "created", "summary", "content"),
    *("author", "contributor", "category", "rights", "source", "dc:creator", "dc:date", "media:group"),
    *("media:title", "media:description", "haus:teaser", "subtitle", "unbekannt"),
]
CHANNEL = [
    *("title", "link", "description", "language", "pubDate", "lastBuildDate", "image", "generator", "author"),
    *(
        "copyright",
        "category",
        "atom:link",
        "dc:language",
        "dc:title",
        "itunes:author",
        "itunes:owner",
        "ttl",
    ),
    *(
        "webMaster",
        "managingEditor",
        "cloud",
        "media:title",
        "haus:teaser",
        "guid",
        "id",
        "textInput",
        "docs",
    ),
]
VALUES = {
    "link": ADDRESSES,
    "guid": ADDRESSES,
    "id": ADDRESSES,
    "url": ADDRESSES,
    "date": DATES,
    "pubdate": DATES,
    "published": DATES,
    "updated": DATES,
    "issued": DATES,
    "modified": DATES,
    "created": DATES,
    "lastbuilddate": DATES,
}
ATTRIBUTES = {
    "link": ("href", "rel", "type", "url", "xml:base"),
    "guid": ("isPermaLink",),
    "title": ("type", "xml:lang", "lang"),
    "summary": ("type", "xml:base"),
    "description": ("type",),
    "content": ("type", "src", "url", "xml:lang"),
    "encoded": ("type",),
    "category": ("term", "scheme", "label", "domain", "text"),
    "source": ("url",),
    "enclosure": ("url", "type", "length"),
    "thumbnail": ("url",),
    "keywords": ("scheme",),
    "unbekannt": ("url", "xml:lang"),
    "teaser": ("kind",),
    "image": ("href",),
}
ATTRIBUTE_VALUES = {
    "href": ADDRESSES,
    "url": ADDRESSES,
    "src": ADDRESSES,
    "xml:base": ["https://anders.example/x/", "/y/", ""],
    "rel": ["alternate", "self", "enclosure", "Alternate", "related", ""],
    "type": [
        "text/html",
        "html",
        "text",
        "TEXT",
        "xhtml",
        "text/plain",
        "application/xhtml+xml",
        "image/png",
        "",
    ],
    "isPermaLink": ["true", "false", "True", ""],
    "xml:lang": ["de", "en_GB", ""],
    "lang": ["fr"],
}
INNER = {
    "author": ("name", "email", "uri"),
    "contributor": ("name", "uri"),
    "group": ("media:title", "media:description", "media:content", "media:thumbnail", "media:keywords"),
    "content": ("media:title", "media:description", "media:credit"),
    "image": ("url", "title", "link", "width"),
    "textinput": ("title", "link", "name", "description"),
    "owner": ("itunes:name", "itunes:email"),
    "source": ("title", "id", "updated"),
    "teaser": ("haus:satz", "title"),
}


@st.composite
def elements(draw: st.DrawFn, names: list[str], depth: int = 0) -> str:
    name = draw(st.sampled_from(names))
    plain = name.rpartition(":")[2].lower()
    attributes = ""
    if plain in ATTRIBUTES and draw(st.booleans()):
        for key in draw(st.lists(st.sampled_from(ATTRIBUTES[plain]), max_size=3, unique=True)):
            value = draw(st.sampled_from(ATTRIBUTE_VALUES.get(key, ["Politik", "", "https://s.example/"])))
            attributes += f" {key}={quoteattr(value)}"
    seldom = name in {"content", "source"} and draw(st.integers(0, 9)) > 0
    if plain in INNER and depth < 2 and not seldom and draw(st.booleans()):
        inner = "".join(draw(st.lists(elements(list(INNER[plain]), depth + 1), max_size=4)))
        return f"<{name}{attributes}>\n{inner}</{name}>"
    text = draw(st.sampled_from(VALUES.get(plain, WORDS)))
    match draw(st.integers(0, 9)):
        case 0:
            return f"<{name}{attributes}/>"
        case 1 | 2 if "]]>" not in text:
            return f"<{name}{attributes}><![CDATA[{text}]]></{name}>"
        case 3:
            return f"<{name}{attributes}><!-- still -->{escape(text)} <?php ?></{name}>"
    return f"<{name}{attributes}>{escape(text)}</{name}>"


def _declared(prefixes: list[str]) -> str:
    return "".join(f' xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in prefixes)


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    """Well-formed XML, mostly of shapes that are seen."""
    order = draw(st.permutations(list(NAMESPACES)))
    kind = draw(st.sampled_from(["rss", "rss", "atom", "atom 0.3", "rdf", "rss 0.9"]))
    item = ATOM_ENTRY if kind.startswith("atom") else RSS_ITEM
    own = draw(st.lists(elements(CHANNEL), max_size=5))
    names = {"entry"} if kind.startswith("atom") else {"item"}
    [name] = names
    extra = draw(st.sampled_from(["", "", "", ' xml:lang="de"', ' xml:base="https://anders.example/x/"']))
    about = draw(st.sampled_from(["", ' rdf:about="urn:x:1"'])) if kind in {"rdf", "rss 0.9"} else ""
    entries = [
        f"<{name}{about}{draw(st.sampled_from(['', '', '', extra]))}>"
        + "".join(draw(st.lists(elements(item), max_size=8)))
        + f"</{name}>"
        for _ in range(draw(st.integers(1, 3)))
    ]
    inside, beside = "".join(own), "".join(entries)
    if draw(st.booleans()):
        inside, beside = "".join([*entries, *own]), ""
    match kind:
        case "rss":
            version = draw(st.sampled_from(["2.0", "0.91", "0.92", ""]))
            text = (
                f'<rss version="{version}"{_declared(order)}{extra}><channel>{inside}{beside}</channel></rss>'
            )
        case "rdf" | "rss 0.9":
            uri = "http://purl.org/rss/1.0/" if kind == "rdf" else "http://my.netscape.com/rdf/simple/0.9/"
            text = (
                f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{uri}"{_declared(order)}>'
                f"<channel>{inside}</channel>{beside}</rdf:RDF>"
            )
        case _:
            uri = NAMESPACES["atom"] if kind == "atom" else "http://purl.org/atom/ns#"
            version = "" if kind == "atom" else ' version="0.3"'
            text = f'<feed xmlns="{uri}"{version}{_declared(order)}{extra}>{inside}{beside}</feed>'
    declaration = draw(
        st.sampled_from(["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="{}"?>\n'])
    )
    charset = draw(st.sampled_from(["utf-8", "utf-8", "iso-8859-1", "windows-1252", "utf-16"]))
    return (declaration.format(charset) + text).encode(charset, "xmlcharrefreplace")


def damaged(body: bytes, seed: int) -> bytes:
    """The same feed after an accident, the same for the same seed."""
    dice = random.Random(seed)
    match seed % 6:
        case 0:
            return body[: dice.randrange(len(body) // 3, len(body))]
        case 1:
            spoilt = bytearray(body)
            for _ in range(dice.randint(1, 6)):
                spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
            return bytes(spoilt)
        case 2:
            return body.replace(b"&amp;", b"&", 2).replace(b"</description>", b"&nbsp;&foo;</description>", 3)
        case 3:
            wrong = dice.choice([b"iso-8859-1", b"us-ascii", b"utf-16", b"windows-1251", b"klingon"])
            return body.replace(b"utf-8", wrong, 1)
        case 4:
            return body.decode("utf-8", "replace").encode("iso-8859-1", "replace")
        case _:
            start = dice.randrange(len(body) // 2)
            return body[:start] + body[start + dice.randint(1, 40) :]
