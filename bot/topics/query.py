"""A query's meaning in terms: the same for a search over the past and for a topic over the future."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.analysis.aliases import Group, is_country
from bot.analysis.analyser import Analyser, Reading
from bot.analysis.folding import fold, fold_bare
from bot.analysis.languages import code_of, names_of_languages
from bot.analysis.tokens import clean
from bot.analysis.tokens import words as tokens
from bot.errors import BadQuery, QueryFault
from bot.topics.dates import since, until
from bot.topics.key import key_of
from bot.topics.meant import is_plain, joined, respelt, split
from bot.topics.syntax import Field, Item, items
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, TermQuery

MIN_PREFIX = 3
_ON, _OFF = frozenset(("an", "on", "ja", "yes")), frozenset(("aus", "off", "nein", "no"))
_FILTERS = frozenset((Field.SINCE, Field.UNTIL, Field.PUBLISHER, Field.LANGUAGE))
LONGEST_NAME = 5
"""Words in a name the alias lists have, such as "Vereinigte Staaten von Amerika"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was asked, understood."""

    key: str
    """The same for all spellings of one wish."""
    text: str
    """As typed, with compounds joined; understood by itself, without the archive's help."""
    terms: TermQuery
    words: tuple[str, ...]
    """What is looked for, as typed, without fields and exclusions."""
    aliases: tuple[str, ...]
    """What else is found by them, as shown to people."""
    has_aliases_off: bool = False
    """Other names were left out on request."""


@dataclass(slots=True)
class _Parts:
    """What the items add up to."""

    wanted: list[Match] = field(default_factory=list)
    unwanted: list[Match] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    unwanted_publishers: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    dates: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    stop_words: list[str] = field(default_factory=list)
    speech: str = "de"
    """The language whose little words are passed over."""
    with_aliases: bool = True


def parse(
    text: str, *, analyser: Analyser, now: datetime, zone: ZoneInfo, counts: Mapping[str, int] | None = None
) -> Query:
    """Understand a query; raises BadQuery.

    `counts` is what the archive knows of `telling_terms`: two neighbours that make one of its words are
    looked for as that compound, a word it hardly has also as one that lost its umlaut. Without it words mean
    what they say: so the `text` of a query, as a topic keeps it, is the same query for ever.
    """
    asked = _paired(split(items(clean(text.replace("\x00", " ")))))
    if counts is not None:
        asked = respelt(list(joined(asked, analyser, counts)), analyser, counts)
    parts = _Parts(languages=[_language(item) for item in asked if item.field is Field.LANGUAGE])
    parts.with_aliases = all(_is_on(item) for item in asked if item.field is Field.ALIASES)
    typed = [item.text for item in asked if item.field in {None, Field.TITLE}]
    parts.speech = analyser.speech_of(word for text_ in typed for word in tokens(text_))
    for run in _runs(asked, analyser, with_names=parts.with_aliases):
        _add(run, parts, analyser, now=now, zone=zone)
    _check(parts)
    terms = TermQuery(
        match=_all(parts.wanted),
        unwanted=_any(parts.unwanted),
        publishers=tuple(sorted(set(parts.publishers))),
        unwanted_publishers=tuple(sorted(set(parts.unwanted_publishers))),
        languages=tuple(sorted(set(parts.languages))),
        since=parts.since,
        until=parts.until,
    )
    return Query(
        key=key_of(terms, parts.dates),
        text=_written(asked),
        terms=terms,
        words=tuple(parts.words),
        aliases=tuple(dict.fromkeys(name for name in parts.aliases if name not in parts.words)),
        has_aliases_off=not parts.with_aliases,
    )


def without_switch(text: str) -> str:
    """The query's text without what it says of aliases: with all of them."""
    return _written([item for item in items(text) if item.field is not Field.ALIASES])


def without_filters(text: str) -> tuple[str, str]:
    """The query's words alone, and its filters: time, publisher, language. Either may be empty."""
    words, filters = list[Item](), list[Item]()
    for item in items(text):
        (filters if item.field in _FILTERS else words).append(item)
    return _written(words), _written(filters)


def _paired(asked: Iterable[Item]) -> list[Item]:
    """An OR whose other side fell away, having no letter in it, is none."""
    found: list[Item] = []
    for item in asked:
        before = found[-1] if found else None
        if item.is_alternative and (
            before is None or before.is_unwanted or before.field not in {None, Field.TITLE, Field.COUNTRY}
        ):
            found.append(replace(item, is_alternative=False))
        else:
            found.append(item)
    return found


def _runs(
    asked: Sequence[Item], analyser: Analyser, *, with_names: bool
) -> Iterable[tuple[list[Item], str | None]]:
    """Items one by one, but a name of several words in one, with its group: "Vereinigte Staaten"."""
    place = 0
    while place < len(asked):
        length, group = 1, None
        if with_names and is_plain(asked[place]):
            for end in range(min(len(asked), place + LONGEST_NAME), place + 1, -1):
                run = asked[place:end]
                if all(is_plain(item) and not item.is_alternative for item in run[1:]) and is_plain(run[0]):
                    group = analyser.read_name([item.text for item in run])
                    if group is not None:
                        length = end - place
                        break
        yield list(asked[place : place + length]), group
        place += length


def _add(
    found: tuple[list[Item], str | None], parts: _Parts, analyser: Analyser, *, now: datetime, zone: ZoneInfo
) -> None:
    run, group = found
    item = run[0]
    match item.field:
        case Field.PUBLISHER:
            name = " ".join(item.text.casefold().split())
            (parts.unwanted_publishers if item.is_unwanted else parts.publishers).append(name)
        case Field.SINCE:
            parts.since = since(item.text, now=now, zone=zone)
            parts.dates.append(f"since:{item.text.lower()}")
        case Field.UNTIL:
            parts.until = until(item.text, now=now, zone=zone)
            parts.dates.append(f"until:{item.text.lower()}")
        case Field.LANGUAGE | Field.ALIASES:
            pass
        case Field.COUNTRY:
            _add_match(item, Term((_country(item, analyser).term,)), parts)
        case _:
            _add_words(run, group, parts, analyser)
    if item.is_unwanted and item.field in {Field.SINCE, Field.UNTIL, Field.LANGUAGE, Field.ALIASES}:
        raise BadQuery(QueryFault.CANNOT_EXCLUDE, f"{item.field}: cannot be excluded", about=item.field.value)


def _add_words(run: list[Item], group: str | None, parts: _Parts, analyser: Analyser) -> None:
    item = run[0]
    typed = " ".join(one.text for one in run)
    if group is not None:
        match: Match | None = Term((group,))
    elif item.is_phrase:
        match = _phrase(item, parts, analyser)
    elif item.text.endswith("*"):
        match = _prefix(item)
    else:
        reading = analyser.read(item.text, speech=parts.speech, languages=parts.languages)
        if not parts.with_aliases:
            reading = replace(reading, group=None)
        match, group = _word(reading, in_title=item.field is Field.TITLE), reading.group
    if match is None:
        if typed.strip():
            parts.stop_words.append(typed)
        return
    if group is not None and not item.is_unwanted:
        parts.aliases += analyser.aliases.groups[group].names
    if not item.is_unwanted:
        parts.words.append(typed)
    _add_match(item, match, parts)


def _add_match(item: Item, match: Match, parts: _Parts) -> None:
    if item.is_unwanted:
        parts.unwanted.append(match)
    elif item.is_alternative and parts.wanted:
        before = parts.wanted.pop()
        others = before.parts if isinstance(before, AnyOf) and _is_choice(before) else (before,)
        parts.wanted.append(AnyOf((*others, match)))
    else:
        parts.wanted.append(match)


def _is_choice(match: AnyOf) -> bool:
    """Whether OR made it, rather than a compound's two spellings."""
    return not (
        len(match.parts) == 2 and isinstance(match.parts[1], Phrase) and len(match.parts[1].words) == 2
    )


def _word(reading: Reading, *, in_title: bool) -> Match | None:
    terms = ((reading.group,) if reading.group else ()) + reading.terms
    if not terms:
        return None
    term = Term(terms, in_title)
    if reading.halves is None:
        return term
    return AnyOf((term, Phrase(tuple((half,) for half in reading.halves), in_title)))


def _phrase(item: Item, parts: _Parts, analyser: Analyser) -> Match | None:
    words = tokens(item.text)
    readings = (analyser.read(word, speech=parts.speech, languages=parts.languages).terms for word in words)
    terms = tuple(reading for reading in readings if reading)
    return Phrase(terms, item.field is Field.TITLE) if terms else None


def _prefix(item: Item) -> Match:
    typed = item.text.rstrip("*")
    start, bare = fold(typed), fold_bare(typed)
    if len(start) < MIN_PREFIX:
        raise BadQuery(
            QueryFault.SHORT_PREFIX,
            f"{item.text} is too short: at least {MIN_PREFIX} letters before the asterisk",
            about=item.text,
        )
    in_title = item.field is Field.TITLE
    if start == bare:
        return Prefix(start, in_title)
    return AnyOf((Prefix(start, in_title), Prefix(bare, in_title)))


def _language(item: Item) -> str:
    code = code_of(item.text)
    if code is None:
        near = get_close_matches(fold(item.text), names_of_languages(), n=1, cutoff=0.75)
        raise BadQuery(
            QueryFault.UNKNOWN_LANGUAGE,
            f"{item.text!r} is no language; expected de, en, German or Deutsch",
            about=item.text,
            suggestion=near[0] if near else "",
        )
    return code


def _is_on(item: Item) -> bool:
    said = item.text.lower()
    if said not in _ON | _OFF:
        raise BadQuery(
            QueryFault.NOT_ON_OR_OFF,
            f"{item.text!r} is neither on nor off",
            about=item.text,
            suggestion="aus",
        )
    return said in _ON


def _country(item: Item, analyser: Analyser) -> Group:
    group = country_named(item.text, analyser)
    if group is None:
        raise BadQuery(
            QueryFault.UNKNOWN_COUNTRY,
            f"{item.text!r} is no country; expected a name or a code such as at",
            about=item.text,
            suggestion=_near_country(item.text, analyser),
        )
    return group


def country_named(text: str, analyser: Analyser) -> Group | None:
    """The group of a country's names, by one of them or its ISO code; None for what is no country."""
    group = analyser.aliases.by_code(text) if len(text) == 2 else None
    if group is not None:
        return group
    words = tokens(text)
    if not words:
        return None
    term = analyser.read_name(words) if len(words) > 1 else analyser.read(words[0]).group
    return analyser.aliases.groups[term] if term and is_country(term) else None


def _near_country(text: str, analyser: Analyser) -> str:
    """The country whose name is written much like this one."""
    groups = analyser.aliases.groups.values()
    names = {group.names[0].lower(): group.names[0] for group in groups if is_country(group.term)}
    near = get_close_matches(text.lower(), names, n=1, cutoff=0.75)
    return names[near[0]] if near else ""


def _check(parts: _Parts) -> None:
    filters = parts.publishers or parts.languages or parts.unwanted_publishers or parts.dates
    if parts.since and parts.until and parts.since >= parts.until:
        raise BadQuery(QueryFault.EMPTY_RANGE, "the time range ends before it begins")
    if parts.wanted or (filters and not parts.stop_words):
        return
    if parts.stop_words:
        raise BadQuery(
            QueryFault.ONLY_STOP_WORDS,
            "these words are in nearly every article: name what it is about",
            about=" ".join(parts.stop_words),
        )
    if parts.unwanted:
        raise BadQuery(QueryFault.ONLY_EXCLUSIONS, "exclusions need a word to exclude them from")
    raise BadQuery(QueryFault.EMPTY, "the query has no words")


def _all(matches: list[Match]) -> Match | None:
    distinct = tuple(dict.fromkeys(matches))
    return distinct[0] if len(distinct) == 1 else AllOf(distinct) if distinct else None


def _any(matches: list[Match]) -> Match | None:
    distinct = tuple(dict.fromkeys(matches))
    return distinct[0] if len(distinct) == 1 else AnyOf(distinct) if distinct else None


def _written(asked: Sequence[Item]) -> str:
    """The items as a query of the same meaning."""
    pieces = []
    for item in asked:
        text = f'"{item.text}"' if item.is_phrase else item.text
        name = f"{item.name or item.field.value}:" if item.field else ""
        if item.is_alternative:
            pieces.append("OR")
        pieces.append(("-" if item.is_unwanted else "") + name + text)
    return " ".join(pieces)
