"""Keeps the text index in shape; analyses every article anew after the word lists have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storage.records import Analysis, Article, ArticleId

if TYPE_CHECKING:
    from bot.analysis.analyser import Analyser
    from storage.database import Storage

PORTION = 200


async def analyse_again(storage: Storage, analyser: Analyser, advance: Callable[[int], None]) -> None:
    """In portions of one transaction each, so that collecting and searching go on meanwhile."""
    last = ArticleId(0)
    while True:
        async with storage.read() as tx:
            articles = await tx.articles.after(last, PORTION)
        if not articles:
            return
        found = await asyncio.to_thread(_analyse, analyser, articles)
        async with storage.write() as tx:
            there = await tx.articles.get_many([article.id for article in articles])
            await tx.analyses.put([one for one in found if one.article_id in there])
        advance(len(articles))
        last = articles[-1].id


async def rebuild(storage: Storage, advance: Callable[[int], None]) -> None:
    """The index alone, from the analyses there are; other writers wait until it is done."""
    async with storage.write() as tx:
        await tx.search.rebuild(advance)


async def tend(storage: Storage) -> bool:
    """A little of what keeps searches quick while the archive grows; True when more is waiting."""
    async with storage.read() as tx:
        stale = await tx.search.has_stale_completions()
    async with storage.write() as tx:
        if stale:
            await tx.search.write_completions()
        return await tx.analyses.pair() or await tx.search.merge()


def _analyse(analyser: Analyser, articles: Sequence[Article]) -> list[Analysis]:
    return [
        analyser.analyse(
            title=article.title, summary=article.summary, text=article.text, language=article.language
        ).for_article(article.id)
        for article in articles
    ]
