"""Publishers as terms of the text index: a publisher's articles are found by them, and nothing else changes."""

import pytest
from sqlalchemy import select, update

from bot.reindex import tend
from storage import analyses as analyses_module
from storage.checks import inconsistencies
from storage.pairs import PUBLISHERS
from storage.publisher_terms import MOST, by_publishers, publisher_term
from storage.queries import AllOf, Phrase, Term, TermQuery
from storage.schema import analyses, frequent_terms
from tests.storage.test_analyses import NOW
from tests.storage.test_search import add_alike

WAR = Term(("krieg",))
NAMES = ("Bote", "Kurier", "Neuer Bote", "")


def test_a_query_asks_for_its_publishers_by_their_terms():
    query = TermQuery(match=WAR, publishers=("bo",))
    theirs = Term((publisher_term("Bote"), publisher_term("Boulevard")))
    assert by_publishers(query, ["Bote", "Boulevard"]) == TermQuery(match=AllOf((WAR, theirs)))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (TermQuery(match=WAR, publishers=("bo",)), []),
        (TermQuery(match=WAR, publishers=("bo",)), [f"Bote {number}" for number in range(MOST + 1)]),
        (TermQuery(match=None, publishers=("bo",)), ["Bote"]),
        (TermQuery(match=WAR), ["Bote"]),
    ],
    ids=["nobody", "too many", "without words", "anybody"],
)
def test_other_queries_stay_as_they_are(query, names):
    assert by_publishers(query, names) == query


QUERIES = (
    TermQuery(match=WAR, publishers=("bote",)),
    TermQuery(match=Term(("krieg",), in_title=True), publishers=("neuer", "kurier")),
    TermQuery(match=Phrase((("krieg",), ("ende",))), publishers=("bote",)),
    TermQuery(match=WAR, publishers=("bote",), unwanted_publishers=("neuer",)),
    TermQuery(match=WAR, publishers=("niemand",)),
    TermQuery(match=None, publishers=("bote",), since=NOW),
)


async def answers(storage):
    async with storage.read() as tx:
        found = [await tx.search.find(query, limit=99) for query in QUERIES]
        for query, ids in zip(QUERIES[:-1], found, strict=False):
            some = await tx.search.candidates(query, newest=3, titled=2)
            assert [one.article_id for one in some.newest] == ids[:3]
            assert [one.article_id for one in some.by_title] == ids[3:5]
        return found


async def test_older_articles_get_their_publisher_s_term_bit_by_bit_and_newer_ones_at_once(
    any_storage, monkeypatch
):
    monkeypatch.setattr(analyses_module, "PORTION", 10)
    async with any_storage.write() as tx:
        older = await add_alike(tx, [{"publisher": NAMES[n % 4]} for n in range(24)], "Krieg Ende")
        # As the archive was before there were such terms.
        await tx.search._connection.execute(update(analyses).values(title_also=""))
        await tx.search._connection.execute(update(frequent_terms).values(is_complete=False))
        await tx.search.count_terms()
    before = await answers(any_storage)
    assert list(map(len, before)) == [12, 12, 12, 6, 0, 12]

    assert await tend(any_storage)
    assert await answers(any_storage) == before  # while some have their term, and some do not
    async with any_storage.write() as tx:
        newer = await add_alike(tx, [{"publisher": "Bote"}], "Krieg Ende in Sicht")
    while await tend(any_storage):
        pass

    after = await answers(any_storage)
    assert after == [[newer[0].id, *ids] if n in (0, 2, 3, 5) else ids for n, ids in enumerate(before)]
    async with any_storage.read() as tx:
        [known] = await tx.search._connection.execute(select(frequent_terms))
        assert (known.term, known.looked_to, known.is_complete) == (PUBLISHERS, older[19].id, True)
        bote = publisher_term("Bote")
        assert await tx.search.frequencies([bote]) == {bote: 7}
        assert not any((await tx.analyses.get_many([older[0].id]))[older[0].id].title_also)
    assert await inconsistencies(any_storage) == []


async def test_a_word_of_one_publisher_is_asked_of_the_index_alone(sqlite_storage, monkeypatch):
    async with sqlite_storage.write() as tx:
        await add_alike(tx, [{"publisher": NAMES[n % 4]} for n in range(8)])
        asked = []
        connection = tx.search._connection
        run = type(connection).exec_driver_sql

        async def listen(self, sql, values):
            asked.append(sql)
            return await run(self, sql, values)

        monkeypatch.setattr(type(connection), "exec_driver_sql", listen)
        assert len(await tx.search.find(QUERIES[0], limit=9)) == 4
    assert not any("articles.publisher" in sql for sql in asked)
