"""Pairs of frequent words that follow each other, each a term of its own.

A phrase of two words that stand in many articles and seldom together would have all places of both walked;
its pair is found at once. Known as combined index (Williams, Zobel, Bahle: Fast phrase querying with combined
indexes, ACM TOIS 22, 2004) and as Lucene's CommonGramsFilter. Pairs stand in the lines of what an article is
found by as well; an `Analysis` has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise, product
from math import prod

from sqlalchemy import func, insert, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import postgresql, sqlite
from storage.queries import MOST_READINGS, PAIR_SIGN, AllOf, AnyOf, Match, Phrase, Term
from storage.schema import analyses, frequent_terms, terms

# In so many articles, and in this share of all, stands what is frequent.
LEAST, SHARE = 5_000, 0.05
PUBLISHERS = PAIR_SIGN
"""Stands among the frequent words for the terms of publishers, which older articles get along with pairs."""


class Pairs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = sqlite if connection.dialect.name == "sqlite" else postgresql

    async def frequent(self) -> frozenset[str]:
        """Words whose pairs are written down with each article from now on; none is added meanwhile."""
        await self._lock(self._dialect.KEEP_FREQUENT)
        return frozenset(await self._connection.scalars(select(frequent_terms.c.term)))

    async def add_frequent(self) -> None:
        """Look for words that have become frequent; what is frequent once stays so.

        Who writes articles without their pairs has committed before, so these are looked at later.
        """
        await self._lock(self._dialect.ADD_FREQUENT)
        articles = await self._connection.scalar(select(func.count()).select_from(analyses)) or 0
        many = max(LEAST, int(SHARE * articles))
        known = select(frequent_terms.c.term)
        new = select(terms.c.term, literal(0), literal(False)).where(
            terms.c.articles >= many, ~terms.c.term.contains(PAIR_SIGN), terms.c.term.not_in(known)
        )
        await self._connection.execute(
            insert(frequent_terms).from_select(["term", "looked_to", "is_complete"], new)
        )

    async def _lock(self, statement: str) -> None:
        if statement:
            await self._connection.exec_driver_sql(statement)

    async def waiting(self) -> int | None:
        """The article after which some frequent words' pairs are not known yet; None when all are.

        Who asks has the turn: on PostgreSQL others wait until the transaction ends.
        """
        behind = select(frequent_terms.c.looked_to).where(~frequent_terms.c.is_complete)
        first = behind.order_by(frequent_terms.c.looked_to).limit(1).with_for_update()
        return await self._connection.scalar(first)

    async def looked(self, words: AbstractSet[str], *, after: int, to: int | None) -> None:
        """The pairs of these words are known in the articles after one and to another, None the last."""
        now = {"looked_to": to} if to is not None else {"is_complete": True}
        theirs = frequent_terms.c.term.in_(words), frequent_terms.c.looked_to >= after
        behind = frequent_terms.c.looked_to < to if to is not None else true()
        await self._connection.execute(update(frequent_terms).where(*theirs, behind).values(now))


def with_pairs(also: str, words: str, frequent: AbstractSet[str], *more: str) -> str:
    """A line of other terms, with the pairs of frequent ones in a line of words, and more of our own."""
    pairs = {
        f"{first}{PAIR_SIGN}{second}"
        for first, second in pairwise(words.split())
        if first in frequent and second in frequent
    }
    return " ".join([*without_pairs(also), *sorted(pairs), *more])


def without_pairs(also: str) -> list[str]:
    """The other terms of a line as analysis found them."""
    found = also.split()
    return [term for term in found if PAIR_SIGN not in term] if PAIR_SIGN in also else found


def words_in_phrases(match: Match | None) -> set[str]:
    """The terms that phrases are made of."""
    match match:
        case Phrase(words):
            return {term for word in words for term in word}
        case AllOf(parts) | AnyOf(parts):
            return {term for part in parts for term in words_in_phrases(part)}
        case _:
            return set()


def paired(match: Match, frequent: AbstractSet[str]) -> Match:
    """The same match, with the pairs of frequent words in phrases looked for as terms."""
    match match:
        case Phrase(words, in_title):
            return _paired(words, frequent, in_title=in_title) or match
        case AllOf(parts) | AnyOf(parts):
            return replace(match, parts=tuple(paired(part, frequent) for part in parts))
        case _:
            return match


def _paired(words: Sequence[Sequence[str]], frequent: AbstractSet[str], *, in_title: bool) -> Match | None:
    """A phrase by its readings; None where no reading has a pair, or they are too many."""
    if prod(map(len, words)) > MOST_READINGS:
        return None
    two, others, has_pairs = [], [], False
    for reading in product(*words):
        pairs = [
            f"{first}{PAIR_SIGN}{second}"
            for first, second in pairwise(reading)
            if first in frequent and second in frequent
        ]
        has_pairs = has_pairs or bool(pairs)
        if len(pairs) == len(reading) - 1 == 1:
            two += pairs
            continue
        phrase = Phrase(tuple((term,) for term in reading), in_title)
        others.append(AllOf((*(Term((pair,), in_title) for pair in pairs), phrase)) if pairs else phrase)
    if not has_pairs:
        return None
    parts: list[Match] = [*([Term(tuple(two), in_title)] if two else []), *others]
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
