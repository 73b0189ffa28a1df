"""Whose figure it is: interest, prices, jobs and growth are told of every area in the same words.

Central banks decide in the same week and by the same step, statistics come out month by month: reports on two
areas share nearly everything but the area's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.stories.member import Member
from bot.stories.sketch import lead
from storage.records import Article

# Where the title names no area the beginning does.
BEGINNING = 200

_INTEREST = re.compile(
    r"zins|notenbank|zentralbank|währungshüter|central bank|rate (?:cut|hike|rise|decision)|\brates\b"
    r"|(?:interest|key) rate|borrowing costs|quarter[ -]point|basis(?:punkte| points)|taux|banque centrale"
    r"|\btipos\b|banco central|\btassi\b|banca centrale|ключев\w+ ставк|центробанк|federal reserve"
    r"|bank of (?:england|japan|canada)|riksbank|norges bank|(?-i:\b(?:Fed|EZB|ECB|BCE|SNB|BNS|BoE|BoJ)\b)",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"inflation|teuerung|verbraucherpreis|consumer prices|arbeitslos|unemployment|jobless|chômage|desempleo"
    r"|disoccupazione|wirtschaftswachstum|bruttoinlandsprodukt|\bBIP\b|\bGDP\b|rezession|recession",
    re.IGNORECASE,
)
_EURO = "euro"
# Each by the names of its bank, its people and itself, as several languages write them.
_AREAS = {
    "us": r"\bFed\b|Federal Reserve|\bUSA?\b|\bU\.S\."
    r"|(?i:\bamerika|\bamerican|états-unis|estados unidos|stati uniti)",
    _EURO: r"\b(?:EZB|ECB|BCE)\b|(?i:europäische zentralbank|european central bank|banque centrale européenne"
    r"|banco central europeo|banca centrale europea|euro-?(?:raum|zone|land|area|länder|staaten)|zona euro)",
    "gb": r"\bBoE\b|\bUK\b"
    r"|(?i:bank of england|britisch|british|britain|großbritannien|royaume-uni|reino unido)",
    "ch": r"\b(?:SNB|BNS)\b|(?i:schweizer|\bschweiz\b|\bswiss\b|switzerland|suisse|suiza|svizzera)",
    "jp": r"\bBoJ\b|(?i:bank of japan|\bjapan|japon|giappone)",
    "se": r"(?i:riksbank|schwed|swed(?:en|ish)|suède|suecia)",
    "no": r"(?i:norges bank|norweg|norway|norvège|noruega)",
    "tr": r"(?i:türk|turk(?:ey|ish|iye)|turquie|turquía)",
    "ru": r"(?i:russland|russisch|russia|russie|rusia|банк\w* россии)",
    "cn": r"(?i:\bchin(?:a|e))",
    "ca": r"(?i:bank of canada|kanad|\bcanad)",
    "au": r"(?i:australi)",
    "de": r"(?i:deutsch|german|allemagne|alemania|germania)",
    "at": r"(?i:österreich|austria|autriche)",
    "fr": r"(?i:frankreich|französisch|\bfrance\b|french|français|francia)",
    "it": r"(?i:\bitalien|\bital(?:y|ian|ia)\b)",
    "es": r"(?i:spanien|spanisch|\bspain|spanish|españa|espagne)",
}
_NAMED = re.compile("|".join(f"(?P<{area}>{names})" for area, names in _AREAS.items()))
_OF_THE_EURO = frozenset(("de", "at", "fr", "it", "es"))


def is_elsewhere(article: Article | Member, members: Iterable[Member]) -> bool:
    """Whether the article tells another area's figure than most of these that name one."""
    own = _areas_of(article)
    if not own:
        return False
    named = [areas for areas in map(_areas_of, members) if areas]
    return 2 * sum(own.isdisjoint(areas) for areas in named) > len(named)


def _areas_of(told: Article | Member) -> frozenset[str]:
    return areas(told.title, (told.lead if isinstance(told, Member) else lead(told))[:BEGINNING])


@lru_cache(maxsize=20_000)
def areas(title: str, beginning: str) -> frozenset[str]:
    """The areas whose figures are told; none where the title is about no such figure or no area is named.

    The area of the euro has one rate of interest: its countries' is the same.
    """
    is_interest = bool(_INTEREST.search(title))
    if not is_interest and not _FIGURES.search(title):
        return frozenset()
    found = _named(title) or _named(beginning)
    if is_interest and found & _OF_THE_EURO:
        found |= {_EURO}
    return frozenset(found)


def _named(text: str) -> set[str]:
    return {match.lastgroup for match in _NAMED.finditer(text) if match.lastgroup}
