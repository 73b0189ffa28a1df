"""Grouping: new articles get their stories, once, whatever happens in between."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles.draft import Draft
from bot.articles.reading import read_path
from bot.settings import Settings
from bot.similar import similar
from storage.database import Storage
from storage.schema import resemblances

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot/localchat/sample/articles.jsonl"


class Crash(BaseException):
    """Stands for a process that was killed."""


class CrashingStorage(Storage):
    """Rolls the next write back at its end."""

    crashes = False

    @asynccontextmanager
    async def write(self):
        async with super().write() as tx:
            yield tx
            if self.crashes:
                self.crashes = False
                raise Crash


@asynccontextmanager
async def opened(folder, clock):
    settings = Settings(database_url=SecretStr(f"sqlite:///{folder / 'depesche.db'}"))
    async with open_services(settings, clock=clock) as services:
        yield services


async def take_in(services, *, first=0, last=120):
    drafts = [draft for draft in read_path(SAMPLE) if isinstance(draft, Draft)]
    await pipeline.take_in(services, drafts[first:last])


async def stories_of(services):
    """Who tells what: sets of article ids, whatever the stories are called."""
    async with services.storage.read() as tx:
        since = services.clock.now() - timedelta(days=30)
        ids = await tx.stories.grouped_ids(since)
        articles = await tx.articles.get_many(ids)
        return {id_: article.story_id for id_, article in articles.items()}


def together(stories):
    """The articles of each story, whatever it is called: a story may begin twice and become one."""
    found = {}
    for article_id, story_id in stories.items():
        found.setdefault(story_id, set()).add(article_id)
    return sorted(map(sorted, found.values()))


async def test_every_article_gets_a_story_once(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services)
        grouped = await pipeline.group(services)
        before = await stories_of(services)
        again = await pipeline.group(services)

        assert grouped.articles == len(before) == 120
        assert 0 < grouped.started < 120
        assert again.articles == 0
        assert await stories_of(services) == before
        async with services.storage.read() as tx:
            told = await tx.articles.of_stories(set(before.values()))
            stories = await tx.stories.get_many(set(before.values()))
        for story_id, articles in told.items():
            assert stories[story_id].article_count == len(articles)
            assert stories[story_id].lead_id in {article.id for article in articles}
            assert 1 <= stories[story_id].independent_count <= len(articles)
            assert stories[story_id].first_at == min(article.published_at for article in articles)


async def test_a_raised_version_says_what_is_new(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services)
        await pipeline.group(services)
        async with services.storage.read() as tx:
            placed = await stories_of(services)
            stories = await tx.stories.get_many(set(placed.values()))
            developed = await tx.stories.developments(list(stories))
            articles = await tx.articles.get_many(list(placed))

        risen = {story_id for story_id, story in stories.items() if story.version > 1}
        assert risen
        assert risen >= set(developed)
        for found in (one for each in developed.values() for one in each):
            article = articles[found.article_id]
            assert article.story_id == found.story_id
            assert found.facts
            assert (
                not found.sentence or found.sentence in f"{article.summary} {' '.join(article.text.split())}"
            )


async def test_small_batches_and_restarts_change_nothing(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services)
        await pipeline.group(services)
        at_once = await stories_of(services)
    (tmp_path / "other").mkdir()
    for _ in range(3):  # a new process each time: the window comes from the database
        async with opened(tmp_path / "other", clock) as services:
            if not await stories_of(services):
                await take_in(services)
            await pipeline.group(services, limit=17)
            await pipeline.group(services, limit=23)
    async with opened(tmp_path / "other", clock) as services:
        assert together(await stories_of(services)) == together(at_once)


async def test_what_could_not_be_stored_is_grouped_again(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services, last=40)
        await pipeline.group(services)
        await take_in(services, first=40)
        crashing = CrashingStorage(services.settings.database_url.get_secret_value())
        async with crashing:
            crashing.crashes = True
            object.__setattr__(services, "storage", crashing)
            with pytest.raises(Crash):
                await pipeline.group(services)
            assert len(await stories_of(services)) == 40
            assert (await pipeline.group(services)).articles == 80
        object.__setattr__(services, "storage", Storage(str(crashing.url)))
        assert len(await stories_of(services)) == 120
        await services.storage.close()


async def test_old_days_leave_the_window(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services, last=60)
        await pipeline.group(services)
        assert len(services.window) == 60

        clock.advance(days=services.settings.window_days + 2)
        await take_in(services, first=60, last=70)
        await pipeline.group(services)

        assert len(services.window) == 10


async def test_two_callers_at_once_group_each_article_once(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services, last=50)

        rounds = await asyncio.gather(*(pipeline.group(services, limit=30) for _ in range(3)))

        assert sorted(grouped.articles for grouped in rounds) == [0, 20, 30]


async def test_later_articles_extend_the_lists_of_earlier_ones(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services, last=10)
        await pipeline.group(services)
        early = min(await stories_of(services))
        before = await similar(services, early)
        await take_in(services, first=10)
        await pipeline.group(services)
        after = await similar(services, early)

        known = {one.article.id for one in before.related} | {one.id for one in before.same_story}
        new = {one.article.id for one in after.related} | {one.id for one in after.same_story}
        assert new - known
        async with services.storage.engine.connect() as connection:
            rows = (await connection.execute(resemblances.select())).all()
        assert all(row.article_id > row.other_id for row in rows)


async def test_the_event_loop_stays_free(tmp_path, clock):
    async with opened(tmp_path, clock) as services:
        await take_in(services, last=400)
        longest = 0.0

        async def watch():
            nonlocal longest
            while True:
                before = time.perf_counter()
                await asyncio.sleep(0)
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before)

        watching = asyncio.create_task(watch())
        started = time.perf_counter()
        await pipeline.group(services)
        whole = time.perf_counter() - started
        watching.cancel()

        # Without threads the first portion alone would hold the loop for a quarter of the time.
        assert longest < whole / 6
