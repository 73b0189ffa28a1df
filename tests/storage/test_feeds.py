"""Feeds, their claims, visits and entries, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage.collecting import FeedHaul
from storage.errors import AlreadyExists, NotFound
from storage.records import FeedId, FeedState, FeedVisit, NewArticle, NewFeed, Origin

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)


def feed(number=1):
    return NewFeed(url=f"https://example.org/feed/{number}", publisher="Bote", country="DE", language="de")


def visit(**values):
    defaults = {
        "next_fetch_at": NOW + timedelta(hours=1),
        "interval_s": 3600,
        "etag": '"e"',
        "last_modified": "Mon",
        "body_hash": "b",
        "failures": 0,
        "last_error": "",
        "last_success_at": NOW,
        "started_at": NOW,
    }
    return FeedVisit(**{**defaults, **values})


async def test_a_new_feed_is_active_and_due_at_once(any_storage):
    async with any_storage.write() as tx:
        added = await tx.feeds.add(feed(), now=NOW)

    async with any_storage.read() as tx:
        assert await tx.feeds.get(added.id) == added
        assert await tx.feeds.find(added.url) == added
        assert await tx.feeds.find(str(added.id)) == added
        assert await tx.feeds.all() == [added]
        with pytest.raises(NotFound):
            await tx.feeds.get(FeedId(99))
    assert (added.state, added.next_fetch_at, added.started_at) == (FeedState.ACTIVE, NOW, None)


async def test_an_address_is_added_once(any_storage):
    async with any_storage.write() as tx:
        await tx.feeds.add(feed(), now=NOW)
    with pytest.raises(AlreadyExists):
        async with any_storage.write() as tx:
            await tx.feeds.add(feed(), now=NOW)


async def test_a_claimed_feed_is_nobody_elses_until_the_lease_is_over(any_storage):
    async with any_storage.write() as tx:
        late = await tx.feeds.add(feed(1), now=NOW)
        later = await tx.feeds.add(feed(2), now=NOW - timedelta(minutes=5))
        await tx.feeds.add(feed(3), now=NOW + timedelta(hours=1))

    async with any_storage.write() as tx:
        claimed = await tx.feeds.claim_due(NOW, limit=10, lease=LEASE)
    async with any_storage.write() as tx:
        meanwhile = await tx.feeds.claim_due(NOW + timedelta(minutes=9), limit=10, lease=LEASE)
    async with any_storage.write() as tx:
        after = await tx.feeds.claim_due(NOW + LEASE, limit=10, lease=LEASE)

    assert [one.id for one in claimed] == [later.id, late.id]
    assert meanwhile == []
    assert {one.id for one in after} == {late.id, later.id}


async def test_collectors_share_the_work(any_storage):
    async with any_storage.write() as tx:
        for number in range(40):
            await tx.feeds.add(feed(number), now=NOW)

    async def claim():
        async with any_storage.write() as tx:
            return [one.id for one in await tx.feeds.claim_due(NOW, limit=10, lease=LEASE)]

    claimed = [id_ for batch in await asyncio.gather(*(claim() for _ in range(4))) for id_ in batch]

    assert len(claimed) == len(set(claimed))
    assert len(claimed) >= 10


async def test_a_visit_is_what_the_next_one_starts_from(any_storage):
    async with any_storage.write() as tx:
        added = await tx.feeds.add(feed(), now=NOW)
        await tx.feeds.save_visit(added.id, visit(failures=2, last_error="no answer"))

    async with any_storage.read() as tx:
        found = await tx.feeds.get(added.id)

    assert (found.etag, found.last_modified, found.body_hash) == ('"e"', "Mon", "b")
    assert (found.failures, found.last_error, found.interval_s) == (2, "no answer", 3600)
    assert found.next_fetch_at == NOW + timedelta(hours=1)


async def test_a_paused_feed_is_not_due_and_wakes_with_a_clean_slate(any_storage):
    async with any_storage.write() as tx:
        added = await tx.feeds.add(feed(), now=NOW)
        await tx.feeds.save_visit(added.id, visit(failures=9, last_error="gone"))
        await tx.feeds.set_state(added.id, FeedState.PAUSED, next_fetch_at=NOW)
    async with any_storage.write() as tx:
        assert await tx.feeds.claim_due(NOW + timedelta(days=9), limit=10, lease=LEASE) == []
        assert (await tx.feeds.get(added.id)).last_error == "gone"
        await tx.feeds.set_state(added.id, FeedState.ACTIVE, next_fetch_at=NOW)

    async with any_storage.write() as tx:
        [woken] = await tx.feeds.claim_due(NOW, limit=10, lease=LEASE)
    assert (woken.failures, woken.last_error) == (0, "")


async def test_all_active_feeds_can_be_claimed_whether_due_or_not(any_storage):
    async with any_storage.write() as tx:
        added = await tx.feeds.add(feed(), now=NOW + timedelta(days=1))
        assert [one.id for one in await tx.feeds.claim_due(NOW, limit=5, lease=LEASE, every=True)] == [
            added.id
        ]


async def test_an_entry_is_remembered_once_per_feed(any_storage):
    async with any_storage.write() as tx:
        one, two = await tx.feeds.add(feed(1), now=NOW), await tx.feeds.add(feed(2), now=NOW)
        stored = await tx.articles.add(
            NewArticle(
                url="https://example.org/a",
                title="A",
                text="",
                published_at=NOW,
                first_seen_at=NOW,
                origin=Origin.FEED,
                feed_id=one.id,
            )
        )
        await tx.feeds.put_entries(one.id, {"guid-1": stored.id}, now=NOW)
        await tx.feeds.put_entries(
            one.id, {"guid-1": stored.id, "guid-2": stored.id}, now=NOW + timedelta(hours=1)
        )

    async with any_storage.read() as tx:
        assert await tx.feeds.known_entries(one.id, ["guid-1", "guid-3"]) == {"guid-1": stored.id}
        assert await tx.feeds.known_entries(two.id, ["guid-1"]) == {}


async def test_what_feeds_have_brought_is_counted_with_texts_and_delay(any_storage):
    def new(n, **more):
        given = {"text": "x" * 700 * (n % 2), "published_at": NOW - timedelta(minutes=10 * n)}
        return NewArticle(
            url=f"https://bote.example/{n}",
            title=f"Titel {n}",
            first_seen_at=NOW,
            origin=Origin.FEED,
            **given | more,
        )

    async with any_storage.write() as tx:
        one = await tx.feeds.add(feed(), now=NOW)
        two = await tx.feeds.add(feed(2), now=NOW)
        found = await tx.articles.add_many(
            [new(1), new(2), new(3, is_archive=True), new(4, published_at=NOW)]
        )
        await tx.feeds.put_entries(one.id, {f"guid-{a.id}": a.id for a in found}, now=NOW)
        await tx.feeds.put_entries(two.id, {"other": found[0].id}, now=NOW - timedelta(days=2))

    async with any_storage.read() as tx:
        hauls = await tx.feeds.hauls(NOW - timedelta(days=1), full_text=600)
        assert hauls == {one.id: FeedHaul(entries=3, with_text=1, delay_s=900.0)}
        assert set(await tx.feeds.hauls(NOW - timedelta(days=3), full_text=600)) == {one.id, two.id}
        assert await tx.feeds.hauls(NOW - timedelta(days=3), full_text=600, feed_ids=[]) == {}


async def test_the_articles_of_a_removed_feed_stay(any_storage):
    async with any_storage.write() as tx:
        added = await tx.feeds.add(feed(), now=NOW)
        stored = await tx.articles.add(
            NewArticle(
                url="https://example.org/a",
                title="A",
                text="",
                published_at=NOW,
                first_seen_at=NOW,
                origin=Origin.FEED,
                feed_id=added.id,
            )
        )
        await tx.feeds.put_entries(added.id, {"guid": stored.id}, now=NOW)
    async with any_storage.write() as tx:
        await tx.feeds.remove(added.id)

    async with any_storage.read() as tx:
        assert (await tx.articles.get(stored.id)).feed_id is None
        assert await tx.feeds.all() == []


async def test_a_moved_feed_takes_its_new_address_unless_another_has_it(any_storage):
    async with any_storage.write() as tx:
        moving = await tx.feeds.add(feed(1), now=NOW)
        other = await tx.feeds.add(feed(2), now=NOW)
        await tx.feeds.save_visit(moving.id, visit(moved_to="https://neu.example/", moved_since=NOW))
        assert (await tx.feeds.get(moving.id)).moved_since == NOW
        await tx.feeds.save_visit(moving.id, visit(url=other.url))
        assert (await tx.feeds.get(moving.id)).url == moving.url
        await tx.feeds.save_visit(moving.id, visit(url="https://neu.example/"))

    async with any_storage.read() as tx:
        moved = await tx.feeds.get(moving.id)
    assert (moved.url, moved.moved_to, moved.moved_since) == ("https://neu.example/", "", None)


async def test_a_publishers_country_is_that_of_its_first_feed_that_names_one(any_storage):
    async with any_storage.write() as tx:
        for number, (publisher, country) in enumerate(
            (("Bote", ""), ("Bote", "AT"), ("Bote", "DE"), ("Kurier", ""))
        ):
            new = NewFeed(
                url=f"https://example.org/feed/{number}", publisher=publisher, country=country, language="de"
            )
            await tx.feeds.add(new, now=NOW)

    async with any_storage.read() as tx:
        assert await tx.feeds.publishers_countries() == {"Bote": "AT"}
