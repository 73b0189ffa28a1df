"""Sections as publishers file articles: a match is no politics, and readers ask for the business news."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.analysis.folding import fold
from storage.records import Article

_SPORT = re.compile(
    r"^(?:sports?|fu(?:ss|ß)ball|football|soccer|bundesliga|tennis|olympia|formel-?1)\b", re.IGNORECASE
)

# How publishers name the sections readers know, by the beginnings of their names, in lower case.
SECTIONS: dict[str, tuple[str, ...]] = {
    "politics": ("polit", "inland", "ausland", "innenpoli", "international", "world", "welt", "monde"),
    "economy": (
        "wirtschaft", "econom", "économ", "business", "unternehmen", "finan", "markt", "märkte", "maerkte",
        "market", "konjunktur", "geld", "börse", "boerse", "immobilien", "money",
    ),
    "sport": ("sport", "fußball", "fussball", "football", "soccer", "bundesliga", "tennis", "formel"),
    "culture": ("kultur", "cultur", "feuilleton", "arts", "musik", "music", "film", "literatur", "books"),
    "science": ("wissen", "scien", "forschung", "raumfahrt"),
    "health": ("gesundheit", "health", "medizin", "sant"),
    "environment": ("umwelt", "environment", "klima", "climate", "natur"),
    "technology": ("tech", "digital", "netz", "internet", "computer"),
    "people": ("panorama", "vermischtes", "chronik", "gesellschaft", "leute", "people", "life", "leben"),
}  # fmt: skip


def section_named(text: str) -> str | None:
    """The section a reader means by one word; None for a word that names none."""
    word = text.casefold()
    for name, beginnings in SECTIONS.items():
        if word == name or word.startswith(beginnings) or fold(word).startswith(beginnings):
            return name
    return None


def is_sport(article: Article) -> bool:
    """By the section it is filed under, else by the folders of its address."""
    if article.section:
        return bool(_SPORT.match(article.section))
    return any(_SPORT.match(folder) for folder in urlsplit(article.url).path.split("/")[1:-1])
