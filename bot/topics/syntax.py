"""A query's text into its items: words, phrases, fields, exclusions, alternatives; knows no language."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from bot.errors import BadQuery, QueryFault

MAX_CHARACTERS = 300
MAX_ITEMS = 16


class Field(StrEnum):
    PUBLISHER = "publisher"
    LANGUAGE = "language"
    COUNTRY = "country"
    SINCE = "since"
    UNTIL = "until"
    TITLE = "title"
    ALIASES = "aliases"


FIELDS = {
    "quelle": Field.PUBLISHER,
    "source": Field.PUBLISHER,
    "publisher": Field.PUBLISHER,
    "sprache": Field.LANGUAGE,
    "language": Field.LANGUAGE,
    "land": Field.COUNTRY,
    "country": Field.COUNTRY,
    "seit": Field.SINCE,
    "since": Field.SINCE,
    "bis": Field.UNTIL,
    "until": Field.UNTIL,
    "titel": Field.TITLE,
    "title": Field.TITLE,
    "aliase": Field.ALIASES,
    "aliases": Field.ALIASES,
}
"""What people type before a colon."""


@dataclass(frozen=True, slots=True)
class Item:
    """One wish: a word or a phrase, perhaps of a field, perhaps unwanted."""

    text: str
    field: Field | None = None
    is_phrase: bool = False
    is_unwanted: bool = False
    is_alternative: bool = False
    """Joined to the item before it by OR."""
    name: str = ""
    """The field as it was typed, in its language."""


QUOTES = '"„“”‟«»'
_PIECE = re.compile(
    rf"""
    (?P<minus>(?:(?<=\s)|^)[-–−](?=\S))?
    (?:(?P<field>[^\W\d_]+):(?=\S))?
    (?: [{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]
      | (?P<open>[{QUOTES}])
      | (?P<bar>\|)
      | (?P<word>[^\s|{QUOTES}]+)
    )
    """,
    re.VERBOSE,
)
_DANGLING_FIELD = re.compile(r"(?:^|[\s-])([^\W\d_]+):(?=\s|$)")


def items(text: str) -> list[Item]:
    """The items in order; raises BadQuery for what cannot be taken apart."""
    if len(text) > MAX_CHARACTERS:
        raise BadQuery(QueryFault.TOO_LONG, f"the query is longer than {MAX_CHARACTERS} characters")
    dangling = _DANGLING_FIELD.search(text)
    if dangling and dangling[1].lower() in FIELDS:
        raise BadQuery(
            QueryFault.MISSING_VALUE,
            f"{dangling[1]}: lacks a value, such as {dangling[1]}:…",
            about=dangling[1],
        )
    found: list[Item] = []
    alternative = False
    for match in _PIECE.finditer(text):
        if match["open"]:
            raise BadQuery(QueryFault.QUOTE, "a quotation mark is not closed", about=text[match.start() :])
        if match["bar"] or (match["word"] in {"OR", "ODER"} and not match["minus"] and not match["field"]):
            alternative = True
            continue
        item = _item(match)
        if alternative:
            item = _joined(found, item)
            alternative = False
        found.append(item)
    if alternative:
        raise BadQuery(QueryFault.OR, "OR stands between two words", about="OR")
    return bounded(found)


def bounded(found: list[Item]) -> list[Item]:
    """The same items; raises BadQuery where they are too many."""
    if len(found) > MAX_ITEMS:
        raise BadQuery(QueryFault.TOO_LONG, f"the query has more than {MAX_ITEMS} words")
    return found


def _item(match: re.Match[str]) -> Item:
    name, text = match["field"], match["phrase"] if match["phrase"] is not None else match["word"]
    field = FIELDS.get(name.lower()) if name else None
    if name and field is None:
        near = get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.75)
        if near:
            raise BadQuery(
                QueryFault.UNKNOWN_FIELD,
                f"{name}: is not known; {near[0]}: is",
                about=name,
                suggestion=near[0],
            )
        text = f"{name}:{text}"  # a colon people wrote, not meant for us
    return Item(
        text,
        field,
        is_phrase=match["phrase"] is not None,
        is_unwanted=bool(match["minus"]),
        name=name.lower() if field else "",
    )


def _joined(before: list[Item], item: Item) -> Item:
    if not before or any(
        other.is_unwanted or other.field not in {None, Field.TITLE, Field.COUNTRY}
        for other in (before[-1], item)
    ):
        raise BadQuery(QueryFault.OR, "OR stands between two words that are looked for", about="OR")
    return replace(item, is_alternative=True)
