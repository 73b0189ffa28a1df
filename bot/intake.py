"""Takes drafts in: judged, analysed, then stored with all that belongs to them in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot import metrics
from bot.alerts import tell_admins
from bot.articles.batch import Batch, Intake
from bot.articles.ingest import Judged, judge, known_articles
from bot.articles.newness import is_flood, is_notice_due, news_since
from bot.articles.revision import Revision, revised
from bot.articles.want import wants_page
from storage.records import Article, ArticleId, Feed, FeedId, NewArticle, TopicMatch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.analysis.analyser import Findings
    from bot.services import Services
    from storage.database import Transaction

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Part:
    """One batch on its way in."""

    batch: Batch
    feed: Feed | None
    judged: Judged
    known: dict[str, Article] = field(default_factory=dict)
    fresh: dict[str, NewArticle] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    is_braked: bool = False


async def take_in_all(services: Services, batches: Sequence[Batch]) -> list[Intake]:
    """Batches with all they bring, as many as possible in one transaction; what came of each.

    Each batch is stored as a whole or not at all. Raises AlreadyExists when somebody else stored an
    article of them first.
    """
    intakes: dict[int, Intake] = {}
    waiting = dict(enumerate(batches))
    while waiting:
        taken = await _take_in(services, waiting)
        intakes |= taken
        waiting = {place: batch for place, batch in waiting.items() if place not in taken}
    return [intakes[place] for place in range(len(batches))]


async def _take_in(services: Services, batches: Mapping[int, Batch]) -> dict[int, Intake]:
    """One transaction; batches that touch what another of them brings are left for the next."""
    now = services.clock.now()
    parts = await _parts(services, batches, now=now)
    fresh = [new for part in parts.values() for new in part.fresh.values()]
    revisions = [one for part in parts.values() for one in part.revisions]
    found: list[Findings] = []
    if fresh or revisions:
        found = await asyncio.to_thread(analyse_all, services, [*fresh, *(one.new for one in revisions)])

    async def put(tx: Transaction) -> dict[int, list[ArticleId]]:
        stored: list[ArticleId] = []
        if fresh:
            stored = await _store(services, tx, fresh, found[: len(fresh)], now=now)
        await store_revisions(services, tx, revisions, found[len(fresh) :], now=now)
        new = iter(stored)
        brought = {place: [next(new) for _ in part.fresh] for place, part in parts.items()}
        await _put_parts(services, tx, parts, brought, now=now)
        return brought

    brought = await services.storage.transact(put)
    intakes = {place: _intake(part, brought[place]) for place, part in parts.items()}
    _count(intakes.values())
    return intakes


async def _put_parts(
    services: Services,
    tx: Transaction,
    parts: Mapping[int, _Part],
    brought: Mapping[int, Sequence[ArticleId]],
    *,
    now: datetime,
) -> None:
    """What belongs to the articles: lists, entries, the visits that brought them, the brakes."""
    entries: dict[FeedId, dict[str, ArticleId]] = {}
    for place, part in parts.items():
        ids = {key: article.id for key, article in part.known.items()}
        ids |= zip(part.fresh, brought[place], strict=True)
        for page, items in part.judged.lists.items():
            await tx.articles.link_listed(ids[page], [ids[item] for item in items])
        if part.feed is not None:
            entries[part.feed.id] = {entry: ids[key] for entry, key in part.judged.entries.items()}
    await tx.feeds.put_all_entries(entries, now=now)
    visits = {one.batch.feed_id: one.batch.visit for one in parts.values()}
    await tx.feeds.save_visits({id_: visit for id_, visit in visits.items() if id_ and visit})
    for part in parts.values():
        await _brake(services, tx, part, now=now)


async def _parts(services: Services, batches: Mapping[int, Batch], *, now: datetime) -> dict[int, _Part]:
    if not any(batch.count for batch in batches.values()):
        return {place: _Part(batch, None, Judged()) for place, batch in batches.items()}
    feed_ids = {one.feed_id for one in batches.values() if one.feed_id is not None}
    feeds = await services.storage.consult(lambda tx: tx.feeds.get_many(feed_ids))
    judged = await asyncio.to_thread(_judge_all, batches, feeds, now)
    return await services.storage.consult(lambda tx: _compared(tx, judged, now=now))


async def _compared(tx: Transaction, parts: Mapping[int, _Part], *, now: datetime) -> dict[int, _Part]:
    """The parts with what is known of them; those that touch what another brings are left out."""
    known = await _Known.of(tx, parts.values())
    apart: dict[int, _Part] = {}
    touched: set[str | ArticleId] = set()
    for place, part in parts.items():
        part.known = known.of_part(part)
        own = {article.id for article in part.known.values()}
        brings: set[str | ArticleId] = {*part.judged.articles, *part.judged.telling, *own}
        if not touched.isdisjoint(brings) or any(part.feed == one.feed for one in apart.values() if one.feed):
            continue
        touched |= brings
        articles = part.judged.articles
        part.fresh = {key: new for key, new in articles.items() if key not in part.known}
        pairs = (revised(stored, articles[key]) for key, stored in part.known.items())
        part.revisions = list(filter(None, pairs))
        apart[place] = part
    await _brake_floods(tx, apart.values(), now=now)
    return apart


async def _brake_floods(tx: Transaction, parts: Collection[_Part], *, now: datetime) -> None:
    """News that is more than its feed can have is kept as archive."""
    news = {
        part.feed.id: count
        for part in parts
        if part.feed and (count := sum(not new.is_archive for new in part.fresh.values()))
    }
    paces = await tx.articles.paces(news, now=now)
    for part in parts:
        if part.feed is None or part.feed.id not in news:
            continue
        part.is_braked = is_flood(news[part.feed.id], paces[part.feed.id], part.feed, now=now)
        if part.is_braked:
            part.fresh = {key: replace(new, is_archive=True) for key, new in part.fresh.items()}


def _judge_all(batches: Mapping[int, Batch], feeds: Mapping[FeedId, Feed], now: datetime) -> dict[int, _Part]:
    """Without the database; takes a while and belongs into a thread."""
    parts = {}
    for place, batch in batches.items():
        feed = None if batch.feed_id is None else feeds.get(batch.feed_id)
        parts[place] = _Part(batch, feed, _judged(batch, feed, now))
    return parts


def _judged(batch: Batch, feed: Feed | None, now: datetime) -> Judged:
    # A feed may be gone while it is read.
    feed_id = None if feed is None else feed.id
    if batch.reading is not None:
        return batch.reading.judged(now=now, feed_id=feed_id)
    published = [draft.published_at for draft in batch.drafts if draft.published_at is not None]
    since = None if feed is None else news_since(feed.started_at, published, now=now)
    return judge(batch.drafts, now=now, feed_id=feed_id, is_archive=batch.is_archive, news_since=since)


async def _brake(services: Services, tx: Transaction, part: _Part, *, now: datetime) -> None:
    if not part.is_braked or part.feed is None:
        return
    log.warning("feed floods", extra={"feed": part.feed.id, "entries": len(part.fresh)})
    await tx.feeds.set_braked(part.feed.id, now)
    if is_notice_due(part.feed, now=now):
        count = len(part.fresh)
        await tell_admins(services, tx, cause="feed_braked", about=part.feed.publisher, number=count)


def _intake(part: _Part, stored: Sequence[ArticleId]) -> Intake:
    judged = part.judged
    changed = sum(one.is_version for one in part.revisions)
    return Intake(
        stored=tuple(stored),
        known=len(judged.articles) - len(part.fresh) + judged.repeated,
        changed=changed,
        refused=tuple(judged.refused),
        left_out=part.batch.reading.left_out if part.batch.reading else 0,
        is_braked=part.is_braked,
    )


async def store_revisions(
    services: Services,
    tx: Transaction,
    revisions: Sequence[Revision],
    found: Sequence[Findings],
    *,
    now: datetime,
) -> list[Article]:
    """Known articles say something else from now on: search and topics follow, nothing is told again."""
    changed: list[Article] = []
    for revision, one in zip(revisions, found, strict=True):
        new = replace(revision.new, language=one.language)
        if revision.is_version:
            changed.append(await tx.versions.replace(revision.old, new, now=now))
        else:
            changed.append(await tx.versions.amend(revision.old, new))
        if new.title != revision.old.title:
            await tx.stories.retitle(new.id, revision.old.title, new.title)
    if changed:
        await tx.topics.forget_matches([article.id for article in changed])
        await _put_findings(services, tx, [article.id for article in changed], changed, found)
        again = [replace(one.new, text="") for one in revisions if one.needs_page]
        await _owe_pages(services, tx, [one.id for one in again], again, now=now)
    return changed


async def _store(
    services: Services,
    tx: Transaction,
    fresh: Sequence[NewArticle],
    found: Sequence[Findings],
    *,
    now: datetime,
) -> list[ArticleId]:
    spoken = [
        new if new.language == one.language else replace(new, language=one.language)
        for new, one in zip(fresh, found, strict=True)
    ]
    stored = await tx.articles.put_many(spoken)
    await _put_findings(services, tx, stored, spoken, found)
    await _owe_pages(services, tx, stored, spoken, now=now)
    return stored


async def _owe_pages(
    services: Services,
    tx: Transaction,
    ids: Sequence[ArticleId],
    articles: Sequence[NewArticle],
    *,
    now: datetime,
) -> None:
    if services.settings.fetch_pages:
        wanted = (wants_page(id_, one, now=now) for id_, one in zip(ids, articles, strict=True))
        await tx.pages.owe(list(filter(None, wanted)))


async def _put_findings(
    services: Services,
    tx: Transaction,
    ids: Sequence[ArticleId],
    articles: Sequence[NewArticle],
    found: Sequence[Findings],
) -> None:
    every = list(zip(ids, articles, found, strict=True))
    await tx.analyses.put([one.for_article(id_) for id_, _, one in every])
    # Other processes add topics, too: none may miss what is stored after it was there.
    services.topics.load(await tx.topics.after(services.topics.last_id))
    await tx.topics.put_matches(
        [match for id_, article, one in every for match in _match(services, id_, article, one)]
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored already of all that some batches bring."""

    by_key: Mapping[str, Article]
    by_hash: Mapping[str, Article]
    by_entry: Mapping[FeedId, Mapping[str, Article]]

    @classmethod
    async def of(cls, tx: Transaction, parts: Iterable[_Part]) -> _Known:
        parts = list(parts)
        by_key = await tx.articles.find_by_urls([key for part in parts for key in part.judged.articles])
        # What is known by its address needs no further proof.
        hashes = [
            content for part in parts for content, key in part.judged.telling.items() if key not in by_key
        ]
        asked = {
            part.feed.id: [entry for entry, key in part.judged.entries.items() if key not in by_key]
            for part in parts
            if part.feed is not None and part.feed.started_at is not None
        }
        entries = await tx.feeds.known_entries_of(asked)
        articles = await tx.articles.get_many({id_ for found in entries.values() for id_ in found.values()})
        return cls(
            by_key=by_key,
            by_hash=await tx.articles.find_by_hashes(hashes),
            by_entry={
                feed: {entry: articles[id_] for entry, id_ in found.items() if id_ in articles}
                for feed, found in entries.items()
            },
        )

    def of_part(self, part: _Part) -> dict[str, Article]:
        judged = part.judged
        return known_articles(
            judged,
            by_key={key: self.by_key[key] for key in judged.articles if key in self.by_key},
            by_hash=self.by_hash,
            by_entry={} if part.feed is None else self.by_entry.get(part.feed.id, {}),
        )


def analyse_all(services: Services, articles: Iterable[NewArticle]) -> list[Findings]:
    """Findings in the same order; takes milliseconds each and belongs into a thread."""
    services.topics.read(services.clock.now())
    return [_analyse(services, new) for new in articles]


def _analyse(services: Services, new: NewArticle) -> Findings:
    return services.analyser.analyse(
        title=new.title, summary=new.summary, text=new.text, language=new.language
    )


def _match(services: Services, id_: ArticleId, article: NewArticle, found: Findings) -> list[TopicMatch]:
    # The back catalogue of a new feed is no news to anybody.
    if article.is_archive:
        return []
    matches = services.topics.match(
        found, publisher=article.publisher, language=article.language, published_at=article.published_at
    )
    return [TopicMatch(topic_id=topic, article_id=id_, score=score) for topic, score in matches]


def _count(intakes: Collection[Intake]) -> None:
    counts = {
        "stored": sum(len(one.stored) for one in intakes),
        "known": sum(one.known for one in intakes),
        "refused": sum(len(one.refused) for one in intakes),
        "changed": sum(one.changed for one in intakes),
    }
    for outcome, count in counts.items():
        metrics.ARTICLES.labels(outcome).inc(count)
