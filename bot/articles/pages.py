"""Reads saved HTML pages: trafilatura finds the text, the page's own metadata says the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import lxml.html
import orjson
import trafilatura
from lxml import etree

from bot.articles.address import canonical_url
from bot.articles.draft import Draft
from bot.articles.text import clean_line
from bot.errors import IngestError
from bot.feeds.dates import home_zone, read_date
from storage.records import Origin

LEAST_TEXT = 140
_ARTICLE_TYPE = re.compile(
    r"(?:\w*NewsArticle|Article|TechArticle|(?:Live)?BlogPosting|Report)", re.IGNORECASE
)


def read_page(html: str, where: str) -> Draft:
    """The article of a page; raises IngestError when there is none."""
    try:
        tree = lxml.html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html))
    except (etree.LxmlError, ValueError) as error:
        raise IngestError("it is no HTML page that can be read") from error
    meta, linked = _meta(tree), _linked_article(tree)
    text = trafilatura.extract(html, favor_precision=True, include_comments=False, include_tables=False) or ""
    if len(text) < LEAST_TEXT:
        raise IngestError("there is no article on the page")
    language = tree.get("lang") or meta.get("og:locale", "") or _string(linked, "inLanguage")
    title = _title(tree, meta, linked)
    return Draft(
        origin=Origin.PAGE,
        url=_address(tree, meta, linked),
        title=title,
        text=_without_title(text, title),
        summary=_string(linked, "description")
        or meta.get("og:description", "")
        or meta.get("description", ""),
        publisher=_name(linked.get("publisher")) or meta.get("og:site_name", ""),
        language=language,
        author=_name(linked.get("author")) or meta.get("author", ""),
        section=_string(linked, "articleSection") or meta.get("article:section", ""),
        published_at=_published(tree, meta, linked, language),
        where=where,
    )


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        content = (node.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _linked_article(tree: lxml.html.HtmlElement) -> Mapping[str, Any]:
    """What the page's JSON-LD says about its article, empty when it says nothing."""
    for node in tree.iter("script"):
        if "ld+json" in (node.get("type") or "").lower():
            try:
                value = orjson.loads(re.sub(r"[\x00-\x1f]", " ", node.text or ""))
            except orjson.JSONDecodeError:
                continue
            for item in _objects(value):
                kinds = item.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(_ARTICLE_TYPE.fullmatch(str(kind)) for kind in kinds):
                    return item
    return {}


def _objects(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects([value.get("@graph"), value.get("mainEntity")], depth + 1)


def _title(tree: lxml.html.HtmlElement, meta: Mapping[str, str], linked: Mapping[str, Any]) -> str:
    headings = [clean_line(" ".join(node.itertext())) for node in tree.iter("h1")]
    named = [clean_line(_string(linked, "headline")), clean_line(meta.get("og:title", ""))]
    # A name for search engines often carries more than the heading people see.
    for heading in headings:
        if len(heading.split()) >= 3 and any(heading in name for name in named):
            return heading
    page = " ".join("".join(node.itertext()) for node in tree.iter("title"))
    shown = [*named, *(heading for heading in headings if len(heading.split()) >= 2), clean_line(page)]
    return next((name for name in shown if name), "")


def _address(tree: lxml.html.HtmlElement, meta: Mapping[str, str], linked: Mapping[str, Any]) -> str:
    canonical = [
        node.get("href") or "" for node in tree.iter("link") if "canonical" in (node.get("rel") or "").lower()
    ]
    for address in (*canonical, meta.get("og:url", ""), _string(linked, "url")):
        try:
            return canonical_url(address)
        except IngestError:
            continue
    return ""


def _published(
    tree: lxml.html.HtmlElement, meta: Mapping[str, str], linked: Mapping[str, Any], language: str
) -> datetime | None:
    names = (
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dcterms.created",
        "og:published_time",
    )
    said = [_string(linked, "datePublished"), *(meta.get(name, "") for name in names)]
    said += [node.get("datetime") or "" for node in tree.iter("time")][:1]
    zone = home_zone(language)
    return next((date for text in said if (date := read_date(text, zone)) is not None), None)


def _name(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(name for name in map(_name, value) if name)
    if isinstance(value, dict):
        return _string(value, "name")
    return value if isinstance(value, str) and not value.startswith("http") else ""


def _string(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    if isinstance(found, list):
        found = next((part for part in found if isinstance(part, str)), "")
    return found if isinstance(found, str) else ""


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if rest and clean_line(first) == title else text
