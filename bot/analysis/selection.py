"""The two or three sentences that together tell most of what articles say again and again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import fsum

from storage.records import ArticleId

MOST_CHARACTERS = 360
TOO_ALIKE = 0.45
# What makes sentences worth telling together. What is said again and again in the text counts as 1 in sum;
# the publisher's teaser was written for this.
TITLE, POSITION, TEASER = 0.7, 0.4, 0.6
BRIEF, MOST_BRIEF, REPORT = 16, 2, 2
"""A text of half so many sentences is a report, which begins with the news unless its publisher wrote a
teaser: its beginning counts 16 times. A long one, where that is not even twice, may begin with a scene."""
ON_SUBJECT = 0.2
"""What the beginning of a long text has to tell of what is said again: a scene does not, and counts less."""
FILLING = 0.3
"""Of the room; what is left empty tells nothing."""
FOLLOWING = 0.05
"""A sentence reads best after the one it was written after."""
SAID_AGAIN = 25
"""So many terms of those said more than once are the sum that counts as 1."""
FADING, FAINTEST = 0.95, 0.5
"""What a sentence's terms count less than those of the one before, and what they count at least."""
LATER = 0.35
"""How much less each further article counts."""
LEAST_OF_OTHERS = 0.15
"""What a sentence of a further article has to add of what is said again: it may be about something else."""
# Several articles agree on what the news is; one alone is best known by its beginning.
AGREED = 3
"""So many articles, to be believed in full: then position counts half."""
STALE = 0.6
POOL = 14
"""Of so many sentences the best two or three are sought, each choice tried: a few hundred."""


@dataclass(frozen=True, slots=True)
class Candidate:
    text: str
    article_id: ArticleId
    rank: int
    """Of its article among those given."""
    number: int
    """Of the sentence among all of its article, teaser first."""
    position: int
    """Of the sentence in teaser or text."""
    is_teaser: bool
    brief: float
    """How much more the beginning of its text counts, 1 to 16."""
    needed: range
    """Sentences of its paragraph without which it cannot be understood."""
    stale: float
    """How surely it tells what was to come and has come by now, 0 to 1."""
    terms: frozenset[str]


def best(candidates: Sequence[Candidate], titles: Sequence[Sequence[str]], *, most: int) -> list[Candidate]:
    """Of all choices of so many sentences that fit the room the one worth most, in the order they are read.

    Sought is what covers most of the weight of terms, each counted once, as Gillick and Favre (2009) do with
    concepts. The titles' terms are those of all articles, in order of rank; candidates come in reading order.
    """
    agreed = 1 + min(len(titles) - 1, AGREED - 1) / (AGREED - 1)
    worth = _Worth(_weights(candidates, titles), agreed)
    return _search(worth, _pool(worth, [one for one in candidates if len(one.needed) < most]), most)


def brevity(count: int) -> float:
    """How much more the beginning of a text of so many sentences counts."""
    return min(MOST_BRIEF, max(1.0, BRIEF / max(1, count))) ** 4


def _weights(candidates: Sequence[Candidate], titles: Sequence[Sequence[str]]) -> dict[str, float]:
    """What it is worth to tell a term: said in several sentences, the earlier the more, or in a title.

    What one article alone says counts only if it is the first.
    """
    sayings: defaultdict[str, int] = defaultdict(int)
    sayers: defaultdict[str, set[int]] = defaultdict(set)
    weights: defaultdict[str, float] = defaultdict(float)
    for one in candidates:
        for term in one.terms:
            sayings[term] += 1
            sayers[term].add(one.rank)
            weights[term] += max(FADING**one.position, FAINTEST) / (1 + LATER * one.rank)
    for rank, title in enumerate(titles):
        for term in title:
            sayers[term].add(rank)
    shared = {term for term, ranks in sayers.items() if len(ranks) > 1 or 0 in ranks}
    titled = Counter(term for title in titles for term in title if term in shared)
    again = {term: weights[term] for term in shared if sayings[term] > 1 or term in titled}
    most = fsum(nlargest(SAID_AGAIN, again.values())) or 1.0
    return {term: again[term] / most + TITLE * titled[term] / max(1, titled.total()) for term in again}


@dataclass(frozen=True, slots=True)
class _Worth:
    weights: dict[str, float]
    agreed: float

    def new_in(self, one: Candidate, told: frozenset[str] = frozenset()) -> float:
        """What the sentence adds to a choice that tells these terms already."""
        # Exact: a set's order differs from process to process.
        return fsum([self.weights[term] for term in one.terms - told if term in self.weights])

    def by_itself(self, one: Candidate) -> float:
        """What it is worth whatever else is told."""
        early = one.brief * (1 - one.stale) / (1 + one.position) ** 2 / (1 + LATER * one.rank) / self.agreed
        if one.brief <= REPORT:
            early *= min(1.0, self.new_in(one) / ON_SUBJECT)
        return (
            POSITION * early
            + FILLING * len(one.text) / MOST_CHARACTERS
            + TEASER * one.is_teaser / (1 + one.rank)
            - STALE * one.stale
        )


def _search(worth: _Worth, pool: Sequence[Candidate], most: int) -> list[Candidate]:
    """Tries every choice; a first sentence longer than the room stands alone in it."""
    by_itself = [worth.by_itself(one) for one in pool]
    alike = {
        (place, other)
        for other in range(len(pool))
        for place in range(other)
        if _overlap(pool[place], pool[other]) > TOO_ALIKE and not _needs(pool[other], pool[place])
    }
    found: tuple[int, ...] = ()
    most_worth = 0.0

    def extend(picked: tuple[int, ...], told: frozenset[str], value: float, room: int) -> None:
        nonlocal found, most_worth
        if value > most_worth:
            found, most_worth = picked, value
        if len(picked) == most:
            return
        before = [pool[place] for place in picked]
        for place in range(picked[-1] + 1 if picked else 0, len(pool)):
            one = pool[place]
            if (picked and len(one.text) > room) or not _is_understood(one, before):
                continue
            if any((other, place) in alike for other in picked):
                continue
            new = worth.new_in(one, told)
            if picked and one.rank != before[0].rank and new < LEAST_OF_OTHERS:
                continue
            value_with = value + new + by_itself[place] + FOLLOWING * _follows(one, before)
            extend((*picked, place), told | one.terms, value_with, room - len(one.text) - 1)

    extend((), frozenset(), 0.0, MOST_CHARACTERS)
    return [pool[place] for place in found]


def _pool(worth: _Worth, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentences worth most, with those they need, in the order they are read."""
    ranked = sorted(
        candidates, key=lambda one: (-worth.new_in(one) - worth.by_itself(one), one.rank, one.number)
    )[:POOL]
    needed = {(one.rank, number) for one in ranked for number in one.needed}
    kept = {(one.rank, one.number) for one in ranked} | needed
    return [one for one in candidates if (one.rank, one.number) in kept]


def _follows(one: Candidate, before: Sequence[Candidate]) -> bool:
    return bool(before) and (before[-1].rank, before[-1].number + 1) == (one.rank, one.number)


def _needs(one: Candidate, other: Candidate) -> bool:
    return one.rank == other.rank and other.number in one.needed


def _is_understood(one: Candidate, before: Sequence[Candidate]) -> bool:
    """What it leans on has been told."""
    return not one.needed or {other.number for other in before if other.rank == one.rank}.issuperset(
        one.needed
    )


def _overlap(one: Candidate, other: Candidate) -> float:
    """Share of the shorter sentence's words that are in the other."""
    shared = len(one.terms & other.terms)
    return shared / max(1, min(len(one.terms), len(other.terms)))
