"""Headlines that look alike and are not: the same series, another day, place or match."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from bot.stories.sketch import fold

# So much of two headlines is the same before the rest is looked at.
SAME_FRAME = 0.5

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
_DATE = re.compile(r"\d{1,2}\.(?:\d{1,2}\.?)?(?:\d{2,4})?")
_RESULT = re.compile(r"\d{1,3}:\d{1,3}")


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
