"""A query's words as they were meant: written in one, and with their umlauts, as the archive has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.analysis.analyser import Analyser
from bot.analysis.tokens import clean
from bot.analysis.tokens import words as tokens
from bot.topics.syntax import Field, Item, bounded, items

RARER, SELDOM = 5, 30
"""A word of so few articles, so many times rarer than with its dots, may have been typed without umlauts."""
HARDLY = 100
"""So much rarer than each of its words no compound was meant: "Berlin Wahl" is about both."""
MOST_RESPELT = 6
"""Words of a query that is respelt; a longer one says what it means."""


def telling_terms(text: str, analyser: Analyser) -> set[str]:
    """Terms whose frequency in the archive tells how a query is meant; see `parse`."""
    plain = [item if is_plain(item) else None for item in split(items(clean(text.replace("\x00", " "))))]
    found: set[str] = set()
    for first, second in pairwise(plain):
        if first and second and not second.is_alternative:
            found.add(_together(first, second, analyser))
            found |= {*_apart(first, analyser), *_apart(second, analyser)}
    for item in plain:
        dotted = _dotted(item, analyser) if item else {}
        if item and dotted:
            found |= {*dotted.values(), *analyser.words.readings(item.text, "de")}
    return found


def split(asked: Iterable[Item]) -> list[Item]:
    """One item a word: "Kim,Trump" are two; raises BadQuery where they are too many."""
    found: list[Item] = []
    for item in asked:
        if item.is_phrase or item.field not in {None, Field.TITLE}:
            found.append(item)
            continue
        stars = item.text.rstrip("*")
        words = tokens(stars)
        for place, word in enumerate(words):
            is_last = place == len(words) - 1
            text = word + "*" if is_last and stars != item.text else word
            if text in {"OR", "ODER"}:  # out of "0:OR": a word, and to stay one when it is read again
                text = text.lower()
            found.append(
                replace(item, text=text, is_alternative=item.is_alternative and place == 0)
                if place == 0 or item.is_unwanted
                else Item(text, item.field, name=item.name)
            )
    return bounded(found)


def joined(asked: Sequence[Item], analyser: Analyser, known: Mapping[str, int]) -> Iterable[Item]:
    """With "Atom U-Boot" as "Atom-U-Boot", where that is a word."""
    place = 0
    while place < len(asked):
        item = asked[place]
        following = asked[place + 1] if place + 1 < len(asked) else None
        if following and _is_one(item, following, analyser, known):
            yield replace(item, text=f"{item.text}-{following.text}")
            place += 2
            continue
        yield item
        place += 1


def _is_one(first: Item, second: Item, analyser: Analyser, known: Mapping[str, int]) -> bool:
    """Whether two words are a compound written apart: one by the list or the archive, and no rarity in it."""
    if not (is_plain(first) and is_plain(second)) or second.is_alternative:
        return False
    together = known.get(_together(first, second, analyser), 0)
    if not together and not analyser.words.lexicon.is_noun_compound(first.text, second.text):
        return False
    each = [sum(known.get(term, 0) for term in _apart(item, analyser)) for item in (first, second)]
    return HARDLY * together >= min(each)


def _apart(item: Item, analyser: Analyser) -> tuple[str, ...]:
    return analyser.words.readings(item.text, "de")


def is_plain(item: Item) -> bool:
    return item.field is None and not (item.is_phrase or item.is_unwanted or item.text.endswith("*"))


def _together(first: Item, second: Item, analyser: Analyser) -> str:
    """The term of two words if they are one: "EU Staaten" as "EU-Staaten"."""
    word = analyser.words.word(f"{first.text}-{second.text}", "de")
    return word.term if word else ""


def respelt(asked: list[Item], analyser: Analyser, counts: Mapping[str, int]) -> list[Item]:
    """With "Hauser OR Häuser" for "Hauser", where the archive hardly has the one and often the other."""
    if not counts or len(asked) > MOST_RESPELT:
        return asked
    found: list[Item] = []
    for item in asked:
        found.append(item)
        dotted = _dotted(item, analyser) if is_plain(item) else {}
        if dotted:
            own = sum(counts.get(term, 0) for term in analyser.words.readings(item.text, "de"))
            best = max(dotted, key=lambda spelling: counts.get(dotted[spelling], 0))
            if own < SELDOM and counts.get(dotted[best], 0) > RARER * own:
                found.append(replace(item, text=best, is_alternative=True))
    return found


def _dotted(item: Item, analyser: Analyser) -> dict[str, str]:
    """What a word may be that is one as it stands, if it lost its umlaut: spellings with their terms."""
    if analyser.words.lexicon.lemma_of_any_spelling(item.text) is None:
        return {}  # read so in any case
    if any(written in item.text.lower() for written in ("ae", "oe", "ue")):
        return {}  # who writes umlauts out has not left them out
    own = analyser.words.readings(item.text, "de")
    dotted = analyser.words.dotted(item.text) if own else {}
    return {spelling: term for spelling, term in dotted.items() if term not in own}
