"""A query in, articles and stories out: newest candidates from the index, ranked here, grouped by story."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.analysis.folding import fold
from bot.topics.evaluate import Content
from bot.topics.matching import score_of
from bot.topics.query import Query, parse, telling_terms
from bot.topics.relevance import Rarity, rarity, relevance, terms_of
from bot.topics.snippet import Snippet, snippet
from bot.topics.spelling import near, spelt
from storage.queries import AllOf, AnyOf, Found, Match, TermQuery
from storage.records import Article, ArticleId, StoryId

if TYPE_CHECKING:
    from bot.analysis.analyser import Analyser
    from bot.services import Services
    from storage.database import Transaction

# The newest so many are ranked; of a frequent word older ones are found by narrowing the query.
CANDIDATES = 300
TITLE_CANDIDATES = 100
# Beyond this a count is "more than".
COUNTED = 300
MOST_HITS = 10_000
TOPIC_CANDIDATES = 500
# Words of a query that are corrected; each costs a look at some six hundred neighbours.
MOST_CORRECTED = 4
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
    listed: int
    """How long the whole list of hits is: the articles that are ranked, or their stories."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    found: Found
    score: float
    others: tuple[Found, ...] = ()


async def read_query(services: Services, text: str, *, zone: ZoneInfo) -> Query:
    """Understand a query with the archive's help; raises BadQuery.

    "Atom U-Boot" is a compound where the archive has it written as one; "Lander" is "Länder" as well.
    """
    wanted = telling_terms(text, services.analyser)
    counts: dict[str, int] = {}
    if wanted:
        async with services.storage.read() as tx:
            counts = await tx.search.frequencies(wanted)
    return parse(text, analyser=services.analyser, now=services.clock.now(), zone=zone, counts=counts)


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
        # One more than is counted tells whether there are more.
        candidates = await tx.search.candidates(query.terms, limit=max(CANDIDATES, last) + 1)
        total = len(candidates)
        candidates = candidates[: max(CANDIDATES, last)]
        if query.terms.match is not None and total > len(candidates):
            candidates += await _by_title(tx, query.terms, {one.article_id for one in candidates})
        weigh = await _rarity(tx, query.terms.match)
        ranked = _ranked(query.terms.match, candidates, weigh, now=services.clock.now())
        if by_story:
            ranked = _grouped(ranked)
        shown = ranked[offset:last]
        ids = {one.found.article_id for one in shown}
        ids |= {other.article_id for one in shown for other in one.others}
        articles = await tx.articles.get_many(ids)
    best = ranked[0].score if ranked else 1.0
    return SearchResult(
        query=query,
        listed=len(ranked),
        total=min(total, counted),
        total_is_exact=total <= counted,
        hits=tuple(
            _hit(one, articles, query, round(one.score / best, 4) if best else 0.0, services.analyser)
            for one in shown
            if one.found.article_id in articles
        ),
    )


def _hit(
    one: _Ranked, articles: Mapping[ArticleId, Article], query: Query, score: float, analyser: Analyser
) -> Hit:
    article = articles[one.found.article_id]
    wanted = frozenset(terms_of(query.terms.match)) if query.terms.match else frozenset()
    piece = snippet(
        article.text or article.summary,
        wanted,
        language=article.language,
        analyser=analyser,
        most=len(query.words),
    )
    others = (articles.get(other.article_id) for other in one.others)
    return Hit(article, score, piece, tuple(other for other in others if other is not None))


async def better_spelling(services: Services, text: str, *, zone: ZoneInfo) -> str:
    """The query with each word no article has as the most frequent one that is a letter away.

    Empty where nothing is better: all words are known, or nothing near them is.
    """
    query = await read_query(services, text, zone=zone)
    better = text
    async with services.storage.read() as tx:
        for word in query.words[:MOST_CORRECTED]:
            terms = services.analyser.read(word).terms
            if not terms or " " in word or await tx.search.frequencies(terms):
                continue
            dotted = services.analyser.words.dotted(word).values()
            counts = await tx.search.frequencies(dotted) or await tx.search.frequencies(near(fold(word)))
            if counts:
                best = max(sorted(counts), key=lambda term: counts[term])
                better = better.replace(word, spelt(best, services.analyser.words.lexicon), 1)
        if better == text:
            return ""
        found = await read_query(services, better, zone=zone)
        return better if await tx.search.find(found.terms, limit=1) else ""


async def topic_stories(
    services: Services, query: Query, *, since: datetime, limit: int
) -> list[tuple[StoryId, float]]:
    """The stories of the topic with articles since then, most important first."""
    begins = max(query.terms.since, since) if query.terms.since else since
    terms = replace(query.terms, since=begins)
    now = services.clock.now()
    scores: dict[StoryId, float] = {}
    async with services.storage.read() as tx:
        candidates = await tx.search.candidates(terms, limit=TOPIC_CANDIDATES)
    for one in candidates:
        if one.story_id is not None:
            much = score_of(query.terms, _content(one)) * _importance(one, now)
            scores[one.story_id] = max(scores.get(one.story_id, 0.0), much)
    return sorted(scores.items(), key=lambda entry: (-entry[1], -entry[0]))[:limit]


def _content(one: Found) -> Content:
    return Content.of_lines(one.title_terms, one.title_also, one.text_terms, one.text_also)


def _importance(one: Found, now: datetime) -> float:
    """Of its story, by independent sources and age, between 0 and 1."""
    age = max((now - (one.last_at or one.published_at)).total_seconds() / 86_400, 0.0)
    return (0.4 + 0.6 * min(log(1 + one.independent_count) / log(8), 1.0)) / (1 + age / 3)


async def _by_title(tx: Transaction, terms: TermQuery, known: Collection[ArticleId]) -> list[Found]:
    """Older articles that have the words in their title."""
    if terms.match is None:
        return []
    in_title = replace(terms, match=_title_only(terms.match))
    found = await tx.search.candidates(in_title, limit=TITLE_CANDIDATES)
    return [one for one in found if one.article_id not in known]


def _ranked(
    match: Match | None, candidates: Iterable[Found], weigh: Rarity, *, now: datetime
) -> list[_Ranked]:
    ranked = []
    for one in candidates:
        score = 1.0 if match is None else relevance(match, _content(one), weigh)
        ranked.append(_Ranked(one, score * _standing(one, now)))
    ranked.sort(key=lambda one: (-one.score, -one.found.article_id))
    return ranked


async def _rarity(tx: Transaction, match: Match | None) -> Rarity:
    frequencies = await tx.search.frequencies(terms_of(match)) if match is not None else {}
    return rarity(frequencies, await tx.search.article_count())


def _standing(one: Found, now: datetime) -> float:
    days = max((now - one.published_at).total_seconds() / 86_400, 0.0)
    company = min(log(one.independent_count or 1) / log(8), 1.0)
    return 1 + FRESHNESS / (1 + days / FRESH_DAYS) + COMPANY * company


def _grouped(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """The best of each story, the others behind it."""
    others: dict[ArticleId, list[Found]] = {}
    leads: dict[StoryId, _Ranked] = {}
    shown = []
    for one in ranked:
        story_id = one.found.story_id
        lead = leads.get(story_id) if story_id is not None else None
        if lead is not None:
            others[lead.found.article_id].append(one.found)
            continue
        if story_id is not None:
            leads[story_id] = one
        others[one.found.article_id] = []
        shown.append(one)
    return [replace(one, others=tuple(others[one.found.article_id])) for one in shown]


def _title_only(match: Match) -> Match:
    match match:
        case AllOf(parts):
            return AllOf(tuple(_title_only(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_title_only(part) for part in parts))
        case _:
            return replace(match, in_title=True)
