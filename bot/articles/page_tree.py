"""A page taken apart: its tree, its meta elements, and what it says of itself as linked data."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lxml.html
import orjson
from lxml import etree

from bot.articles.text import clean_line
from bot.errors import IngestError

DEEPEST = 6
_SALVAGED = ("headline", "datePublished", "dateModified", "description")
_ARTICLE_TYPE = re.compile(
    r"(?:https?://schema\.org/)?(?:\w*NewsArticle|Article|TechArticle|(?:Live)?BlogPosting|Report)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """`linked` is the JSON-LD object of the page's article, empty when there is none."""

    tree: lxml.html.HtmlElement
    meta: Mapping[str, str]
    linked: Mapping[str, Any]

    def said(self, key: str) -> str:
        """A text the linked data gives under this key."""
        return string_of(self.linked.get(key))

    def headings(self) -> list[lxml.html.HtmlElement]:
        """The page's main headings, those inside an article first."""
        found = list(self.tree.iter("h1"))
        return sorted(found, key=lambda node: next(node.iterancestors("article", "main"), None) is None)

    @property
    def language(self) -> str:
        return self.tree.get("lang") or self.meta.get("og:locale", "") or self.said("inLanguage")

    @property
    def site_names(self) -> list[str]:
        """What the page's outlet calls itself."""
        names = (name_of(self.linked.get("publisher")), self.meta.get("og:site_name", ""))
        more = (self.meta.get("application-name", ""), self.meta.get("twitter:site", "").lstrip("@"))
        return [clean_line(name) for name in (*names, *more) if name.strip()]


def take_apart(html: str) -> Page:
    """Raises IngestError for what is no page."""
    try:
        tree = lxml.html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\0", "")))
    except (etree.LxmlError, ValueError) as error:
        raise IngestError("it is no HTML page that can be read") from error
    if not isinstance(tree, lxml.html.HtmlElement):
        raise IngestError("it is no HTML page that can be read")
    meta = _meta(tree)
    return Page(tree, meta, _linked_article(tree, meta))


def string_of(value: object) -> str:
    """The first text of a value that may be a list of texts, a typed value or a number."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    # Many systems escape what needs no escaping there.
    return entities.unescape(value).strip() if isinstance(value, str) else ""


def name_of(value: object) -> str:
    """The names of persons or organisations, separated by commas; addresses are no names."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(name for name in map(name_of, value) if name))
    if isinstance(value, dict):
        return string_of(value.get("name"))
    text = string_of(value)
    return "" if text.startswith(("http", "#", "/")) else text


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        content = (node.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _linked_article(tree: lxml.html.HtmlElement, meta: Mapping[str, str]) -> Mapping[str, Any]:
    objects = [item for value in _linked_values(tree) for item in _objects(value)]
    articles = [item for item in objects if _is_article(item)]
    if not articles:
        # A page's own dates are the article's where nothing else has any.
        dated = [item["datePublished"] for item in objects if _is_page(item) and item.get("datePublished")]
        return {"datePublished": dated[0]} if dated else {}
    titles = [clean_line("".join(node.itertext())) for node in (*tree.iter("h1"), *tree.iter("title"))]
    titles.append(meta.get("og:title", ""))
    best = max(articles, key=lambda item: _likelihood(item, titles))
    named = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and len(item) > 1}
    return {key: _resolved(value, named) for key, value in best.items()}


def _linked_values(tree: lxml.html.HtmlElement) -> Iterator[object]:
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or "").lower():
            continue
        text = re.sub(r"[\x00-\x1f]", " ", node.text or "")
        text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text)
        # As it should be; with commas too many; escaped like markup; at worst the few texts that can be read.
        for form in (text, re.sub(r",\s*([}\]])", r"\1", text), entities.unescape(text)):
            try:
                yield orjson.loads(form)
            except orjson.JSONDecodeError:
                continue
            break
        else:
            yield _salvaged(text)


def _salvaged(text: str) -> dict[str, Any]:
    """What can be told of an object no parser reads: its first type, headline and date."""
    found = {
        key: match[1]
        for key in _SALVAGED
        if (match := re.search(rf'"{key}"\s*:\s*"([^"\\]*)"\s*[,}}]', text))
    }
    return found | {"@type": "NewsArticle"} if "Article" in text else {}


def _objects(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects([value.get("@graph"), value.get("mainEntity")], depth + 1)
        # What others are called is needed to resolve mentions; lists of other articles are not.
        yield from _objects([value.get("publisher"), value.get("author")], depth + 1)


def _is_article(item: Mapping[str, Any]) -> bool:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(_ARTICLE_TYPE.fullmatch(str(kind)) for kind in kinds)


def _is_page(item: Mapping[str, Any]) -> bool:
    kinds = item.get("@type")
    return "WebPage" in (kinds if isinstance(kinds, list) else [kinds])


def _likelihood(item: Mapping[str, Any], titles: list[str]) -> tuple[bool, int]:
    """An object about this page has its headline on the page, and more to say than others."""
    headline = clean_line(string_of(item.get("headline")))
    is_here = bool(headline) and any(headline in title or title in headline for title in titles if title)
    return is_here, sum(bool(item.get(key)) for key in ("headline", "datePublished", "articleBody", "author"))


def _resolved(value: object, named: Mapping[str, Mapping[str, Any]]) -> object:
    """Mentions by id replaced by what they mention."""
    if isinstance(value, list):
        return [_resolved(part, named) for part in value]
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and value.get("@id") in named:
        return named[value["@id"]]
    return value
