"""/feeds: the admins see how each feed does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import pipeline
from bot.articles.draft import Draft
from bot.feeds.cadence import after_failure, after_success
from storage.records import FeedState, NewArticle, NewFeed, Origin
from tests.flows.conftest import ADMIN


async def add(talk, publisher, *, section=""):
    async with talk.services.storage.write() as tx:
        new = NewFeed(
            url=f"https://{len(publisher)}.{publisher[:4].lower()}.example/feed",
            publisher=publisher,
            section=section,
        )
        return await tx.feeds.add(new, now=talk.clock.now())


async def visit(talk, feed, plan):
    async with talk.services.storage.write() as tx:
        await tx.feeds.save_visit(feed.id, plan.visit)
        return await tx.feeds.get(feed.id)


async def bring(talk, feed, count, *, text=""):
    now = talk.clock.now()
    new = [
        NewArticle(
            url=f"https://bote.example/{feed.id}/{n}",
            title=f"Titel {n}",
            text=text * (n % 2),
            published_at=now - timedelta(minutes=12),
            first_seen_at=now,
            origin=Origin.FEED,
            feed_id=feed.id,
        )
        for n in range(count)
    ]
    async with talk.services.storage.write() as tx:
        stored = await tx.articles.add_many(new)
        await tx.feeds.put_entries(feed.id, {f"{a.id}": a.id for a in stored}, now=now)


async def test_a_stranger_is_turned_away(empty_talk):
    ada = empty_talk.telegram.user("Ada", language="de")
    assert (await empty_talk.ask(ada, "/feeds")).text == "Das kann nur die Redaktion der Depesche."


async def test_without_feeds_the_way_to_some_is_shown(empty_talk):
    clara = empty_talk.telegram.user("Clara", language="de", user_id=ADMIN)
    assert "depesche feeds starter" in (await empty_talk.ask(clara, "/feeds")).text


async def test_an_admin_sees_the_health_of_each_feed_those_in_trouble_first(empty_talk):
    talk = empty_talk
    clara = talk.telegram.user("Clara", language="de", user_id=ADMIN)
    well, failing, paused = (
        await add(talk, "Der Bote", section="Politik"),
        await add(talk, "Zeitung"),
        await add(talk, "Alt"),
    )
    started = talk.clock.now() - timedelta(days=20)
    good = after_success(well, now=talk.clock.now() - timedelta(minutes=5), chance=0)
    good = replace(good, visit=replace(good.visit, started_at=started))
    await visit(talk, well, good)
    failing = await visit(
        talk, failing, after_failure(failing, "the server answers 404", now=talk.clock.now(), chance=0)
    )
    await visit(
        talk, failing, after_failure(failing, "the server answers 404", now=talk.clock.now(), chance=0)
    )
    await visit(
        talk,
        paused,
        after_failure(paused, "the answer is a web page, no feed", now=talk.clock.now(), chance=0),
    )
    async with talk.services.storage.write() as tx:
        await tx.feeds.set_state(paused.id, FeedState.PAUSED, next_fetch_at=talk.clock.now())
    await bring(talk, well, 14, text="Ein Satz. " * 80)

    shown = (await talk.ask(clara, "/feeds")).text

    assert "3 Feeds" in shown
    assert "1 läuft, 1 gestört und 1 pausiert" in shown
    assert "2-mal gescheitert: der Server antwortet mit Fehler 404" in shown
    assert "Pausiert: statt des Feeds kommt eine Webseite" in shown
    assert (
        "Der Bote · Politik\nZuletzt gelesen vor 5 Minuten\n2 Einträge am Tag, 50 % mit Volltext, 12 Minuten nach Veröffentlichung"
        in shown
    )
    assert shown.index("Alt") < shown.index("Zeitung") < shown.index("Der Bote")


async def test_many_feeds_come_in_pages(empty_talk):
    talk = empty_talk
    clara = talk.telegram.user("Clara", language="de", user_id=ADMIN)
    for n in range(20):
        await add(talk, f"Blatt{'x' * n}")

    message = await talk.ask(clara, "/feeds")
    assert "Seite 1 von 3" in message.text
    await talk.press(clara, message, "Weiter ›")
    assert "Seite 2 von 3" in talk.now(message).text
    ada = talk.telegram.user("Ada", language="de")
    await talk.press_data(ada, message, "fd:1")
    assert "Seite 2 von 3" in talk.now(message).text


async def test_the_admins_hear_of_a_flood_once_and_nobody_else_gets_it(empty_talk):
    talk = empty_talk
    clara = talk.telegram.user("Clara", language="de", user_id=ADMIN)
    await talk.say(clara, "/feeds")
    feed = await add(talk, "Der Bote")
    await visit(talk, feed, after_success(feed, now=talk.clock.now(), chance=0))
    for day in range(2):
        talk.clock.advance(hours=1)
        drafts = [
            Draft(
                origin=Origin.FEED,
                title=f"Umzug {day} {n}",
                url=f"https://bote.example/{day}/{n}",
                publisher="Der Bote",
            )
            for n in range(200)
        ]
        intake = await pipeline.take_in(talk.services, drafts, feed_id=feed.id)
        assert (len(intake.stored), intake.is_braked) == (200, True)
        async with talk.services.storage.read() as tx:
            stored = await tx.articles.get_many(intake.stored)
        assert all(article.is_archive for article in stored.values())
    await talk.deliver()

    told = [text for text in talk.replies(clara) if "auf einmal" in text]
    assert told == [
        (
            "Der Feed Der Bote brachte auf einmal 200 neue Einträge.\n"
            "Das sind keine Nachrichten, sondern eine Flut: Sie lässt sich durchsuchen und kommt in keine Depesche."
        )
    ]
    assert "Brachte zu viel auf einmal" in (await talk.ask(clara, "/feeds")).text
