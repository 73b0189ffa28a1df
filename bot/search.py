"""A query in, articles and stories out: newest candidates from the index, ranked here, grouped by story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.analysis.folding import fold
from bot.errors import BadQuery
from bot.topics.evaluate import Lines
from bot.topics.matching import score_of
from bot.topics.meant import telling_terms
from bot.topics.query import Query, parse, without_filters
from bot.topics.ranking import Ranking
from bot.topics.relevance import Relevance
from bot.topics.snippet import Snippet, Snippets
from bot.topics.spelling import as_written, likest, near
from storage.queries import Term, TermQuery
from storage.records import Article, StoryId

if TYPE_CHECKING:
    from bot.analysis.analyser import Analyser
    from bot.services import Archive
    from storage.database import Transaction

# The newest so many are ranked; of a frequent word older ones are found by narrowing the query.
CANDIDATES = 300
TITLE_CANDIDATES = 60
# As many at least where several frequent words seldom meet; what is beyond is counted as "more than".
LEAST = 20
ALL = 1_000_000
"""A limit for those who want everything; what a search costs grows with it."""
TOPIC_CANDIDATES = 500
# Words of a query that are corrected; each costs a look at some six hundred neighbours.
MOST_CORRECTED = 4
# Articles that are looked through for how a word is written.
WORDS_FROM = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article."""

    article: Article
    score: float
    """0 to 1; 1 is the best of this search."""
    snippet: Snippet
    others: tuple[str, ...] = ()
    """Who published the articles of the same story that were found as well, once for each; only in results
    grouped by story."""


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


async def read_query(archive: Archive, text: str, *, zone: ZoneInfo) -> Query:
    """Understand a query with the archive's help; raises BadQuery.

    "Atom U-Boot" is a compound where the archive has it written as one; "Lander" is "Länder" as well.
    """
    async with archive.storage.read() as tx:
        return await _read(tx, text, archive, zone)


async def _read(tx: Transaction, text: str, archive: Archive, zone: ZoneInfo) -> Query:
    wanted = telling_terms(text, archive.analyser)
    counts = await tx.search.frequencies(wanted) if wanted else {}
    return parse(text, analyser=archive.analyser, now=archive.clock.now(), zone=zone, counts=counts)


async def search(
    archive: Archive,
    text: str,
    *,
    limit: int = 10,
    offset: int = 0,
    zone: ZoneInfo,
    by_story: bool = False,
) -> SearchResult:
    """The best articles first, or the best of each story; raises BadQuery."""

    async def answer(tx: Transaction) -> SearchResult:
        query = await _read(tx, text, archive, zone)
        asked = _Asked(query, offset, offset + limit, by_story=by_story, now=archive.clock.now())
        return await _answer(tx, asked, archive.analyser)

    return await archive.storage.consult(answer)


@dataclass(frozen=True, slots=True)
class _Asked:
    query: Query
    offset: int
    last: int
    by_story: bool
    now: datetime


async def _answer(tx: Transaction, asked: _Asked, analyser: Analyser) -> SearchResult:
    query = asked.query
    most = max(CANDIDATES, asked.last)
    # One more than is counted tells whether there are more.
    found = await tx.search.candidates(
        query.terms, newest=most + 1, least=max(LEAST, asked.last) + 1, titled=TITLE_CANDIDATES
    )
    relevance = Relevance.of(query.terms.match, found.counts, found.articles)
    ranking = Ranking([*found.newest, *found.by_title], relevance, now=asked.now)
    best = await ranking.best(tx.search.texts, asked.last, by_story=asked.by_story)
    shown = best[asked.offset :]
    articles = await tx.articles.get_many({one.lead.article_id for one in shown})
    snippets = Snippets(relevance.wanted, analyser=analyser, most=len(query.words))
    top = (best[0].score if best else 0.0) or 1.0
    return SearchResult(
        query=query,
        listed=ranking.stories if asked.by_story else len(ranking),
        total=len(found.newest) - found.is_cut,
        total_is_exact=not found.is_cut,
        hits=tuple(
            Hit(
                article,
                round(one.score / top, 4),
                snippets.of(article.text or article.summary, article.language, terms=one.text),
                tuple(other.publisher for other in one.others),
            )
            for one in shown
            if (article := articles.get(one.lead.article_id)) is not None
        ),
    )


async def better_spelling(archive: Archive, text: str, *, zone: ZoneInfo) -> str:
    """The query with each word no article has as the most frequent one that is a letter away.

    Empty where nothing is better: all words are known, or nothing near them is.
    """
    query = await read_query(archive, text, zone=zone)
    better = text
    async with archive.storage.read() as tx:
        for word in query.words[:MOST_CORRECTED]:
            terms = archive.analyser.read(word).terms
            if not terms or " " in word or await tx.search.frequencies(terms):
                continue
            dotted = archive.analyser.words.dotted(word).values()
            counts = await tx.search.frequencies(dotted) or await tx.search.frequencies(near(fold(word)))
            if counts:
                best = max(sorted(counts), key=lambda term: counts[term])
                written = await _as_written(tx, best, word, archive.analyser)
                better = better.replace(word, written or word, 1)
        if better == text:
            return ""
        found = await read_query(archive, better, zone=zone)
        return better if await tx.search.find(found.terms, limit=1) else ""


async def without_what_hides_it(archive: Archive, text: str, *, zone: ZoneInfo) -> tuple[str, str]:
    """The query without its filters, and those, where they alone are why nothing is found; else two empty."""
    words, filters = without_filters(text)
    if not words or not filters:
        return "", ""
    try:
        query = await read_query(archive, words, zone=zone)
    except BadQuery:  # exclusions alone
        return "", ""
    async with archive.storage.read() as tx:
        return (words, filters) if await tx.search.find(query.terms, limit=1) else ("", "")


async def _as_written(tx: Transaction, term: str, typed: str, analyser: Analyser) -> str:
    """A word with this term as the newest articles write it; empty where they have but compounds of it."""
    ids = await tx.search.find(TermQuery(match=Term((term,))), limit=WORDS_FROM)
    forms: set[str] = set()
    for article in (await tx.articles.get_many(ids)).values():
        text = f"{article.title}\n{article.summary}\n{article.text}"
        forms |= as_written(term, text, article.language, analyser)
    return likest(forms, typed)


async def topic_stories(
    archive: Archive, query: Query, *, since: datetime, limit: int
) -> list[tuple[StoryId, float]]:
    """The stories of the topic with articles since then, most important first."""
    begins = max(query.terms.since, since) if query.terms.since else since
    terms = replace(query.terms, since=begins)
    now = archive.clock.now()
    scores: dict[StoryId, float] = {}
    async with archive.storage.read() as tx:
        candidates = (await tx.search.candidates(terms, newest=TOPIC_CANDIDATES)).newest
        texts = await tx.search.texts([one.article_id for one in candidates])
        last_at = await tx.stories.last_at({one.story_id for one in candidates if one.story_id is not None})
    for one in candidates:
        if one.story_id is not None:
            lines = Lines(one.title, one.title_also, *texts[one.article_id])
            weight = _importance(one.independent_count, last_at.get(one.story_id), now)
            much = score_of(query.terms, lines) * weight
            scores[one.story_id] = max(scores.get(one.story_id, 0.0), much)
    return sorted(scores.items(), key=lambda entry: (-entry[1], -entry[0]))[:limit]


def _importance(independent_count: int, last_at: datetime | None, now: datetime) -> float:
    """Of a story, by independent sources and age, between 0 and 1."""
    age = max(now - last_at, timedelta()) / timedelta(days=1) if last_at else 0.0
    return (0.4 + 0.6 * min(log(1 + independent_count) / log(8), 1.0)) / (1 + age / 3)
