"""A query in, articles and stories out: newest candidates from the index, ranked here, grouped by story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.topics.evaluate import Content
from bot.topics.matching import score_of
from bot.topics.query import Query, neighbours, parse
from bot.topics.relevance import Rarity, rarity, relevance, terms_of
from bot.topics.snippet import Snippet, snippet
from storage.queries import AllOf, AnyOf, Match, TermQuery
from storage.records import Article, ArticleId, Story, StoryId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

# The newest so many are ranked; of a frequent word older ones are found by narrowing the query.
CANDIDATES = 300
TITLE_CANDIDATES = 100
# Beyond this a count is "more than".
COUNTED = 300
MOST_HITS = 10_000
TOPIC_CANDIDATES = 1_000
# What age and company add at most: they order what matches alike.
FRESHNESS, COMPANY = 0.15, 0.1
FRESH_DAYS = 14.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article."""

    article: Article
    score: float
    """0 to 1; 1 is the best of this search."""
    snippet: Snippet
    others: tuple[Article, ...] = ()
    """Of the same story, found as well; only in results grouped by story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    query: Query
    total: int
    """Articles found."""
    total_is_exact: bool
    """Otherwise there are more."""
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Ranked:
    article: Article
    score: float
    others: tuple[Article, ...] = ()


async def read_query(services: Services, text: str, *, zone: ZoneInfo) -> Query:
    """Understand a query with the archive's help; raises BadQuery.

    "Atom U-Boot" is a compound where the archive has it written as one.
    """
    pairs = neighbours(text)
    known: set[str] = set()
    if pairs:
        async with services.storage.read() as tx:
            known = set(await tx.search.frequencies(pairs))
    return parse(text, analyser=services.analyser, now=services.clock.now(), zone=zone, known=known)


async def search(
    services: Services,
    text: str,
    *,
    limit: int = 10,
    offset: int = 0,
    zone: ZoneInfo,
    by_story: bool = False,
) -> SearchResult:
    """The best articles first, or the best of each story; raises BadQuery."""
    query = await read_query(services, text, zone=zone)
    last = min(offset + limit, MOST_HITS)
    counted = max(COUNTED, last)
    async with services.storage.read() as tx:
        total = await tx.search.count(query.terms, most=counted + 1)
        ranked = await _ranked(tx, query.terms, limit=max(CANDIDATES, last), now=services.clock.now())
    if by_story:
        ranked = _grouped(ranked)
    best = ranked[0].score if ranked else 1.0
    wanted = frozenset(terms_of(query.terms.match)) if query.terms.match else frozenset()
    return SearchResult(
        query=query,
        total=min(total, counted),
        total_is_exact=total <= counted,
        hits=tuple(
            Hit(
                one.article,
                round(one.score / best, 4) if best else 0.0,
                snippet(
                    one.article.text or one.article.summary,
                    wanted,
                    language=one.article.language,
                    analyser=services.analyser,
                ),
                one.others,
            )
            for one in ranked[offset:last]
        ),
    )


async def topic_stories(
    services: Services, query: Query, *, since: datetime, limit: int
) -> list[tuple[StoryId, float]]:
    """The stories of the topic with articles since then, most important first."""
    begins = max(query.terms.since, since) if query.terms.since else since
    terms = replace(query.terms, since=begins)
    async with services.storage.read() as tx:
        ids = await tx.search.find(terms, limit=TOPIC_CANDIDATES)
        articles = await tx.articles.get_many(ids)
        analyses = await tx.analyses.get_many(ids)
        stories = await tx.stories.get_many({a.story_id for a in articles.values() if a.story_id is not None})
    scores: dict[StoryId, float] = {}
    for id_, article in articles.items():
        story = stories.get(article.story_id) if article.story_id is not None else None
        if story is not None and id_ in analyses:
            much = score_of(query.terms, Content(analyses[id_]))
            scores[story.id] = max(scores.get(story.id, 0.0), much * _importance(story, services.clock.now()))
    return sorted(scores.items(), key=lambda entry: (-entry[1], -entry[0]))[:limit]


def _importance(story: Story, now: datetime) -> float:
    """By independent sources and age, between 0 and 1."""
    age = max((now - story.last_at).total_seconds() / 86_400, 0.0)
    return (0.4 + 0.6 * min(log(1 + story.independent_count) / log(8), 1.0)) / (1 + age / 3)


async def _ranked(tx: Transaction, terms: TermQuery, *, limit: int, now: datetime) -> list[_Ranked]:
    ids = await tx.search.find(terms, limit=limit)
    if terms.match is not None and len(ids) == limit:
        in_title = replace(terms, match=_title_only(terms.match))
        ids += await tx.search.find(in_title, limit=TITLE_CANDIDATES)
    articles = await tx.articles.get_many(list(dict.fromkeys(ids)))
    analyses = await tx.analyses.get_many(list(articles))
    stories = await tx.stories.get_many({a.story_id for a in articles.values() if a.story_id is not None})
    weigh = await _rarity(tx, terms.match)
    ranked = []
    for id_, article in articles.items():
        story = stories.get(article.story_id) if article.story_id is not None else None
        score = 1.0
        if terms.match is not None and id_ in analyses:
            score = relevance(terms.match, Content(analyses[id_]), weigh)
        ranked.append(_Ranked(article, score * _standing(article, story, now)))
    ranked.sort(key=lambda one: (-one.score, -one.article.id))
    return ranked


async def _rarity(tx: Transaction, match: Match | None) -> Rarity:
    frequencies = await tx.search.frequencies(terms_of(match)) if match is not None else {}
    return rarity(frequencies, await tx.search.article_count())


def _standing(article: Article, story: Story | None, now: datetime) -> float:
    days = max((now - article.published_at).total_seconds() / 86_400, 0.0)
    company = min(log(story.independent_count or 1) / log(8), 1.0) if story is not None else 0.0
    return 1 + FRESHNESS / (1 + days / FRESH_DAYS) + COMPANY * company


def _grouped(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """The best of each story, the others behind it."""
    others: dict[ArticleId, list[Article]] = {}
    leads: dict[StoryId, _Ranked] = {}
    shown = []
    for one in ranked:
        story_id = one.article.story_id
        lead = leads.get(story_id) if story_id is not None else None
        if lead is not None:
            others[lead.article.id].append(one.article)
            continue
        if story_id is not None:
            leads[story_id] = one
        others[one.article.id] = []
        shown.append(one)
    return [replace(one, others=tuple(others[one.article.id])) for one in shown]


def _title_only(match: Match) -> Match:
    match match:
        case AllOf(parts):
            return AllOf(tuple(_title_only(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_title_only(part) for part in parts))
        case _:
            return replace(match, in_title=True)
