"""Search over made-up archives: p50 and p99 of each class of query, beside FTS5's rank, tantivy and reader.

    python -m tests.benchmarks.bench_search --articles 100000 --database sqlite:////tmp/news.db

The whole of `bot.search.search` is timed, as the bot asks it: the query is read, candidates found, ranked here,
grouped by story and cut to a page of snippets. CPU time of the process, as in docs/search.md; the archive is made up unless the database has it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from bot.analysis.analyser import Analyser
from bot.clock import SystemClock
from bot.garbage import seldom_sought
from bot.handlers.search import PER_PAGE
from bot.reindex import tend
from bot.search import search
from bot.services import Services
from storage.database import Storage
from storage.migrate import migrate
from storage.schema import analyses, terms
from tests.benchmarks.made_up_news import BEGIN, PUBLISHERS, Vocabulary, fill, fill_at_once, vocabulary

ZONE = ZoneInfo("UTC")
PER_CLASS = 60
GERMAN = "de"
# Articles stored one batch after the other, to tell what that costs.
TIMED = 2_000
# Articles whose words are taken for phrases.
PAIRS_FROM = 2_000


@dataclass(frozen=True)
class Latency:
    """Milliseconds of CPU, on PostgreSQL by the clock; `first` is the p50 of queries asked for the first time."""

    p50: float
    p99: float
    first: float


@dataclass(frozen=True)
class Words:
    """Words as typed, by the share of articles that have them."""

    top: list[str]
    frequent: list[str]
    hundredth: list[str]
    rare: list[str]
    frequent_pairs: list[str]
    """Two words as they follow each other in some article."""
    rarer_pairs: list[str]
    """The same of one in a hundredth of the articles and a frequent one."""


async def words_of(services: Services, known: Vocabulary, articles: int) -> Words:
    surfaces: dict[str, str] = {}
    for surface, term in zip(known.surfaces, known.terms, strict=True):
        if term.isalpha() and len(surface) > 3:
            surfaces.setdefault(term, surface)
    terms_by_surface = {surface: term for term, surface in surfaces.items()}
    async with services.storage.engine.connect() as connection:
        rows = (await connection.execute(select(terms.c.term, terms.c.articles))).all()
    of = sorted(((count, surfaces[term]) for term, count in rows if term in surfaces), reverse=True)

    def is_plain(surface: str) -> bool:
        analyser = services.analyser
        reading = analyser.read(surface, speech=analyser.speech_of([surface]))
        return len(reading.terms) > 0 and reading.group is None

    def between(least: float, most: float) -> list[str]:
        fitting = [surface for count, surface in of if least <= count <= most]
        return list(filter(is_plain, random.Random(3).sample(fitting, min(len(fitting), 400))))

    frequent = between(0.1 * articles, 0.3 * articles)
    hundredth = between(0.008 * articles, 0.012 * articles)
    often, seldom = ({terms_by_surface[one] for one in some} for some in (frequent, hundredth))
    pairs = await _neighbours(services, articles)
    return Words(
        top=list(filter(is_plain, (surface for _, surface in of[:25])))[:20],
        frequent=frequent,
        hundredth=hundredth,
        rare=between(35, 70),
        frequent_pairs=[f"{surfaces[a]} {surfaces[b]}" for a, b in pairs if a in often and b in often],
        rarer_pairs=[f"{surfaces[a]} {surfaces[b]}" for a, b in pairs if a in seldom and b in often],
    )


async def _neighbours(services: Services, articles: int) -> list[tuple[str, str]]:
    """Pairs of terms that follow each other in some articles of all times."""
    drawn = random.Random(5).sample(range(1, articles + 1), PAIRS_FROM)
    statement = select(analyses.c.text_terms).where(analyses.c.article_id.in_(drawn))
    async with services.storage.engine.connect() as connection:
        texts = (await connection.scalars(statement)).all()
    return sorted({pair for text_ in texts for pair in pairwise(text_.split())})


def queries(words: Words, days: float, chance: random.Random) -> dict[str, list[str]]:
    """Distinct ones of each class; classes as in the measurements the limits come from."""
    one = chance.choice
    publisher = f'quelle:"Blatt {chance.randrange(100, PUBLISHERS)}"'
    since = (BEGIN + timedelta(days=days * 0.98)).date().isoformat()
    oldest = f"bis:{(BEGIN + timedelta(days=days * 0.02)).date()}"

    def some(make: Callable[[], str]) -> list[str]:
        return list(dict.fromkeys(make() for _ in range(PER_CLASS * 3)))[:PER_CLASS]

    return {
        "most frequent words": some(lambda: one(words.top)),
        "word in 10-30 %": some(lambda: one(words.frequent)),
        "about 1 %": some(lambda: one(words.hundredth)),
        "rare (about 50)": some(lambda: one(words.rare)),
        "1 % + 1 %": some(lambda: f"{one(words.hundredth)} {one(words.hundredth)}"),
        "frequent + 1 %": some(lambda: f"{one(words.frequent)} {one(words.hundredth)}"),
        "frequent + frequent": some(lambda: f"{one(words.frequent)} {one(words.frequent)}"),
        "both most frequent": some(lambda: f"{one(words.top)} {one(words.top)}"),
        "four frequent": some(lambda: " ".join(one(words.frequent) for _ in range(4))),
        "frequent + rare": some(lambda: f"{one(words.frequent)} {one(words.rare)}"),
        "phrase, frequent words": some(lambda: f'"{one(words.frequent_pairs)}"'),
        "phrase, rarer words": some(lambda: f'"{one(words.rarer_pairs)}"'),
        "phrase nobody wrote": some(lambda: f'"{one(words.frequent)} {one(words.frequent)}"'),
        "prefix, 3 letters": some(lambda: f"{one(words.frequent)[:3]}*"),
        "prefix, 4 letters": some(lambda: f"{one(words.hundredth)[:4]}*"),
        "prefix, 5 letters": some(lambda: f"{one(words.hundredth)[:5]}*"),
        "1 % without a frequent": some(lambda: f"{one(words.hundredth)} -{one(words.frequent)}"),
        "1 % OR frequent": some(lambda: f"{one(words.hundredth)} OR {one(words.frequent)}"),
        "frequent, newest 2 %": some(lambda: f"{one(words.frequent)} seit:{since}"),
        "1 %, newest 2 %": some(lambda: f"{one(words.hundredth)} seit:{since}"),
        "frequent, oldest 2 %": some(lambda: f"{one(words.frequent)} {oldest}"),
        "1 %, oldest 2 %": some(lambda: f"{one(words.hundredth)} {oldest}"),
        "frequent, one publisher": some(lambda: f"{one(words.frequent)} {publisher}"),
        "frequent, in titles": some(lambda: f"titel:{one(words.frequent)}"),
        "no such word": some(lambda: f"{one(words.rare)}xq"),
    }


async def timed(work: Callable[[str], Awaitable[object]], asked: Iterable[str]) -> Latency:
    spent = []
    for query in asked:
        cpu = time.process_time()
        await work(query)
        spent.append((time.process_time() - cpu) * 1000)
    ordered = sorted(spent)
    return Latency(statistics.median(spent), ordered[int(len(ordered) * 0.99)], spent[0])


async def of_classes(services: Services, asked: dict[str, list[str]], *, rounds: int) -> dict[str, Latency]:
    """p50 and p99 over the queries of a class; each query counts with the median of its rounds but the first.

    So they say how queries differ, not how busy the machine was; the first round reads words for the first
    time.
    """
    spent: dict[str, list[list[float]]] = {kind: [[] for _ in list_] for kind, list_ in asked.items()}
    for list_ in asked.values():
        await search(services, list_[0], zone=ZONE, by_story=True)  # loads word lists
    gc.collect()
    is_local = services.storage.dialect == "sqlite"
    clock = time.process_time if is_local else time.perf_counter
    with seldom_sought():  # as in the running bot
        for _ in range(rounds + 1):
            for kind, list_ in asked.items():
                for place, query in enumerate(list_):
                    begin = clock()
                    await search(services, query, limit=PER_PAGE, zone=ZONE, by_story=True)
                    spent[kind][place].append((clock() - begin) * 1000)
    found = {}
    for kind, each in spent.items():
        usual = sorted(statistics.median(one[1:]) for one in each)
        first = statistics.median(one[0] for one in each)
        found[kind] = Latency(statistics.median(usual), usual[int(len(usual) * 0.99)], first)
    return found


async def sizes(services: Services) -> tuple[int, int]:
    """Bytes of the index and of titles and texts."""
    async with services.storage.engine.connect() as connection:
        raw = "SELECT sum(length(title) + length(text)) FROM articles"
        if services.storage.dialect == "sqlite":
            index = "SELECT sum(length(block)) FROM text_index_data"
        else:
            index = "SELECT pg_relation_size('ix_analyses_vector')"
        return (
            (await connection.execute(text(index))).scalar_one(),
            (await connection.execute(text(raw))).scalar_one(),
        )


async def by_rank(path: Path, services: Services, asked: Sequence[str]) -> Latency:
    """FTS5's own order over all postings, for the same words."""
    connection = sqlite3.connect(path)
    statement = "SELECT rowid FROM text_index WHERE text_index MATCH ? ORDER BY rank LIMIT 20"
    read = services.analyser.read

    async def one(query: str) -> None:
        expression = " ".join(f'"{read(word).terms[0]}"' for word in query.split())
        connection.execute(statement, (expression,)).fetchall()

    return await timed(one, asked)


async def tantivy_bm25(path: Path, services: Services, asked: Sequence[str]) -> Latency:
    """The same terms in tantivy, one thread, ranked over all."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("body", tokenizer_name="whitespace").build()
    with tempfile.TemporaryDirectory() as folder:
        index = tantivy.Index(schema, path=folder)
        writer = index.writer(num_threads=1)
        for title, body in sqlite3.connect(path).execute("SELECT title_terms, text_terms FROM analyses"):
            writer.add_document(tantivy.Document(body=f"{title} {body}"))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        async def one(query: str) -> None:
            found = index.parse_query(
                " AND ".join(services.analyser.read(word).terms[0] for word in query.split()), ["body"]
            )
            searcher.search(found, 20)

        return await timed(one, asked)


async def reader_search(path: Path, asked: Sequence[str], *, entries: int) -> Latency:
    """The reader library's search over so many of the same texts."""
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        library = make_reader(str(Path(folder) / "reader.db"), search_enabled=True)
        library.add_feed("1", allow_invalid_url=True)
        newest = "SELECT id, title, text FROM articles ORDER BY id DESC LIMIT ?"
        for id_, title, body in sqlite3.connect(path).execute(newest, (entries,)):
            library.add_entry({"feed_url": "1", "id": str(id_), "title": title, "content": [{"value": body}]})
        library.update_search()

        async def one(query: str) -> None:
            list(zip(range(20), library.search_entries(query), strict=False))

        return await timed(one, asked)


async def prepare(services: Services, words: Vocabulary, articles: int) -> None:
    """Make up what is missing, in large portions; the last ones as production stores them, which is timed."""
    async with services.storage.read() as tx:
        there = await tx.search.article_count()
    if there < articles - TIMED:
        await fill_at_once(services.storage, words, articles - TIMED - there, begin=there)
        there = articles - TIMED
    if there < articles:
        spent = await fill(services.storage, words, articles - there, begin=there)
        print(f"storing the last: {spent / (articles - there) * 1000:.3f} ms CPU an article", flush=True)
    while await tend(services.storage):
        pass


def table(found: dict[str, Latency]) -> str:
    lines = ["| query | p50 ms | p99 ms | first p50 |", "| --- | --- | --- | --- |"]
    lines += [f"| {kind} | {one.p50:.1f} | {one.p99:.1f} | {one.first:.1f} |" for kind, one in found.items()]
    return "\n".join(lines)


async def compared(path: Path, services: Services, words: Words, chance: random.Random) -> None:
    """Ours and the peers on the same queries, in one run."""
    kinds = {
        "word in 10-30 %": chance.sample(words.frequent, min(15, len(words.frequent))),
        "about 1 %": chance.sample(words.hundredth, min(15, len(words.hundredth))),
        "frequent + 1 %": [
            f"{chance.choice(words.frequent)} {chance.choice(words.hundredth)}" for _ in range(15)
        ],
    }

    async def ours(query: str) -> None:
        await search(services, query, zone=ZONE)

    for kind, asked in kinds.items():
        found = {
            "ours, whole": await timed(ours, asked),
            "FTS5 ORDER BY rank": await by_rank(path, services, asked),
            "tantivy bm25": await tantivy_bm25(path, services, asked),
            "reader, 10,000 entries": await reader_search(path, asked[:3], entries=10_000),
        }
        own = found["ours, whole"].p50
        for name, one in found.items():
            print(f"{kind}: {name}: p50 {one.p50:.2f} p99 {one.p99:.2f} ms, {one.p50 / own:.1f} x ours")


async def main(articles: int, database: str, *, rounds: int, peers: bool) -> None:
    chance = random.Random(11)
    async with Storage(database) as storage:
        await migrate(storage)
        # What search needs of the services, and no more.
        services = cast(
            "Services", SimpleNamespace(storage=storage, analyser=Analyser(), clock=SystemClock())
        )
        known = vocabulary(services.analyser)
        await prepare(services, known, articles)
        words = await words_of(services, known, articles)
        found = await of_classes(services, queries(words, articles / 1440, chance), rounds=rounds)
        print(table(found))
        index, raw = await sizes(services)
        print(f"index {index / 1e6:.0f} MB, {index / raw:.2f} of {raw / 1e6:.0f} MB of text")
        if peers:
            await compared(Path(make_url(database).database or ""), services, words, chance)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--database", default="", help="kept; by default a temporary SQLite file")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--peers", action="store_true", help="needs: pip install tantivy reader")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/news.db"
        asyncio.run(main(given.articles, url, rounds=given.rounds, peers=given.peers))
