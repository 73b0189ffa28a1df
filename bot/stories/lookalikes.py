"""Headlines that look alike and are not: the same series, another day, place or match."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import SequenceMatcher

from bot.stories.facts import numbers
from bot.stories.member import Member
from bot.stories.sketch import kicker, lead, without_kicker
from bot.stories.spelling import fold
from bot.stories.teller import is_one_teller, teller
from storage.records import Article

# So much of two headlines is the same before the rest is looked at.
SAME_FRAME = 0.5
# A form filled in anew: after half a day so much of the beginning is the same, and hardly a number is.
SAME_FORM = 0.35
FORM_WORDS = 60
FORM_NUMBERS = 3
SAME_NUMBERS = 1 / 3
NEXT_ISSUE = timedelta(hours=12)
LEAST_LETTERS = 4

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*\.?|[^\W\d_]+(?:[-'’][^\W_]+)*")
_DAYS = frozenset(
    """
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    monday tuesday wednesday thursday friday saturday sunday
    januar februar maerz april mai juni juli august september oktober november dezember
    january february march may june july october december
    woche kw ausgabe folge teil episode spieltag
    """.split()  # noqa: SIM905 - a list of names reads better so
)
# A page that grows all day holds many events; its parts tell one each.
_TICKER = re.compile(
    r"\b(?:(?:live|news)\W?)?(?:ticker|blog)\b|\blive\W?updates?\b",
    re.IGNORECASE,
)
# What an outlet sends round about its own day tells many events and belongs to none of them.
_ROUND = re.compile(
    r"die lage am (?:morgen|mittag|abend)|(?:news|nachrichten|wochen)\W?quiz\b"
    r"|nachrichten am (?:morgen|abend)|das wichtigste (?:vom|am|des|aus)\b|was heute wichtig"
    r"|der (?:tag|morgen|abend) im überblick"
    r"|(?:morning|evening|daily|news) (?:briefing|round-?up|quiz)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}\.(?:\d{1,2}\.?)?(?:\d{2,4})?")
_RESULT = re.compile(r"\d{1,3}:\d{1,3}")


def is_another(article: Article, member: Member) -> bool:
    """However alike: a round-up, the next issue of a series, a ticker and its parts, a form filled anew."""
    if _ROUND.match(article.title) or _ROUND.match(member.title):
        return True
    same_publisher = is_one_teller(teller(article), member.teller)
    if is_lookalike(article.title, member.title, same_publisher=same_publisher):
        return True
    if same_publisher and (
        _is_ticker_beside(article.title, member.title) or _is_series(article.title, member.title)
    ):
        return True
    apart = abs(article.published_at - member.published_at)
    return apart >= NEXT_ISSUE and is_filled_in_anew(lead(article), member.lead)


def is_filled_in_anew(one: str, other: str) -> bool:
    """Two beginnings share their form and differ in nearly every figure: draws, closing prices, forecasts."""
    # Single digits are counts of anything.
    mine, theirs = ({number for number in numbers(text) if len(number) > 1} for text in (one, other))
    if min(len(mine), len(theirs)) < FORM_NUMBERS:
        return False
    if len(mine & theirs) > SAME_NUMBERS * min(len(mine), len(theirs)):
        return False
    return SequenceMatcher(None, _form(one), _form(other), autojunk=False).ratio() >= SAME_FORM


def _form(text: str) -> list[str]:
    """The first words, with a blank for each figure."""
    return ["0" if token[0].isdigit() else fold(token) for token in _TOKEN.findall(text)[:FORM_WORDS]]


def _is_ticker_beside(one: str, other: str) -> bool:
    """Of one publisher: a ticker, and what else it tells, unless both carry one headline."""
    if not (_TICKER.search(one) or _TICKER.search(other)):
        return False
    return fold(without_kicker(one)) != fold(without_kicker(other))


def _is_series(one: str, other: str) -> bool:
    """Of one publisher: the same kicker, and not a longer word in common after it."""
    if not kicker(one) or kicker(one) != kicker(other):
        return False
    mine, theirs = (_long_words(without_kicker(title)) for title in (one, other))
    return not any(word[:LEAST_LETTERS] == own[:LEAST_LETTERS] for word in mine for own in theirs)


def _long_words(text: str) -> set[str]:
    return {fold(token) for token in _TOKEN.findall(text) if len(token) > LEAST_LETTERS}


def is_lookalike(one: str, other: str, *, same_publisher: bool) -> bool:
    """The headlines share their frame and differ in what tells two events of one kind apart.

    A new count in an old headline ("41 statt 23 Fälle") is a development, so plain numbers alone
    do not tell events apart; days, dates, results and, within one publisher, names do.
    """
    mine, theirs = _TOKEN.findall(one), _TOKEN.findall(other)
    matcher = SequenceMatcher(None, [fold(token) for token in mine], [fold(token) for token in theirs], False)
    if matcher.ratio() < SAME_FRAME:
        return False
    swaps = [
        (mine[left:left_end], theirs[right:right_end])
        for kind, left, left_end, right, right_end in matcher.get_opcodes()
        if kind == "replace"
    ]
    if any(_is_when(gone) and _is_when(came) for gone, came in swaps):
        return True
    if any(_is_result(gone) and _is_result(came) for gone, came in swaps):
        return True
    return same_publisher and bool(swaps) and all(_is_name(gone) and _is_name(came) for gone, came in swaps)


def _is_when(tokens: list[str]) -> bool:
    return any(fold(token) in _DAYS or _DATE.fullmatch(token) for token in tokens)


def _is_result(tokens: list[str]) -> bool:
    return any(_RESULT.fullmatch(token) for token in tokens)


def _is_name(tokens: list[str]) -> bool:
    return len(tokens) <= 2 and all(token[0].isupper() for token in tokens)
