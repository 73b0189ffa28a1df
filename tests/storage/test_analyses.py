"""Analyses, and the text index and counts that follow them, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from storage.checks import inconsistencies
from storage.queries import Candidate, Term, TermQuery
from storage.records import Analysis, NewArticle, NewStory, Origin
from storage.schema import articles, terms

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


async def add_article(tx, number=1):
    return await tx.articles.add(
        NewArticle(
            url=f"https://example.org/{number}",
            title="Nordkorea weiht Atom-U-Boot ein",
            text="",
            published_at=NOW,
            first_seen_at=NOW,
            origin=Origin.FILE,
        )
    )


def analysis_of(article, **values):
    return Analysis(
        **{
            "article_id": article.id,
            "language": "de",
            "title_terms": ("nordkorea", "atomuboot"),
            "title_also": ("_kp", "atom", "uboot"),
            "text_terms": ("москва", "krieg"),
            "text_also": (),
            "entities": ("Nordkorea", "Kim Jong Un"),
            "fingerprint": b"\x00\xff",
        }
        | values
    )


async def test_what_is_put_comes_back(any_storage):
    async with any_storage.write() as tx:
        article = await add_article(tx)
        await tx.analyses.put([analysis_of(article)])

    async with any_storage.read() as tx:
        assert await tx.analyses.get_many([article.id, 99]) == {article.id: analysis_of(article)}
        assert await tx.analyses.get_many([]) == {}


async def test_search_follows_what_is_put_replaced_and_deleted(any_storage):
    async def found(tx, *words):
        return await tx.search.find(TermQuery(match=Term(words)), limit=9)

    async with any_storage.write() as tx:
        article = await add_article(tx)
        await tx.analyses.put([analysis_of(article)])
        assert await found(tx, "москва") == [article.id]

        await tx.analyses.put([analysis_of(article, text_terms=("frieden",))])
        assert await found(tx, "москва") == []
        assert await found(tx, "frieden") == [article.id]
        await tx.search.rebuild()
        assert await found(tx, "frieden") == [article.id]

        await tx.analyses._connection.execute(delete(articles))
        assert await found(tx, "frieden") == []


async def test_terms_are_counted_by_article(any_storage):
    async with any_storage.write() as tx:
        first, second = await add_article(tx, 1), await add_article(tx, 2)
        await tx.analyses.put([analysis_of(first, text_terms=("krieg", "krieg")), analysis_of(second)])
        assert await tx.search.frequencies(["krieg", "atom", "nirgends"]) == {"krieg": 2, "atom": 2}

        await tx.analyses.put([analysis_of(first, text_terms=("frieden",))])
        assert await tx.search.frequencies(["krieg", "frieden"]) == {"krieg": 1, "frieden": 1}


@pytest.mark.parametrize("count", [0, 6000])
async def test_any_number_of_analyses_is_read(any_storage, count):
    async with any_storage.read() as tx:
        assert await tx.analyses.get_many(range(1, count + 1)) == {}


async def test_a_rebuilt_index_says_what_the_analyses_say(any_storage):
    async with any_storage.write() as tx:
        first, second = await add_article(tx, 1), await add_article(tx, 2)
        await tx.analyses.put([analysis_of(first, text_terms=("krieg", "krieg")), analysis_of(second)])
        await tx.analyses._connection.execute(delete(terms))
    [problem] = await inconsistencies(any_storage)
    assert "reindex" in problem

    done = []
    async with any_storage.write() as tx:
        await tx.search.rebuild(done.append)
    assert await inconsistencies(any_storage) == []
    assert sum(done) in {2, 0}  # PostgreSQL builds its index in one go
    async with any_storage.read() as tx:
        assert await tx.search.frequencies(["krieg", "_kp", "nirgends"]) == {"krieg": 2, "_kp": 2}
        assert await tx.search.find(TermQuery(match=Term(("krieg",))), limit=9) == [second.id, first.id]


async def test_an_index_that_says_something_else_is_noticed(any_storage):
    async with any_storage.write() as tx:
        await tx.analyses.put([analysis_of(await add_article(tx))])
        for statement in (
            ["DROP TRIGGER text_index_update"]
            if any_storage.dialect == "sqlite"
            else [
                "ALTER TABLE analyses ALTER COLUMN vector DROP EXPRESSION",
            ]
        ) + ["UPDATE analyses SET text_terms = 'frieden'"]:
            await tx.analyses._connection.exec_driver_sql(statement)

    [problem] = await inconsistencies(any_storage)
    assert "text index" in problem


async def test_ranking_reads_what_the_articles_say_now(any_storage):
    async def candidate(tx):
        query = TermQuery(match=Term(("krieg", "frieden")))
        return (await tx.search.candidates(query, newest=5)).newest

    async with any_storage.write() as tx:
        article = await add_article(tx)
        await tx.analyses.put([analysis_of(article)])
        assert await candidate(tx) == [
            Candidate(
                article_id=article.id,
                title=" nordkorea atomuboot ",
                title_also=" _kp atom uboot ",
                publisher="",
                published_s=int(NOW.timestamp()),
                story_id=None,
                independent_count=0,
            )
        ]

        await tx.analyses.put([analysis_of(article, title_terms=("frieden",), title_also=())])
        new = NewStory(
            headline="", lead_id=article.id, language="de", first_at=NOW, last_at=NOW, article_count=1,
            independent_count=3,
        )  # fmt: skip
        story = await tx.stories.add(new)
        await tx.articles.assign([article.id], story.id)
        earlier = {"publisher": "Bote", "published_at": NOW - timedelta(hours=1)}
        await tx.analyses._connection.execute(update(articles).values(earlier))
        [found] = await candidate(tx)
        assert (found.title, found.title_also, found.publisher) == (" frieden ", "  ", "Bote")
        assert (found.story_id, found.independent_count) == (story.id, 3)
        assert found.published_s == int(NOW.timestamp()) - 3600

    assert await inconsistencies(any_storage) == []
    async with any_storage.write() as tx:
        await tx.articles.fold(article, into=(await add_article(tx, 2)).id)
        assert await candidate(tx) == []
    if any_storage.dialect == "sqlite":
        async with any_storage.engine.connect() as connection:
            assert (await connection.exec_driver_sql("SELECT * FROM candidates")).all() == []


async def test_ranking_by_what_articles_no_longer_say_is_noticed_and_mended(sqlite_storage):
    async with sqlite_storage.write() as tx:
        await tx.analyses.put([analysis_of(await add_article(tx))])
        await tx.analyses._connection.exec_driver_sql("UPDATE candidates SET publisher = 'Bote'")
    [problem] = await inconsistencies(sqlite_storage)
    assert "reindex" in problem

    async with sqlite_storage.write() as tx:
        await tx.search.rebuild()
    assert await inconsistencies(sqlite_storage) == []
