"""Takes drafts in: judged, analysed, then stored with all that belongs to them in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import metrics
from bot.alerts import tell_admins
from bot.articles.draft import Draft, Intake
from bot.articles.ingest import Judged, judge, known_articles
from bot.articles.newness import is_flood, is_notice_due, news_since
from bot.articles.revision import Revision, revised
from bot.articles.want import wants_page
from storage.records import Article, Feed, FeedId, FeedVisit, NewArticle, TopicMatch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.analysis.analyser import Findings
    from bot.services import Services
    from storage.database import Transaction

log = logging.getLogger(__name__)


async def take_in(
    services: Services,
    drafts: Sequence[Draft],
    feed_id: FeedId | None,
    visit: FeedVisit | None,
    *,
    is_archive: bool,
) -> Intake:
    """One try, one transaction; raises AlreadyExists when somebody else stored one of them first."""
    now = services.clock.now()
    async with services.storage.read() as tx:
        feed = None if feed_id is None else await tx.feeds.get(feed_id)
        since = None if feed is None else news_since(feed, drafts, now=now)
        judged = judge(drafts, now=now, feed_id=feed_id, is_archive=is_archive, news_since=since)
        known = await _known(tx, judged, feed_id)
        fresh = {key: new for key, new in judged.articles.items() if key not in known}
        is_braked = feed is not None and await _is_flood(tx, feed, fresh.values(), now=now)
    if is_braked:
        fresh = {key: replace(new, is_archive=True) for key, new in fresh.items()}
    revisions = list(filter(None, (revised(stored, judged.articles[key]) for key, stored in known.items())))
    found = await asyncio.to_thread(analyse_all, services, [*fresh.values(), *(one.new for one in revisions)])
    async with services.storage.write() as tx:
        stored = await _store(services, tx, list(fresh.values()), found[: len(fresh)], now=now)
        await store_revisions(services, tx, revisions, found[len(fresh) :], now=now)
        ids = {key: article.id for key, article in known.items()}
        ids |= {key: article.id for key, article in zip(fresh, stored, strict=True)}
        for page, items in judged.lists.items():
            await tx.articles.link_listed(ids[page], [ids[item] for item in items])
        if feed is not None:
            entries = {entry: ids[key] for entry, key in judged.entries.items()}
            await tx.feeds.put_entries(feed.id, entries, now=now)
            if visit is not None:
                await tx.feeds.save_visit(feed.id, visit)
            if is_braked:
                await tx.feeds.set_braked(feed.id, now)
                if is_notice_due(feed, now=now):
                    await tell_admins(
                        services, tx, cause="feed_braked", about=feed.publisher, number=len(fresh)
                    )
    changed = sum(one.is_version for one in revisions)
    known_count = len(judged.articles) - len(fresh) + judged.repeated
    _count_intake(len(stored), known_count, len(judged.refused), changed)
    if is_braked and feed is not None:
        log.warning("feed floods", extra={"feed": feed.id, "entries": len(fresh)})
    return Intake(
        stored=tuple(stored),
        known=known_count,
        changed=changed,
        refused=tuple(judged.refused),
        is_braked=is_braked,
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
        await _put_findings(services, tx, changed, found)
        again = [replace(one.new, text="") for one in revisions if one.needs_page]
        await tx.pages.owe(list(filter(None, (wants_page(services.settings, one, now=now) for one in again))))
    return changed


async def _store(
    services: Services,
    tx: Transaction,
    fresh: Sequence[NewArticle],
    found: Sequence[Findings],
    *,
    now: datetime,
) -> list[Article]:
    spoken = [replace(new, language=one.language) for new, one in zip(fresh, found, strict=True)]
    stored = await tx.articles.add_many(spoken)
    await _put_findings(services, tx, stored, found)
    wanted = (wants_page(services.settings, one, now=now) for one in stored)
    await tx.pages.owe(list(filter(None, wanted)))
    return stored


async def _put_findings(
    services: Services, tx: Transaction, articles: Sequence[Article], found: Sequence[Findings]
) -> None:
    pairs = list(zip(articles, found, strict=True))
    await tx.analyses.put([one.for_article(article.id) for article, one in pairs])
    # Other processes add topics, too: none may miss what is stored after it was there.
    services.topics.load(await tx.topics.after(services.topics.last_id))
    await tx.topics.put_matches([match for article, one in pairs for match in _match(services, article, one)])


async def _known(tx: Transaction, judged: Judged, feed_id: FeedId | None) -> dict[str, Article]:
    by_entry: dict[str, Article] = {}
    if feed_id is not None:
        entries = await tx.feeds.known_entries(feed_id, judged.entries)
        stored = await tx.articles.get_many(set(entries.values()))
        by_entry = {entry: stored[id_] for entry, id_ in entries.items() if id_ in stored}
    return known_articles(
        judged,
        by_key=await tx.articles.find_by_urls(judged.articles),
        by_hash=await tx.articles.find_by_hashes(judged.telling_hashes()),
        by_entry=by_entry,
    )


async def _is_flood(tx: Transaction, feed: Feed, fresh: Iterable[NewArticle], *, now: datetime) -> bool:
    news = sum(not new.is_archive for new in fresh)
    return news > 0 and is_flood(news, await tx.articles.pace(feed.id, now=now), feed, now=now)


def analyse_all(services: Services, articles: Iterable[NewArticle]) -> list[Findings]:
    """Findings in the same order; takes milliseconds each and belongs into a thread."""
    services.topics.read(services.clock.now())
    return [_analyse(services, new) for new in articles]


def _analyse(services: Services, new: NewArticle) -> Findings:
    return services.analyser.analyse(
        title=new.title, summary=new.summary, text=new.text, language=new.language
    )


def _match(services: Services, article: Article, found: Findings) -> list[TopicMatch]:
    # The back catalogue of a new feed is no news to anybody.
    if article.is_archive:
        return []
    matches = services.topics.match(
        found, publisher=article.publisher, language=article.language, published_at=article.published_at
    )
    return [TopicMatch(topic_id=topic, article_id=article.id, score=score) for topic, score in matches]


def _count_intake(stored: int, known: int, refused: int, changed: int) -> None:
    counts = (("stored", stored), ("known", known), ("refused", refused), ("changed", changed))
    for outcome, count in counts:
        metrics.ARTICLES.labels(outcome).inc(count)
