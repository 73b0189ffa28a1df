"""Pages of news without text: fetched politely, read in a process, stored once, forgotten in time."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles import page_worker
from bot.articles.draft import Draft
from bot.articles.page_session import PageSession
from bot.feeds.fetch import open_client
from bot.feeds.processes import ProcessPool
from bot.retention import Retention
from bot.settings import Settings
from storage.queries import TermQuery
from storage.records import NewFeed, Origin
from tests.flows.test_collect import Server

SENTENCE = "Der Gemeinderat hat am Abend über die Zahl {} lange beraten und dann mit Mehrheit zugestimmt."


def page(number, *, canonical="", more="", free=None, head=""):
    paragraphs = "".join(f"<p>{SENTENCE.format(number * 100 + n)}</p>" for n in range(8))
    linked = (
        ""
        if free is None
        else f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"T","isAccessibleForFree":{free}}}</script>'
    )
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<!doctype html><html lang='de'><head><title>Rat berät {number}</title>{link}{linked}{head}</head>"
        f"<body><nav>Start Politik Sport</nav><article><h1>Rat berät {number}</h1>{paragraphs}{more}</article></body></html>"
    )


@pytest.fixture
async def server():
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    answer(served, "/robots.txt", "User-agent: Depesche\nDisallow: /geheim/*.html$\n", kind="text/plain")
    yield served
    await runner.cleanup()


def answer(server, path, body="", *, status=200, kind="text/html"):
    server.answers[path] = lambda _request: _later(web.Response(text=body, status=status, content_type=kind))


async def _later(response):
    return response


@pytest.fixture
async def services(tmp_path, clock):
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{tmp_path / 'd.db'}"),
        private_feeds=True,
        keep_text_days=30,
        keep_article_days=60,
    )
    async with open_services(settings, clock=clock) as opened:
        yield opened


@asynccontextmanager
async def page_session(**more):
    client = open_client(user_agent="Depesche/0.1 (test)", allow_private=True)
    async with client, ProcessPool(page_worker.MODULE, what="the page", size=1) as pool:
        yield PageSession(
            client=client,
            processes=pool,
            user_agent="Depesche/0.1 (test)",
            allow_private=True,
            pause=more.get("pause", timedelta()),
        )


@pytest.fixture
async def session():
    async with page_session() as opened:
        yield opened


@pytest.fixture
async def feed(services, clock):
    """One that has been collected before, so that what it brings is news."""
    async with services.storage.write() as tx:
        return await tx.feeds.add(NewFeed(url="https://bote.example/f", publisher="Bote"), now=clock.now())


async def take_in(services, feed, *drafts, is_archive=False):
    given = [
        Draft(origin=Origin.FEED, publisher="Bote", language="de", entry=draft.pop("entry", ""), **draft)
        for draft in drafts
    ]
    return await pipeline.take_in(services, given, feed_id=feed.id, is_archive=is_archive)


async def articles(services):
    async with services.storage.read() as tx:
        found = await tx.articles.get_many(await tx.search.find(TermQuery(match=None), limit=1000))
    return sorted(found.values(), key=lambda article: article.id)


async def waiting(services):
    async with services.storage.read() as tx:
        return await tx.pages.waiting()


async def test_news_without_text_gets_it_from_its_page_before_it_goes_into_a_story(
    services, session, server, feed
):
    answer(server, "/a", page(1))
    await take_in(services, feed, {"title": "Rat berät", "url": server.base + "/a"})
    assert (await pipeline.group(services)).articles == 0

    done = await pipeline.fetch_pages(services, session)

    assert (done.texts, await waiting(services)) == (1, 0)
    [article] = await articles(services)
    assert article.text.startswith("Der Gemeinderat hat am Abend über die Zahl 100")
    assert (article.title, article.version) == ("Rat berät", 1)
    assert (await pipeline.group(services)).articles == 1


async def test_what_has_its_text_or_is_no_news_is_not_asked_for(services, session, server, feed):
    await take_in(services, feed, {"title": "Ganz", "url": server.base + "/a", "text": "Satz. " * 200})
    await take_in(services, feed, {"title": "Alt", "url": server.base + "/b"}, is_archive=True)
    await take_in(services, feed, {"title": "Ohne Adresse"})
    assert await waiting(services) == 0
    assert server.asked == []


async def test_pages_can_be_switched_off(services, session, server, feed):
    off = replace(services, settings=services.settings.model_copy(update={"fetch_pages": False}))
    await take_in(off, feed, {"title": "Rat berät", "url": server.base + "/a"})
    assert await waiting(services) == 0
    assert (await pipeline.group(services)).articles == 1


async def test_a_hostile_page_costs_its_own_process_alone(services, server, feed):
    answer(server, "/a", "<div>" * 400_000)
    answer(server, "/b", page(1))
    await take_in(services, feed, {"title": "Tief", "url": server.base + "/a"})
    async with page_session() as session:
        await pipeline.fetch_pages(services, session)
        await take_in(services, feed, {"title": "Gut", "url": server.base + "/b"})
        assert (await pipeline.fetch_pages(services, session)).texts == 1
    assert [bool(article.text) for article in await articles(services)] == [False, True]


async def test_robots_txt_is_obeyed_and_asked_once(services, session, server, feed):
    answer(server, "/offen", page(1))
    await take_in(
        services,
        feed,
        {"title": "Eins", "url": server.base + "/geheim/a.html"},
        {"title": "Zwei", "url": server.base + "/offen"},
    )
    done = await pipeline.fetch_pages(services, session)
    assert (done.texts, done.refused) == (1, 1)
    assert sorted(request.path for request in server.asked) == ["/offen", "/robots.txt"]


async def test_a_silent_robots_txt_puts_off_and_a_missing_one_allows(services, session, server, feed, clock):
    answer(server, "/a", page(1))
    answer(server, "/robots.txt", status=503)
    await take_in(services, feed, {"title": "Eins", "url": server.base + "/a"})
    assert (await pipeline.fetch_pages(services, session)).put_off == 1

    answer(server, "/robots.txt", status=404)
    clock.advance(hours=1)
    assert (await pipeline.fetch_pages(services, session)).texts == 1


@pytest.mark.parametrize(
    "body",
    [
        page(1, free="false"),
        "<html lang='de'><body><h1>Willkommen</h1>"
        + "<p>Mit Werbung und Tracking lesen: Wir und unsere Partner setzen Cookies. Sie können Ihre Einwilligung "
        "jederzeit in den Datenschutzeinstellungen widerrufen. Werbefrei im Pur-Abo ohne Tracking.</p>"
        * 3
        + "</body></html>",
        "<html lang='de'><body><h1>Rat</h1><article><p>" + SENTENCE.format(1) * 3 + "</p></article>"
        "<div class='paywall'><p>Weiterlesen mit Bote Plus. Jetzt testen, jederzeit kündbar.</p></div></body></html>",
        "<html><body><p>kurz</p></body></html>",
    ],
    ids=["paid", "consent", "stub", "empty"],
)
async def test_a_wall_is_no_text_and_the_teaser_stays(services, session, server, feed, body):
    answer(server, "/a", body)
    await take_in(services, feed, {"title": "Rat berät", "summary": "Der Teaser.", "url": server.base + "/a"})
    done = await pipeline.fetch_pages(services, session)
    assert (done.texts, done.refused, await waiting(services)) == (0, 1, 0)
    [article] = await articles(services)
    assert (article.text, article.summary) == ("", "Der Teaser.")


async def test_a_failing_page_is_tried_three_times_and_holds_nothing_up(
    services, session, server, feed, clock
):
    answer(server, "/a", status=500)
    await take_in(services, feed, {"title": "Rat berät", "url": server.base + "/a"})
    outcomes = []
    for _ in range(4):
        done = await pipeline.fetch_pages(services, session)
        outcomes.append((done.put_off, done.refused))
        clock.advance(hours=3)
    assert outcomes == [(1, 0), (1, 0), (0, 1), (0, 0)]
    assert (await pipeline.group(services)).articles == 1


async def test_a_page_is_still_owed_when_the_process_dies_with_it(services, session, server, feed, clock):
    answer(server, "/a", page(1))
    await take_in(services, feed, {"title": "Rat berät", "url": server.base + "/a"})
    async with services.storage.write() as tx:
        [_owed] = await tx.pages.claim_due(clock.now(), limit=9, a_host=9, lease=timedelta(minutes=5))
    assert (await pipeline.fetch_pages(services, session)).texts == 0
    clock.advance(minutes=6)
    assert (await pipeline.fetch_pages(services, session)).texts == 1


async def test_a_host_is_not_pressed(services, server, feed):
    answer(server, "/robots.txt", "User-agent: *\nCrawl-delay: 30\n", kind="text/plain")
    drafts = []
    for n in range(5):
        answer(server, f"/{n}", page(n))
        drafts.append({"title": f"Nummer {n}", "url": f"{server.base}/{n}"})
    await take_in(services, feed, *drafts)
    async with page_session() as session:
        done = await pipeline.fetch_pages(services, session)
    # Three of one host are taken up; two of them come after thirty seconds each.
    assert (done.texts, done.put_off, await waiting(services)) == (1, 2, 4)


async def test_a_canonical_address_joins_two_entries_and_names_one_article(services, session, server, feed):
    answer(server, "/b", page(1, canonical=server.base + "/a"))
    answer(server, "/c", page(2, canonical=server.base + "/haupt"))
    await take_in(services, feed, {"title": "Rat", "url": server.base + "/a", "text": "Satz. " * 200})
    await take_in(services, feed, {"title": "Der Rat", "url": server.base + "/b", "entry": "b"})
    await take_in(services, feed, {"title": "Rat 2", "url": server.base + "/c"})

    done = await pipeline.fetch_pages(services, session)

    assert (done.folded, done.texts) == (1, 1)
    assert [article.title for article in await articles(services)] == ["Rat", "Rat 2"]
    again = await take_in(
        services,
        feed,
        {"title": "Der Rat", "url": server.base + "/b", "entry": "b"},
        {"title": "Rat 2", "url": server.base + "/haupt"},
    )
    assert (again.stored, again.known) == ((), 2)


async def test_what_stands_on_many_pages_is_taken_out_of_all(services, session, server, feed):
    promo = (
        "<p>Erfahren Sie jeden Morgen zuerst, was im Land geschieht, mit unserem Brief aus der Redaktion.</p>"
    )
    for n in range(4):
        answer(server, f"/{n}", page(n + 1, more=promo))
        await take_in(services, feed, {"title": f"Nummer {n}", "url": f"{server.base}/{n}"})
        await pipeline.fetch_pages(services, session)
    texts = [article.text for article in await articles(services)]
    assert all(len(text.split("\n")) == 8 for text in texts), [text[-200:] for text in texts]
    assert not any("jeden Morgen zuerst" in text for text in texts)


async def test_a_changed_article_is_found_by_its_new_words_and_keeps_the_old(
    services, session, server, feed, clock
):
    first = {"title": "Brand in Wels", "summary": "Drei Verletzte.", "url": "https://bote.example/1"}
    await take_in(services, feed, first)
    for title in ("Feuer in Steyr", "Brand in Wels", "Feuer in Steyr"):
        clock.advance(minutes=30)
        intake = await take_in(services, feed, {**first, "title": title, "entry": title})
        assert (intake.known, intake.changed) == (1, 1)

    [article] = await articles(services)
    assert (article.title, article.version) == ("Feuer in Steyr", 2)
    async with services.storage.read() as tx:
        assert [old.title for old in await tx.versions.of(article.id)] == ["Brand in Wels", "Feuer in Steyr"]
        found = await tx.search.frequencies(["steyr", "wels"])
    assert found == {"steyr": 1}


async def test_texts_and_articles_go_in_time_and_stories_stay(services, feed, clock):
    drafts = [
        {"title": f"Rat berät über den Haushalt der Stadt Teil {n % 2}", "url": f"https://bote.example/{n}",
         "text": SENTENCE.format(n // 2) * 8}
        for n in range(4)
    ]  # fmt: skip
    for draft in drafts:
        await take_in(services, feed, draft)
    await pipeline.group(services)
    stories = {article.story_id for article in await articles(services)}
    retention = Retention()

    clock.advance(days=31)
    assert await retention.forget(services) is False
    assert [article.text for article in await articles(services)] == [""] * len(await articles(services))

    clock.advance(days=30)
    await retention.forget(services)
    left = await articles(services)
    assert {article.story_id for article in left} == stories
    assert len(left) == len(stories)
    async with services.storage.read() as tx:
        assert set(await tx.stories.get_many(list(stories))) == stories
