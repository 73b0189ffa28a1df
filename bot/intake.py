"""Takes drafts in: judged, analysed, then stored with all that belongs to them in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import metrics
from bot.articles.draft import Draft, Intake
from bot.articles.ingest import Judged, judge, known_articles
from storage.records import Article, ArticleId, FeedId, FeedVisit, NewArticle, TopicMatch

if TYPE_CHECKING:
    from bot.analysis.analyser import Findings
    from bot.services import Services
    from storage.database import Transaction


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
    judged = judge(drafts, now=now, feed_id=feed_id, is_archive=is_archive)
    async with services.storage.read() as tx:
        known = await _known(tx, judged, feed_id)
    fresh = [(key, new) for key, new in judged.articles.items() if key not in known]
    found = await asyncio.to_thread(lambda: [_analyse(services, new) for _, new in fresh])
    spoken = [replace(new, language=one.language) for (_, new), one in zip(fresh, found, strict=True)]
    async with services.storage.write() as tx:
        stored = await tx.articles.add_many(spoken)
        await tx.analyses.put(
            [one.for_article(article.id) for article, one in zip(stored, found, strict=True)]
        )
        matches = [
            match
            for article, one in zip(stored, found, strict=True)
            for match in _match(services, article, one)
        ]
        await tx.topics.put_matches(matches)
        ids = known | {key: article.id for (key, _), article in zip(fresh, stored, strict=True)}
        for page, items in judged.lists.items():
            await tx.articles.link_listed(ids[page], [ids[item] for item in items])
        if feed_id is not None:
            entries = {entry: ids[key] for entry, key in judged.entries.items()}
            await tx.feeds.put_entries(feed_id, entries, now=now)
            if visit is not None:
                await tx.feeds.save_visit(feed_id, visit)
    known_count = len(judged.articles) - len(fresh) + judged.repeated
    _count_intake(len(stored), known_count, len(judged.refused))
    return Intake(stored=tuple(stored), known=known_count, refused=tuple(judged.refused))


async def _known(tx: Transaction, judged: Judged, feed_id: FeedId | None) -> dict[str, ArticleId]:
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


def _count_intake(stored: int, known: int, refused: int) -> None:
    for outcome, count in (("stored", stored), ("known", known), ("refused", refused)):
        metrics.ARTICLES.labels(outcome).inc(count)
