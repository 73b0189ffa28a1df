"""The page the product grew from: an article, and the similar news an aggregator put under it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles.draft import Draft
from bot.articles.reading import read_path
from bot.settings import Settings
from bot.similar import similar

ROOT = Path(__file__).parents[2]
OURS = ROOT / "tests/data/submarine_page.txt"
SEED = ROOT.parent / "shared/seed"


@asynccontextmanager
async def imported(page, folder, clock):
    settings = Settings(database_url=SecretStr(f"sqlite:///{folder / 'depesche.db'}"))
    async with open_services(settings, clock=clock) as services:
        drafts = [draft for draft in read_path(page) if isinstance(draft, Draft)]
        taken = await pipeline.take_in(services, drafts)
        await pipeline.group(services)
        async with services.storage.read() as tx:
            stored = await tx.articles.get_many(taken.stored)
        yield services, [stored[id_] for id_ in taken.stored]


def pages():
    found = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    missing = pytest.mark.skip(reason="the seed page belongs to its publisher and is not in the repository")
    return [OURS, *(found or [pytest.param(SEED, marks=missing)])]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
async def test_submarines_before_those_who_share_a_name(page, tmp_path, clock):
    async with imported(page, tmp_path, clock) as (services, stored):
        lead, *items = stored
        submarines, others = items[:4], items[4:]
        assert all("U-Boot" in item.title for item in submarines)
        assert len(others) == 2

        found = await similar(services, lead.id)

        assert found.same_story == ()
        shown = [one.article.id for one in found.related]
        assert set(shown[:4]) == {item.id for item in submarines}
        assert all(one.reason for one in found.related)
        assert all(0 < one.score < 1 for one in found.related)
        assert all(found.related[3].score > one.score for one in found.related[4:])


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
async def test_the_submarine_reports_are_one_story_with_one_copy(page, tmp_path, clock):
    async with imported(page, tmp_path, clock) as (services, stored):
        _, *items = stored
        async with services.storage.read() as tx:
            articles = await tx.articles.get_many([item.id for item in items])
            [(story_id, told)] = (
                await tx.stories.get_many({articles[item.id].story_id for item in items[:4]})
            ).items()

        own, copy = articles[items[1].id], articles[items[2].id]
        assert story_id not in {articles[item.id].story_id for item in items[4:]}
        assert (told.article_count, told.independent_count) == (4, 3)
        assert copy.wire_of == own.id
        assert [articles[item.id].wire_of for item in items if item.id != copy.id] == [None] * 5
