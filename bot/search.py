"""A query in, articles and stories out: newest candidates from the index, ranked here, grouped by story."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.analysis.folding import fold
from bot.topics.matching import score_of
from bot.topics.meant import telling_terms
from bot.topics.query import Query, parse
from bot.topics.relevance import Relevance, rarity, relevance, terms_of
from bot.topics.snippet import Snippet, Snippets
from bot.topics.spelling import near, spelt
from storage.queries import AllOf, AnyOf, Found, Match, TermQuery
from storage.records import Article, ArticleId, StoryId

if TYPE_CHECKING:
    from bot.analysis.analyser import Analyser
    from bot.services import Services
    from storage.database import Transaction

# The newest so many are ranked; of a frequent word older ones are found by narrowing the query.
CANDIDATES = 300
TITLE_CANDIDATES = 60
# Beyond this a count is "more than".
COUNTED = 300
ALL = 1_000_000
"""A limit for those who want everything; what a search costs grows with it."""
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


_Ranked = tuple[float, Found]
"""An article with how well it answers."""


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
    asked = _Asked(query, offset, offset + limit, by_story=by_story, now=services.clock.now())
    return await services.storage.consult(lambda tx: _answer(tx, asked, services.analyser))


@dataclass(frozen=True, slots=True)
class _Asked:
    query: Query
    offset: int
    last: int
    by_story: bool
    now: datetime


async def _answer(tx: Transaction, asked: _Asked, analyser: Analyser) -> SearchResult:
    query, terms = asked.query, asked.query.terms
    counted = max(COUNTED, asked.last)
    # One more than is counted tells whether there are more.
    candidates = await tx.search.candidates(terms, limit=max(CANDIDATES, asked.last) + 1)
    total = len(candidates)
    candidates = candidates[: max(CANDIDATES, asked.last)]
    if terms.match is not None and total > len(candidates):
        candidates += await _by_title(tx, terms, {one.article_id for one in candidates})
    ranked = _ranked(candidates, await _relevance(tx, terms.match), now=asked.now)
    listed = _grouped(ranked) if asked.by_story else [(one, ()) for one in ranked]
    shown = listed[asked.offset : asked.last]
    ids = {one.article_id for (_, lead), others in shown for one in (lead, *others)}
    articles = await tx.articles.get_many(ids)
    wanted = frozenset(terms_of(terms.match)) if terms.match else frozenset()
    snippets = Snippets(wanted, analyser=analyser, most=len(query.words))
    best = (ranked[0][0] if ranked else 0.0) or 1.0
    return SearchResult(
        query=query,
        listed=len(listed),
        total=min(total, counted),
        total_is_exact=total <= counted,
        hits=tuple(
            _hit(lead, others, articles, round(score / best, 4), snippets)
            for (score, lead), others in shown
            if lead.article_id in articles
        ),
    )


def _hit(
    lead: Found,
    others: Sequence[Found],
    articles: Mapping[ArticleId, Article],
    score: float,
    snippets: Snippets,
) -> Hit:
    article = articles[lead.article_id]
    named = (articles.get(other.article_id) for other in others)
    return Hit(
        article,
        score,
        snippets.of(article.text or article.summary, article.language, found=lead),
        tuple(other for other in named if other is not None),
    )


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
            much = score_of(query.terms, one) * _importance(one, now)
            scores[one.story_id] = max(scores.get(one.story_id, 0.0), much)
    return sorted(scores.items(), key=lambda entry: (-entry[1], -entry[0]))[:limit]


def _importance(one: Found, now: datetime) -> float:
    """Of its story, by independent sources and age, between 0 and 1."""
    age = max(now.timestamp() - (one.last_s or one.published_s), 0.0) / 86_400
    return (0.4 + 0.6 * min(log(1 + one.independent_count) / log(8), 1.0)) / (1 + age / 3)


async def _by_title(tx: Transaction, terms: TermQuery, known: Collection[ArticleId]) -> list[Found]:
    """Older articles that have the words in their title."""
    if terms.match is None:
        return []
    in_title = replace(terms, match=_title_only(terms.match))
    found = await tx.search.candidates(in_title, limit=TITLE_CANDIDATES)
    return [one for one in found if one.article_id not in known]


async def _relevance(tx: Transaction, match: Match | None) -> Relevance:
    if match is None:
        return lambda _: 1.0
    frequencies = await tx.search.frequencies(terms_of(match))
    return relevance(match, rarity(frequencies, await tx.search.article_count()))


def _ranked(candidates: Iterable[Found], relevance: Relevance, *, now: datetime) -> list[_Ranked]:
    at = now.timestamp()
    ranked = [(relevance(one) * _standing(one, at), one) for one in candidates]
    ranked.sort(key=lambda entry: (-entry[0], -entry[1].article_id))
    return ranked


def _standing(one: Found, now: float) -> float:
    days = max(now - one.published_s, 0.0) / 86_400
    company = log(min(one.independent_count, 8), 8) if one.independent_count > 1 else 0.0
    return 1 + FRESHNESS / (1 + days / FRESH_DAYS) + COMPANY * company


def _grouped(ranked: Sequence[_Ranked]) -> list[tuple[_Ranked, list[Found]]]:
    """The best of each story, the others behind it."""
    listed: list[tuple[_Ranked, list[Found]]] = []
    stories: dict[StoryId, list[Found]] = {}
    for entry in ranked:
        story_id = entry[1].story_id
        if story_id is not None and story_id in stories:
            stories[story_id].append(entry[1])
            continue
        others: list[Found] = []
        if story_id is not None:
            stories[story_id] = others
        listed.append((entry, others))
    return listed


def _title_only(match: Match) -> Match:
    match match:
        case AllOf(parts):
            return AllOf(tuple(_title_only(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_title_only(part) for part in parts))
        case _:
            return replace(match, in_title=True)
