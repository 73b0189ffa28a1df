"""The headline of a page: without the kicker above it, without the outlet's name behind it."""

from __future__ import annotations

import re

import lxml.html

from bot.articles.page_tree import Page
from bot.articles.text import clean_line

LEAST_WORDS = 2
_KICKER = re.compile(
    r"kicker|overline|over-line|topline|toptitle|top-title|dachzeile|roofline|spitzmarke|eyebrow|pretitle"
    r"|pre-title|supertitle|super-title|vorspann|label|badge|rubrik|category|ressort|hidden|plus|icon",
    re.IGNORECASE,
)
_INLINE = frozenset({"em", "i", "b", "strong", "a", "wbr", "sup", "sub", "mark"})
_SEPARATOR = r"\s+[|–—•·»-]+\s+|\s*\|\s*"
# What screen readers are told, and signs of paid texts, before a headline.
_SIGNS = re.compile(r"^(?:\(?[+S]\)?\+?|\[?plus\]?|[A-Z]\+|premium|exklusiv)\s*[:|]?\s+(?=\S)", re.IGNORECASE)


def title_of(page: Page) -> str:
    """Empty when the page has none."""
    headings = [text for node in page.headings() if (text := _heading(node))]
    named = [clean_line(page.said("headline")), clean_line(page.meta.get("og:title", ""))]
    window = clean_line(" ".join("".join(node.itertext()) for node in page.tree.iter("title")))
    names = [name for each in named if (name := _without_outlet(each, page))]
    window = _without_outlet(window, page)
    for heading in headings:
        if any(_same(heading, name) for name in (*names, window)):
            return heading
    for heading in headings:
        # Some systems cut what they tell search engines.
        if any(_is_beginning(name, heading) for name in (*names, window)):
            return heading
    for heading in headings:
        # A name for search engines often carries more than the heading people see, and a heading its kicker.
        for name in names:
            if _is_whole(name, heading):
                return heading
            if _is_whole(heading, name):
                return name
    shown = [*names, *(heading for heading in headings if len(heading.split()) >= LEAST_WORDS), window]
    return next((name for name in shown if name), "")


def _heading(node: lxml.html.HtmlElement) -> str:
    """The heading's words without kickers, which have elements of their own in it."""
    parts: list[str] = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and not _is_kicker(child, node):
            # Elements of a heading are words of their own, but a comma after one is not.
            parts += ["" if child.tag in _INLINE else " ", "".join(child.itertext())]
            parts += ["" if child.tag in _INLINE or (child.tail or "")[:1] in ",;:!?.…" else " "]
        parts.append(child.tail or "")
    text = clean_line("".join(parts).replace("\n", " "))
    return _SIGNS.sub("", text) or text


def _is_kicker(child: lxml.html.HtmlElement, heading: lxml.html.HtmlElement) -> bool:
    if child.tag in {"svg", "button", "small", "time", "style", "script"}:
        return True
    marks = f"{child.get('class') or ''} {child.get('aria-hidden') or ''}"
    if not _KICKER.search(marks):
        return False
    inside = len("".join(child.itertext()).split())
    return inside < len("".join(heading.itertext()).split())


def _without_outlet(name: str, page: Page) -> str:
    """A window's title often ends in the outlet's name, and sometimes in its section."""
    name = _SIGNS.sub("", name) or name
    outlets = {_bare(outlet) for outlet in page.site_names}
    parts = re.split(f"({_SEPARATOR})", name)
    while len(parts) >= 3 and (_bare(parts[-1]) in outlets or _is_host(parts[-1])):
        parts = parts[:-2]
    while len(parts) >= 3 and _bare(parts[0]) in outlets:
        parts = parts[2:]
    return "".join(parts).strip()


def _is_host(text: str) -> bool:
    return (
        re.fullmatch(r"[\w-]+\.(?:de|at|ch|com|net|org|eu|info|fr|uk|co\.uk)", text.strip(), re.IGNORECASE)
        is not None
    )


def _bare(text: str) -> str:
    return re.sub(r"\.(?:de|at|ch|com|net|org)$", "", re.sub(r"[^\w.]", "", text.casefold()))


def _same(one: str, other: str) -> bool:
    return bool(one) and re.sub(r"\W", "", one).casefold() == re.sub(r"\W", "", other).casefold()


def _is_beginning(name: str, heading: str) -> bool:
    start = name.rstrip(" .…")
    return name.endswith(("…", "...")) and len(start.split()) >= LEAST_WORDS and heading.startswith(start)


def _is_whole(name: str, part: str) -> bool:
    """The part stands in the name, at a word's borders, and is a headline by itself."""
    return len(part.split()) >= 3 and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", name) is not None
