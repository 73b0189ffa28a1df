"""Pages owed, earlier wordings, further addresses and what is forgotten in time, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.checks import inconsistencies
from storage.collecting import OwedPage
from storage.queries import Term, TermQuery
from storage.records import Analysis, NewFeed
from storage.versions import MOST_VERSIONS
from tests.storage.test_articles import add_story, article

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)


def owed(article_id, host="a.example", **more):
    given = {"due_at": NOW, "awaited_until": NOW + LEASE}
    return OwedPage(article_id=article_id, host=host, **{**given, **more})


def analysed(found, *terms):
    return Analysis(article_id=found.id, language="de", title_terms=terms, text_terms=(), entities=())


async def test_pages_are_claimed_a_few_of_each_host_and_by_one_collector(any_storage):
    async with any_storage.write() as tx:
        found = await tx.articles.add_many([article(n) for n in range(1, 7)])
        await tx.pages.owe([owed(one.id) for one in found[:4]])
        await tx.pages.owe([owed(found[0].id, "other"), owed(found[4].id, "b.example")])
        await tx.pages.owe([owed(found[5].id, "c.example", due_at=NOW + timedelta(hours=1))])

    async with any_storage.write() as tx:
        first = await tx.pages.claim_due(NOW, limit=9, a_host=2, lease=LEASE)
        again = await tx.pages.claim_due(NOW, limit=9, a_host=2, lease=LEASE)
        rest = await tx.pages.claim_due(NOW, limit=9, a_host=2, lease=LEASE)

    assert [one.article_id for one in first] == [found[0].id, found[1].id, found[4].id]
    assert [one.article_id for one in again] == [found[2].id, found[3].id]
    assert rest == []
    async with any_storage.write() as tx:
        late = await tx.pages.claim_due(NOW + LEASE, limit=9, a_host=9, lease=LEASE)
        assert len(late) == 5
        await tx.pages.settle([one.article_id for one in late])
        assert await tx.pages.waiting() == 1


async def test_a_page_put_off_keeps_count_and_holds_its_article_up_no_longer(any_storage):
    async with any_storage.write() as tx:
        [one] = await tx.articles.add_many([article(1)])
        await tx.analyses.put([analysed(one, "rat")])
        await tx.pages.owe([owed(one.id)])
        assert await tx.articles.ungrouped(9, now=NOW) == []
        assert await tx.articles.ungrouped(9, now=NOW + LEASE) == [one]
        await tx.pages.give_up_waiting(one.id, now=NOW)
        await tx.pages.put_off(one.id, until=NOW + timedelta(hours=1), attempts=1)
        assert await tx.articles.ungrouped(9, now=NOW) == [one]
        [page] = await tx.pages.claim_due(NOW + timedelta(hours=1), limit=9, a_host=9, lease=LEASE)
        assert page.attempts == 1


async def test_furniture_is_remembered_by_host(any_storage):
    async with any_storage.write() as tx:
        await tx.pages.add_boilerplate("a.example", {"1", "2"}, now=NOW)
        await tx.pages.add_boilerplate("a.example", {"2"}, now=NOW + timedelta(days=9))
        assert await tx.pages.boilerplate("a.example") == {"1", "2"}
        assert await tx.pages.boilerplate("b.example") == set()
        await tx.retention.forget_boilerplate(before=NOW + timedelta(days=1))
        assert await tx.pages.boilerplate("a.example") == set()


async def test_old_wordings_are_kept_and_one_that_comes_back_is_no_new_version(any_storage):
    async with any_storage.write() as tx:
        [first] = await tx.articles.add_many([article(1, content_hash="a")])
        second = await tx.versions.replace(first, replace(first, title="B", content_hash="b"), now=NOW)
        back = await tx.versions.replace(second, replace(second, title="A", content_hash="a"), now=NOW)
        once_more = await tx.versions.replace(back, replace(back, title="B", content_hash="b"), now=NOW)

    async with any_storage.read() as tx:
        assert [one.title for one in await tx.versions.of(first.id)] == ["Titel 1", "B"]
        assert (second.version, back.version, once_more.version) == (2, 2, 2)
        assert await tx.articles.get(first.id) == once_more


async def test_a_ticker_keeps_its_latest_wordings(any_storage):
    async with any_storage.write() as tx:
        [now] = await tx.articles.add_many([article(1, content_hash="0")])
        for n in range(1, MOST_VERSIONS + 10):
            now = await tx.versions.replace(now, replace(now, text=f"{n}", content_hash=f"{n}"), now=NOW)
        kept = await tx.versions.of(now.id)
    assert now.version == MOST_VERSIONS + 10
    assert (len(kept), kept[-1].text) == (MOST_VERSIONS, f"{MOST_VERSIONS + 8}")


async def test_a_folded_article_lives_on_as_an_address_of_the_other(any_storage):
    async with any_storage.write() as tx:
        feed = await tx.feeds.add(NewFeed(url="https://a.example/f", publisher="A"), now=NOW)
        main, twin, copy = await tx.articles.add_many([article(n) for n in (1, 2, 3)])
        await tx.articles.set_wire_of(copy.id, twin.id)
        await tx.analyses.put([analysed(main, "rat"), analysed(twin, "rat", "haus")])
        await tx.feeds.put_entries(feed.id, {"x": twin.id}, now=NOW)
        await tx.analyses.remove([twin.id])
        await tx.articles.fold(twin, into=main.id)

    async with any_storage.read() as tx:
        assert (await tx.articles.find_by_urls([twin.url_key]))[twin.url_key].id == main.id
        assert (await tx.articles.find(twin.url_key)).id == main.id
        assert await tx.feeds.known_entries(feed.id, ["x"]) == {"x": main.id}
        assert (await tx.articles.get(copy.id)).wire_of == main.id
        assert await tx.search.frequencies(["rat", "haus"]) == {"rat": 1}


async def test_texts_go_and_articles_are_found_all_the_same(any_storage):
    async with any_storage.write() as tx:
        old, young = await tx.articles.add_many(
            [article(1, first_seen_at=NOW - timedelta(days=9), content_hash="a"), article(2)]
        )
        await tx.analyses.put([analysed(old, "rat"), analysed(young, "rat")])
        old = await tx.versions.replace(old, replace(old, title="Neu", content_hash="b"), now=NOW)
        before = NOW - timedelta(days=5)
        assert await tx.retention.strip_texts(before=before, limit=9) == 1
        assert await tx.retention.strip_texts(before=before, limit=9) == 0

    async with any_storage.read() as tx:
        assert ((await tx.articles.get(old.id)).text, await tx.versions.of(old.id)) == ("", [])
        assert (await tx.articles.get(young.id)).text == "Ein Text."
        assert len(await tx.search.find(TermQuery(match=Term(("rat",))), limit=9)) == 2


async def test_articles_go_in_portions_but_each_story_keeps_the_one_it_goes_by(any_storage):
    seen = {"first_seen_at": NOW - timedelta(days=90)}
    async with any_storage.write() as tx:
        found = await tx.articles.add_many([*(article(n, **seen) for n in range(1, 6)), article(6)])
        await tx.analyses.put([analysed(one, "rat") for one in found])
        story = await add_story(tx, found[1].id)
        await tx.articles.assign([one.id for one in found], story)
        await tx.articles.set_wire_of(found[5].id, found[0].id)

    removed, after = [], 0
    while after is not None:
        async with any_storage.write() as tx:
            ids, after = await tx.retention.removable(before=NOW - timedelta(days=30), after=after, limit=2)
            await tx.analyses.remove(ids)
            await tx.retention.remove(ids)
        removed += ids

    assert removed == [found[n].id for n in (0, 2, 3, 4)]
    async with any_storage.read() as tx:
        left = await tx.articles.get_many([one.id for one in found])
        assert sorted(left) == [found[1].id, found[5].id]
        assert left[found[5].id].wire_of is None
        assert await tx.search.frequencies(["rat"]) == {"rat": 2}
    assert await inconsistencies(any_storage) == []
