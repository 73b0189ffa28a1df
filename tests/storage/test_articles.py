"""Articles, listings and stories' members, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from storage.errors import AlreadyExists, NotFound
from storage.records import Analysis, ArticleId, NewArticle, Origin, StoryId
from storage.schema import stories

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def article(number=1, **values):
    defaults = {
        "url": f"https://example.org/{number}",
        "url_key": f"example.org/{number}",
        "title": f"Titel {number}",
        "text": "Ein Text.",
        "published_at": NOW - timedelta(hours=number),
        "first_seen_at": NOW,
        "origin": Origin.FILE,
    }
    return NewArticle(**{**defaults, **values})


async def add_story(tx, lead_id):
    statement = insert(stories).values(
        headline="H",
        lead_id=lead_id,
        language="de",
        first_at=NOW,
        last_at=NOW,
        article_count=1,
        independent_count=1,
        version=1,
    )
    return StoryId((await tx.articles._connection.execute(statement)).inserted_primary_key[0])


async def test_an_article_comes_back_as_it_went_in(any_storage):
    new = article(
        summary="Kurz",
        publisher="Bote",
        language="de",
        author="A. B.",
        section="Politik",
        content_hash="abc",
        is_archive=True,
    )
    async with any_storage.write() as tx:
        added = await tx.articles.add(new)

    async with any_storage.read() as tx:
        found = await tx.articles.get(added.id)

    assert found == added
    assert (found.title, found.summary, found.is_archive) == ("Titel 1", "Kurz", True)
    assert found.published_at == new.published_at
    assert found.published_at.utcoffset() == timedelta(0)


async def test_many_articles_keep_their_order(any_storage):
    async with any_storage.write() as tx:
        added = await tx.articles.add_many([article(number) for number in range(700)])

    async with any_storage.read() as tx:
        found = await tx.articles.get_many([one.id for one in added])

    assert [found[one.id].url for one in added] == [f"https://example.org/{number}" for number in range(700)]


@pytest.mark.parametrize("again", [article(1), article(1, url="http://www.example.org/1")])
async def test_an_address_is_taken_once_and_nothing_else_of_the_batch_stays(any_storage, again):
    async with any_storage.write() as tx:
        await tx.articles.add(article(1))

    with pytest.raises(AlreadyExists):
        async with any_storage.write() as tx:
            await tx.articles.add_many([article(2), again])

    async with any_storage.read() as tx:
        assert await tx.articles.count_since(NOW) == 1


async def test_an_article_is_found_by_id_and_by_address(any_storage):
    async with any_storage.write() as tx:
        added = await tx.articles.add(article(1))
        bare = await tx.articles.add(
            NewArticle(
                url="urn:depesche:x",
                title="T",
                text="",
                published_at=NOW,
                first_seen_at=NOW,
                origin=Origin.DUMP,
            )
        )

    async with any_storage.read() as tx:
        assert await tx.articles.find(str(added.id)) == added
        assert await tx.articles.find(" https://example.org/1 ") == added
        assert await tx.articles.find("urn:depesche:x") == bare
        assert await tx.articles.find("https://example.org/2") is None
        assert await tx.articles.find("9" * 30) is None
        with pytest.raises(NotFound, match="4711"):
            await tx.articles.get(ArticleId(4711))


async def test_articles_are_found_by_key_and_by_content(any_storage):
    async with any_storage.write() as tx:
        first, second = await tx.articles.add_many(
            [article(1, content_hash="h"), article(2, content_hash="h")]
        )

    async with any_storage.read() as tx:
        assert await tx.articles.find_by_urls(["example.org/2", "example.org/3"]) == {"example.org/2": second}
        assert await tx.articles.find_by_hashes(["h", "i"]) == {"h": first}
        assert await tx.articles.find_by_urls([]) == {}


async def test_only_analysed_articles_wait_for_their_story(any_storage):
    async with any_storage.write() as tx:
        first, second, third = await tx.articles.add_many([article(n) for n in (1, 2, 3)])
        for one in (second, first):
            found = Analysis(article_id=one.id, language="de", title_terms=(), text_terms=(), entities=())
            await tx.analyses.put([found])
        assert [one.id for one in await tx.articles.ungrouped(10)] == [first.id, second.id]

        story = await add_story(tx, first.id)
        await tx.articles.assign([first.id], story)

    async with any_storage.read() as tx:
        assert [one.id for one in await tx.articles.ungrouped(10)] == [second.id]
        assert (await tx.articles.get(third.id)).story_id is None


async def test_the_articles_of_a_story_come_oldest_first(any_storage):
    async with any_storage.write() as tx:
        late, early, other = await tx.articles.add_many([article(1), article(5), article(3)])
        story, lonely = await add_story(tx, late.id), await add_story(tx, late.id)
        await tx.articles.assign([late.id, early.id], story)
        await tx.articles.set_wire_of(late.id, early.id)

    async with any_storage.read() as tx:
        found = await tx.articles.of_stories([story, lonely])

    assert {key: [one.id for one in members] for key, members in found.items()} == {
        story: [early.id, late.id]
    }
    assert [one.wire_of for one in found[story]] == [None, early.id]
    assert other.story_id is None


async def test_first_sight_is_counted(any_storage):
    async with any_storage.write() as tx:
        await tx.articles.add_many([article(n) for n in range(1, 6)])

    async with any_storage.read() as tx:
        assert await tx.articles.count_since(NOW) == 5
        assert await tx.articles.count_since(NOW + timedelta(seconds=1)) == 0


async def test_a_page_lists_its_items_in_order_and_never_itself(any_storage):
    async with any_storage.write() as tx:
        page, one, two = await tx.articles.add_many([article(n) for n in (1, 2, 3)])
        await tx.articles.link_listed(page.id, [one.id, two.id])
        await tx.articles.link_listed(page.id, [two.id, one.id, two.id, page.id])

    async with any_storage.read() as tx:
        assert await tx.articles.listed(page.id) == [two.id, one.id]
        assert await tx.articles.listed(one.id) == []


async def test_without_articles_there_is_no_publisher(any_storage):
    async with any_storage.read() as tx:
        assert await tx.articles.publishers() == []
        assert await tx.articles.publisher_count() == 0
        assert await tx.articles.last_seen_at() is None


async def test_publishers_are_counted_with_their_freshness(any_storage):
    async with any_storage.write() as tx:
        await tx.articles.add_many(
            [
                article(1, publisher="Bote"),
                article(2, publisher="Anzeiger"),
                article(3, publisher="Anzeiger"),
                article(4),
            ]
        )

    async with any_storage.read() as tx:
        found = await tx.articles.publishers()
        assert await tx.articles.publisher_count() == 2
        assert await tx.articles.last_seen_at() == max(one.last_seen_at for one in found)

    assert [(one.publisher, one.article_count, one.last_published_at) for one in found] == [
        ("Anzeiger", 2, NOW - timedelta(hours=2)),
        ("Bote", 1, NOW - timedelta(hours=1)),
    ]
