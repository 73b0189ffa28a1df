"""What is told today far more often than in the two weeks before: words of titles, names in full.

A word counts once for each publisher and story, so that neither a long-winded outlet nor a story's many
reports make a trend alone; of one event only its most striking word is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.analysis.analyser import Analyser
from bot.analysis.data.reading import data_lines
from bot.analysis.folding import fold
from bot.analysis.tokens import words
from storage.queries import Titled
from storage.records import ArticleId, StoryId

if TYPE_CHECKING:
    from storage.database import Transaction

TODAY, BEFORE = timedelta(days=1), timedelta(days=14)
# The newest so many are looked at: enough to know what is usual, and quick.
MOST_TODAY, MOST_BEFORE = 5_000, 12_000
LEAST_TOLD, LEAST_PUBLISHERS, LEAST_RISE = 3, 2, 2.0
# Words looked at more closely, the most striking first.
LOOKED_AT = 200
# Share of a word's stories that an earlier trend may have told already.
SHARED = 0.5
# Share of a word's reports that name it in full, for the full name to be shown.
IN_FULL = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A word or name that is on the rise."""

    name: str
    told: int
    """Publishers and stories that have it today."""
    usual: float
    """How many there are on a day like this otherwise."""
    story_ids: tuple[StoryId, ...]


async def trends(tx: Transaction, analyser: Analyser, *, now: datetime, most: int) -> list[Trend]:
    """The most striking first; none where there is nothing to compare today with."""
    begins = now - TODAY
    today = await tx.analyses.titled(begins, now, limit=MOST_TODAY)
    before = await tx.analyses.titled(begins - BEFORE, begins, limit=MOST_BEFORE)
    return rising(today, before, analyser, most=most)


def rising(
    today: Sequence[Titled], before: Sequence[Titled], analyser: Analyser, *, most: int
) -> list[Trend]:
    """The words of today's titles by how far they exceed what the days before let expect."""
    if not today or not before:
        return []
    told, usual = _told(today), Counter({term: len(where) for term, where in _told(before).items()})
    share = len(today) / len(before)
    scores = {
        term: (len(where) - usual[term] * share) / (usual[term] * share + 1) ** 0.5
        for term, where in told.items()
        if len(where) >= max(LEAST_TOLD, LEAST_RISE * usual[term] * share)
        and len({publisher for publisher, _ in where}) >= LEAST_PUBLISHERS
    }
    found: list[Trend] = []
    names = {fold(word) for one in today for entity in one.entities for word in entity.split()}
    striking = sorted(scores.keys() - _measures(), key=lambda term: (-scores[term], term not in names, term))
    for term in striking[:LOOKED_AT]:
        having = [one for one in today if term in one.title_terms]
        stories = {one.story_id for one in having if one.story_id is not None}
        name = _name(term, having, analyser)
        if name and not any(len(stories & set(other.story_ids)) > SHARED * len(stories) for other in found):
            found.append(
                Trend(
                    name=name,
                    told=len(told[term]),
                    usual=round(usual[term] * share, 1),
                    story_ids=tuple(sorted(stories)),
                )
            )
            if len(found) == most:
                break
    return found


@cache
def _measures() -> frozenset[str]:
    return frozenset(term for line in data_lines("measures.txt") for term in line.split())


def _told(titles: Iterable[Titled]) -> dict[str, set[tuple[str, StoryId | ArticleId]]]:
    told: dict[str, set[tuple[str, StoryId | ArticleId]]] = defaultdict(set)
    for one in titles:
        where = (one.publisher, one.story_id if one.story_id is not None else one.article_id)
        for term in one.title_terms:
            told[term].add(where)
    return told


def _name(term: str, having: Sequence[Titled], analyser: Analyser) -> str:
    """The word as titles write it, in full where most name it so; empty for one that is no noun or name."""
    written: Counter[str] = Counter()
    for one in having:
        for surface in words(one.title):
            word = analyser.words.word(surface, one.language)
            if word is not None and word.term == term:
                written[surface] += 1
    if not written or not _is_noun(term, written, analyser):
        return ""
    usual = written.most_common(1)[0][0]
    lexicon = analyser.words.lexicon
    lemma = lexicon.lemma(usual) or usual
    name = lemma if lemma in written else usual
    full = Counter(entity for one in having for entity in set(one.entities) if name in entity.split())
    best = full.most_common(1)
    return best[0][0] if best and best[0][1] > IN_FULL * len(having) else name


def _is_noun(term: str, written: Counter[str], analyser: Analyser) -> bool:
    """Whether titles capitalise the word, and not only as they do any first one."""
    if any(surface.islower() for surface in written) or term.isdigit():
        return False
    return all(not surface.isupper() or len(surface) < 8 for surface in written) and not all(
        (analyser.words.lexicon.lemma(surface) or "N").islower() for surface in written
    )
