"""Pairs of frequent words: phrases are found by them, and nothing else changes."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.reindex import tend
from storage import analyses as analyses_module
from storage import completions, pairs
from storage.checks import inconsistencies
from storage.dialects import sqlite
from storage.pairs import paired, with_pairs, without_pairs
from storage.queries import MOST_READINGS, AllOf, AnyOf, Phrase, Prefix, Term, TermQuery
from storage.schema import frequent_terms
from tests.storage.test_analyses import NOW, add_article, analysis_of


def phrase(*words, in_title=False):
    return Phrase(tuple((word,) if isinstance(word, str) else word for word in words), in_title)


def test_a_line_gains_the_pairs_of_frequent_words_that_follow_each_other():
    line = with_pairs("boot uboot", "krieg ende krieg ende atom krieg", {"krieg", "ende"})
    assert line == "boot uboot ende·krieg krieg·ende"
    assert with_pairs(line, "ende krieg atom", {"krieg", "ende"}) == "boot uboot ende·krieg"
    assert with_pairs("boot", "krieg ende", frozenset()) == "boot"
    assert without_pairs(line) == ["boot", "uboot"]


@pytest.mark.parametrize(
    ("match", "asked"),
    [
        (phrase("krieg", "ende"), Term(("krieg·ende",))),
        (phrase("krieg", "ende", in_title=True), Term(("krieg·ende",), in_title=True)),
        (phrase("krieg", "atom"), phrase("krieg", "atom")),
        (phrase("krieg"), phrase("krieg")),
        (
            phrase("krieg", "ende", "atom"),
            AllOf((Term(("krieg·ende",)), phrase("krieg", "ende", "atom"))),
        ),
        (
            phrase("krieg", "ende", "krieg"),
            AllOf((Term(("krieg·ende",)), Term(("ende·krieg",)), phrase("krieg", "ende", "krieg"))),
        ),
        (
            phrase(("krieg", "kriege"), "ende"),
            AnyOf((Term(("krieg·ende",)), phrase("kriege", "ende"))),
        ),
        (
            AllOf((phrase("krieg", "ende"), Prefix("boo"), AnyOf((Term(("krieg",)),)))),
            AllOf((Term(("krieg·ende",)), Prefix("boo"), AnyOf((Term(("krieg",)),)))),
        ),
    ],
)
def test_a_phrase_of_frequent_words_is_looked_for_by_their_pairs(match, asked):
    assert paired(match, {"krieg", "ende"}) == asked
    assert paired(match, frozenset()) == match


PHRASES = (
    phrase("krieg", "ende"),
    phrase("ende", "krieg"),
    phrase("krieg", "ende", in_title=True),
    phrase("krieg", "ende", "москва"),
    phrase(("frieden", "krieg"), "ende"),
    AllOf((phrase("krieg", "ende"), Term(("atom",)))),
)


async def answers(storage):
    async with storage.read() as tx:
        return [await tx.search.find(TermQuery(match=match), limit=99) for match in PHRASES]


async def fill(storage, numbers):
    async with storage.write() as tx:
        stored = [await add_article(tx, number) for number in numbers]
        of = [
            analysis_of(
                article,
                title_terms=("krieg", "ende") if number % 7 == 0 else ("frieden",),
                text_terms=("krieg", "ende", "москва") if number % 3 else ("ende", "krieg", f"n{number}"),
            )
            for number, article in zip(numbers, stored, strict=True)
        ]
        await tx.analyses.put(of)
    return of


async def test_older_articles_get_their_pairs_bit_by_bit_and_newer_ones_at_once(any_storage, monkeypatch):
    monkeypatch.setattr(completions, "BROAD", 5)
    monkeypatch.setattr(pairs, "LEAST", 20)
    monkeypatch.setattr(analyses_module, "PORTION", 10)
    older = await fill(any_storage, range(1, 41))
    before = await answers(any_storage)

    async def known(word="krieg"):
        async with any_storage.read() as tx:
            rows = await tx.analyses._connection.execute(select(frequent_terms))
            return {row.term: (row.looked_to, row.is_complete) for row in rows}.get(word)

    assert await tend(any_storage)
    assert await known() == (older[9].article_id, False)
    assert await answers(any_storage) == before  # while some articles have their pairs, and some do not
    newer = await fill(any_storage, range(41, 51))
    while await tend(any_storage):
        pass
    assert (await known())[1]
    assert await known("n3") is None  # of one article alone

    after = await answers(any_storage)
    assert [[id_ for id_ in found if id_ <= 40] for found in after] == before
    assert all(before)
    async with any_storage.read() as tx:
        assert await tx.search.frequencies(["krieg·ende"]) == {"krieg·ende": len(after[0])}
        assert await tx.analyses.get_many([one.article_id for one in older + newer]) == {
            one.article_id: one for one in older + newer
        }
    assert await inconsistencies(any_storage) == []

    async with any_storage.write() as tx:
        await tx.analyses.put([replace(newer[-1], title_terms=(), text_terms=("ende",))])
        await tx.analyses.remove([older[0].article_id, older[6].article_id])
        await tx.search.rebuild()
    assert not any(
        "counted" in problem or "index" in problem for problem in await inconsistencies(any_storage)
    )


async def test_the_index_does_not_keep_what_articles_were_without_their_pairs(sqlite_storage, monkeypatch):
    monkeypatch.setattr(completions, "BROAD", 5)
    monkeypatch.setattr(pairs, "LEAST", 20)
    monkeypatch.setattr(analyses_module, "PORTION", 10)
    await fill(sqlite_storage, range(1, 26))
    for number in range(100, 105):
        async with sqlite_storage.write() as tx:
            article = await add_article(tx, number)
            await tx.analyses.put([analysis_of(article, text_terms=tuple(f"n{n}" for n in range(5_000)))])
            # In one large piece, to which what is written anew bears no proportion.
            await tx.analyses._connection.exec_driver_sql(sqlite.OPTIMIZE)
    while await tend(sqlite_storage):
        pass
    async with sqlite_storage.read() as tx:
        pieces = "SELECT count(DISTINCT id >> 37) FROM text_index_data WHERE id > 10"
        assert (await tx.analyses._connection.exec_driver_sql(pieces)).scalar_one() == 1


async def test_a_word_that_becomes_frequent_meanwhile_waits_for_its_turn(any_storage, monkeypatch):
    monkeypatch.setattr(analyses_module, "PORTION", 10)
    await fill(any_storage, range(1, 26))
    async with any_storage.write() as tx:
        for word, looked_to, is_complete in (("krieg", 20, False), ("ende", 0, False)):
            row = {"term": word, "looked_to": looked_to, "is_complete": is_complete}
            await tx.analyses._connection.execute(insert(frequent_terms).values(row))
        frequent = pairs.Pairs(tx.analyses._connection)
        await frequent.looked({"krieg"}, after=20, to=None)
        assert await frequent.waiting() == 0
        assert [await tx.analyses.pair() for _ in range(4)] == [True, True, False, False]
        assert await frequent.waiting() is None
        await frequent.add_frequent()
        assert await frequent.frequent() == {pairs.PUBLISHERS, "krieg", "ende"}


async def test_no_word_becomes_frequent_while_somebody_writes_articles_without_knowing(
    postgresql_storage, monkeypatch
):
    monkeypatch.setattr(completions, "BROAD", 5)
    monkeypatch.setattr(pairs, "LEAST", 20)
    older = await fill(postgresql_storage, range(1, 41))
    before = await answers(postgresql_storage)
    async with postgresql_storage.write() as tx:
        await tx.analyses.put(older[:5])
        tending = asyncio.create_task(tend(postgresql_storage))
        done, _ = await asyncio.wait({tending}, timeout=0.2)
        assert not done
    await tending
    while await tend(postgresql_storage):
        pass
    assert await answers(postgresql_storage) == before
    async with postgresql_storage.read() as tx:
        assert await tx.search.frequencies(["krieg·ende"]) == {"krieg·ende": len(before[0])}


def test_a_phrase_of_too_many_readings_is_looked_for_as_it_is():
    many = phrase(tuple(f"k{number}" for number in range(MOST_READINGS + 1)), "ende")
    assert paired(many, {"k1", "ende"}) == many


async def test_a_phrase_with_a_time_and_a_phrase_that_is_unwanted_are_found_by_pairs(
    any_storage, monkeypatch
):
    monkeypatch.setattr(completions, "BROAD", 5)
    monkeypatch.setattr(pairs, "LEAST", 20)
    await fill(any_storage, range(1, 41))
    queries = (
        TermQuery(match=phrase("krieg", "ende"), since=NOW - timedelta(days=1), languages=("",)),
        TermQuery(match=Term(("krieg",)), unwanted=phrase("krieg", "ende")),
        TermQuery(match=None, unwanted=phrase("krieg", "ende")),
    )
    async with any_storage.read() as tx:
        before = [await tx.search.find(query, limit=99) for query in queries]
    while await tend(any_storage):
        pass
    async with any_storage.read() as tx:
        assert await tx.search.frequencies(["krieg·ende"])
        assert [await tx.search.find(query, limit=99) for query in queries] == before
    assert 0 < len(before[1]) < 40
