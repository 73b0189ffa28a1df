"""When a page says it was published: linked data, meta and time elements, a visible line, its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import lxml.html
from lxml import etree

from bot.articles.page_tree import Page
from bot.feeds.dates import home_zone, read_date

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
MOST_NODES = 60
LONGEST_LINE = 200
_META = (
    *("article:published_time", "og:article:published_time", "og:published_time", "article:published"),
    *("article.published", "datepublished", "publishdate", "publish-date", "publish_date", "publishtime"),
    *("publication_date", "publicationdate", "published_time", "published_at", "pubdate", "pub_date"),
    *("og:pubdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
    *("cxenseparse:publishtime", "vr:published_time", "rnews:datepublished", "prism.publicationdate"),
    *("originalpublicationdate", "article_date_original", "bt:pubdate", "citation_publication_date"),
    *("dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date"),
    *("date", "datecreated", "created", "last-modified"),
)
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_DATE_CLASS = re.compile(r"date|datum|time|publish|veroeffentlich|timestamp|byline|stand|meta", re.IGNORECASE)
_MODIFIED = re.compile(r"modif|updat|aktualisier|geändert|mis à jour|modifié", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"related|teaser|sidebar|aside|comment|footer|recommend|newsticker|most-|weitere|nav", re.IGNORECASE
)
_PUBLISHED = re.compile(r"publi|veröff|erstellt|erschienen|posted", re.IGNORECASE)
_VISIBLE = re.compile(
    r"(?<![\d.])\d{1,2}(?:\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9}\.?)\s?(?:\d{4}|\d{2}(?![\d.:]))|/\d{1,2}/\d{4})"
    r"(?:\s*[,|•·–-]?\s*(?:um\s+|à\s+|at\s+)?\d{1,2}[:.]\d{2}(?:\s*Uhr)?(?:\s*(?:MEZ|MESZ|CET|CEST|UTC|GMT))?)?"
    r"|\d{1,2}(?:er)?\s+[^\W\d_]{3,9}\.?\s+\d{4}(?:\s*(?:,|at|à|-)?\s*\d{1,2}[:.h]\d{2}(?:\s*[ap]m)?(?:\s*[A-Z]{2,4})?)?"
    r"|[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+\d{4}(?:\s*(?:,|at)?\s*\d{1,2}:\d{2}(?:\s*[AaPp]\.?[Mm]\.?)?)?"
)


@dataclass(frozen=True, slots=True)
class _Said:
    at: datetime
    has_clock: bool
    zone: str
    """As written: `Z`, an offset, or empty."""
    wall: datetime
    """What the clock showed, whatever the zone."""


def published_at(page: Page, *, url: str = "") -> datetime | None:
    """The likeliest of all that the page says; None when it says nothing."""
    zone = home_zone(page.language)
    said = [found for text in _texts(page) if (found := _read(text, zone)) is not None]
    if not said:
        return _guessed(page, url, zone)
    first = said[0]
    # One source gives the day alone, another the hour as well.
    with_clock = [one for one in said if one.has_clock and one.wall.date() == first.wall.date()]
    if not first.has_clock:
        return with_clock[0].at if with_clock else first.at
    # Some systems write local time and call it UTC; whoever gives a real offset knows better.
    if first.zone in {"", "Z"}:
        for other in with_clock:
            same_wall = abs(other.wall - first.wall) < timedelta(minutes=1)
            if same_wall and other.zone not in {"", "Z"} and other.at != first.at:
                return other.at
    return first.at


def _texts(page: Page) -> Iterator[str]:
    """Everything that may be the date, most trusted first."""
    yield page.said("datePublished")
    yield page.said("dateCreated")
    for name in _META[:-1]:
        yield page.meta.get(name, "")
    for node in page.tree.xpath("//*[@itemprop='datePublished']")[:3]:
        yield node.get("content") or node.get("datetime") or _words(node)
    times = [node for node in list(page.tree.iter("time"))[:MOST_NODES] if not _is_elsewhere(node)]
    for node in sorted(times, key=_is_modified):
        yield node.get("datetime") or ""
        yield _visible(_words(node), page)
    for node in page.tree.xpath("//*[@class or @id]")[: MOST_NODES * 40]:
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _DATE_CLASS.search(marks) and not _MODIFIED.search(marks) and not _is_elsewhere(node):
            yield _visible(_words(node), page)
    for heading in page.headings()[:2]:
        for node in _after(heading):
            yield _visible(_words(node), page)
    yield page.meta.get(_META[-1], "")


def _after(heading: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """What stands close under a headline, in its box or in those around it."""
    near = list(heading.itersiblings())[:5]
    for above in list(heading.iterancestors("div", "header", "section"))[:2]:
        near += list(above.itersiblings())[:4]
    return [node for node in near if isinstance(node.tag, str)]


def _words(node: lxml.html.HtmlElement) -> str:
    # Boxes beside each other part words even where nothing stands between them.
    return " ".join(" ".join(node.itertext()).split())


def _visible(words: str, page: Page) -> str:
    """The date in a short line; of several the one that is no change."""
    if len(words) > LONGEST_LINE:
        return ""
    found = list(_VISIBLE.finditer(words))
    ends = [0, *(match.end() for match in found)]
    leads = [words[end : match.start()] for end, match in zip(ends, found, strict=False)]
    said = [match for match, lead in zip(found, leads, strict=True) if _PUBLISHED.search(lead)]
    plain = [match for match, lead in zip(found, leads, strict=True) if not _MODIFIED.search(lead)]
    match = next(iter((*said, *plain, *found)), None)
    if match is None:
        return ""
    text = re.sub(r"\s*[|•·–-]\s*(?=\d{1,2}[:.]\d{2})", ", ", match[0])
    # Day first everywhere but where English is spoken.
    return text if page.language.startswith("en") else text.replace("/", ".")


def _is_modified(node: lxml.html.HtmlElement) -> bool:
    marks = " ".join((node.get("class") or "", node.get("itemprop") or "", node.get("id") or ""))
    before = node.getprevious()
    lead = (node.getparent().text or "") if before is None and node.getparent() is not None else ""
    lead += (before.tail or "") if before is not None else ""
    return _MODIFIED.search(f"{marks} {lead} {_words(node)[:40]}") is not None


def _is_elsewhere(node: lxml.html.HtmlElement) -> bool:
    for above in (node, *node.iterancestors()):
        if above.tag in {"aside", "nav", "footer", "li", "a"}:
            return True
        if above.tag in {"article", "main", "body"}:
            return False
        if _ELSEWHERE.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
    return False


def _read(text: str, zone: tzinfo) -> _Said | None:
    text = " ".join(text.split())
    if re.fullmatch(r"\d{10}|\d{13}", text):
        counted = datetime.fromtimestamp(int(text[:10]), UTC)
        return _Said(counted, has_clock=True, zone="+", wall=counted.replace(tzinfo=None))
    # Java puts the zone's name behind the offset.
    text = re.sub(r"\[[\w/+-]*\]$", "", text)
    # JavaScript's own way: "Wed Mar 11 2026 07:30:00 GMT+0100 (CET)".
    text = re.sub(r"\s*\([^)]*\)$", "", text)
    script = re.fullmatch(
        r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) (GMT[+-]\d{4})", text
    )
    if script:
        text = f"{script[2]} {script[1]} {script[3]} {script[4]} {script[5]}"
    at = read_date(text, zone)
    if at is None or at < EARLIEST:
        return None
    written = re.search(
        r":\d\d(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{1,2}|GMT|UTC|CET|CEST|MEZ|MESZ)$", text
    )
    wall = read_date(text[: written.start(1)] if written else text, UTC) or at
    # Midnight sharp with seconds is what a system without a clock writes.
    has_clock = _CLOCK.search(text) is not None and not re.search(
        r"00:00(?::00)?(?:\.0+)?(?:Z|[+-]\d\d:?\d\d)?$", text
    )
    mark = written[1] if written else ""
    return _Said(
        at,
        has_clock=has_clock,
        zone="Z" if mark in {"GMT", "UTC"} or re.fullmatch(r"[+-]00:?00", mark) else mark,
        wall=wall.replace(tzinfo=None),
    )


def _guessed(page: Page, url: str, zone: tzinfo) -> datetime | None:
    """From the address or anything else that looks like a date; good for the day alone."""
    import htmldate  # noqa: PLC0415 - heavy: only for the process that reads pages

    try:
        found = htmldate.find_date(page.tree, url=url or None, original_date=True, extensive_search=True)
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        return None
    return read_date(found, zone) if found else None
