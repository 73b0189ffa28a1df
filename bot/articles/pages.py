"""Reads HTML pages: trafilatura finds the text, the page's own metadata says the rest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.articles.address import canonical_url
from bot.articles.draft import Draft
from bot.articles.page_dates import published_at
from bot.articles.page_texts import LEAST_TEXT, text_of
from bot.articles.page_titles import title_of
from bot.articles.page_tree import Page, name_of, string_of, take_apart
from bot.articles.page_walls import Obstacle, obstacle_of
from bot.errors import IngestError
from storage.records import Origin

_REFUSALS = {
    Obstacle.NO_TEXT: "there is no article on the page",
    Obstacle.CONSENT: "the page asks for consent and shows no article",
    Obstacle.PAYWALL: "the page shows only the beginning of an article that has to be paid for",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says; its text is empty when something stands before it."""

    draft: Draft
    obstacle: Obstacle = Obstacle.NONE


def read_page(html: str, where: str) -> Draft:
    """The article of a saved page; raises IngestError when there is none."""
    reading = examine(html, where)
    if reading.obstacle:
        raise IngestError(_REFUSALS[reading.obstacle])
    return reading.draft


def examine(html: str, where: str = "", *, url: str = "") -> Reading:
    """All that a page says about its article; raises IngestError when it is no page."""
    page = take_apart(html)
    title = title_of(page)
    obstacle, text = obstacle_of(page, text_of(page, html, title=title))
    if not obstacle and len(text) < LEAST_TEXT:
        obstacle, text = Obstacle.NO_TEXT, ""
    draft = Draft(
        origin=Origin.PAGE,
        url=_address(page),
        title=title,
        text=text,
        summary=page.said("description")
        or page.meta.get("og:description", "")
        or page.meta.get("description", ""),
        publisher=name_of(page.linked.get("publisher")) or page.meta.get("og:site_name", ""),
        language=page.language,
        author=_author(page),
        section=string_of(page.linked.get("articleSection")) or page.meta.get("article:section", ""),
        published_at=published_at(page, url=url),
        where=where,
    )
    return Reading(draft, obstacle)


def _address(page: Page) -> str:
    canonical = [
        node.get("href") or ""
        for node in page.tree.iter("link")
        if "canonical" in (node.get("rel") or "").lower().split()
    ]
    for address in (*canonical, page.meta.get("og:url", ""), page.said("url")):
        try:
            return canonical_url(address)
        except IngestError:
            continue
    return ""


def _author(page: Page) -> str:
    """Persons' names; an address is no name."""
    said = page.meta.get("author", "") or page.meta.get("article:author", "")
    return name_of(page.linked.get("author")) or ("" if said.startswith("http") else said)
