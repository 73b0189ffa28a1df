"""Recognises pages that show something else than their article: consent walls, and stubs before a paywall."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import regex

from bot.articles.page_tree import Page
from bot.articles.page_words import CONSENT_WORDS, WALL_PHRASES


class Obstacle(StrEnum):
    """Why a page's text is not the article's."""

    NONE = ""
    CONSENT = "consent"
    PAYWALL = "paywall"
    NO_TEXT = "no text"


# So much text before a paywall is the article itself, kept by somebody who may read it.
LEAST_PAID_TEXT = 1_500
_CONSENT = regex.compile("|".join(CONSENT_WORDS.split()), regex.IGNORECASE)
# So many such words among all are about the page, not the world.
LEAST_CONSENT = 0.045
LEAST_CONSENT_WORDS = 5
_WALL_LINE = regex.compile(
    rf".{{0,80}}(?:{'|'.join(WALL_PHRASES.strip().splitlines())}).{{0,160}}", regex.IGNORECASE
)
_WALL_BOX = re.compile(r"paywall|piano-|offer-|regwall|subscription-wall|plus-wall|abo-wall", re.IGNORECASE)
MOST_STUB = 1_200


def obstacle_of(page: Page, text: str) -> tuple[Obstacle, str]:
    """What stands between us and the article, and the text without the lines of a wall."""
    if _is_consent(text):
        return Obstacle.CONSENT, ""
    lines = text.split("\n")
    kept = [line for line in lines if not _WALL_LINE.fullmatch(line)]
    rest = "\n".join(kept)
    said_paid = is_paid(page.linked)
    if said_paid and len(rest) < LEAST_PAID_TEXT:
        return Obstacle.PAYWALL, ""
    has_wall = len(kept) < len(lines) or _has_wall_box(page)
    if has_wall and not said_paid and len(rest) < MOST_STUB:
        return Obstacle.PAYWALL, ""
    if not rest:
        return Obstacle.NO_TEXT, ""
    return Obstacle.NONE, rest


def is_paid(linked: Mapping[str, Any]) -> bool:
    """Whether the page marks its article as not free to read."""
    parts = linked.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    said = [linked.get("isAccessibleForFree")]
    said += [part.get("isAccessibleForFree") for part in parts if isinstance(part, dict)]
    return any(str(value).strip().lower() in {"false", "no", "http://schema.org/false"} for value in said)


def _is_consent(text: str) -> bool:
    words = len(text.split())
    found = len(_CONSENT.findall(text))
    return found >= LEAST_CONSENT_WORDS and found >= words * LEAST_CONSENT


def _has_wall_box(page: Page) -> bool:
    return any(
        _WALL_BOX.search(f"{node.get('class') or ''} {node.get('id') or ''}")
        for node in page.tree.iter("div", "section", "aside")
    )
