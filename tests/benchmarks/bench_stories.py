"""Stories over made-up news: cost per article by window, beside scipy's full product; the group loop; a start.

    python -m tests.benchmarks.bench_stories --windows 10000 100000 500000
    python -m tests.benchmarks.bench_stories --loop 100000

CPU time of the process. "mass" is the sum of the cosines of the ten best found over that of the exact ten.
The loop is `pipeline.group` on SQLite over a window of so many articles, garbage sought as `depesche run` seeks it; a
watchdog beside it tells how long the event loop was held.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from pydantic import SecretStr

from bot import grouping, pipeline
from bot.analysis.analyser import Analyser
from bot.app import open_services
from bot.clock import SystemClock
from bot.garbage import seldom_sought
from bot.services import Services
from bot.settings import Settings
from bot.stories.bags import SIZE, Bag
from bot.stories.index import Index
from bot.stories.likeness import Likeness, Probe
from bot.stories.member import member_of
from bot.stories.packing import packed, tail_of
from bot.stories.sketch import sketch
from storage.records import Analysis, Article, ArticleId, NewArticle, NewStory, Origin
from tests.benchmarks.made_up_news import ARTICLES_PER_STORY, Vocabulary, made_up, vocabulary

DAYS = 7
QUERIES = 200
NEAREST = 10
ROUNDS = 5
BATCH = 1_000
NEW = 600
LIMIT_MS = 20


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU per query."""

    ours: float
    ours_p99: float
    peer: float
    mass: float


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def as_article(new: NewArticle, number: int) -> Article:
    return Article(
        id=ArticleId(number),
        url=new.url,
        title=new.title,
        text=new.text,
        publisher=new.publisher,
        language=new.language,
        published_at=new.published_at,
        first_seen_at=new.first_seen_at,
        origin=Origin.FILE,
    )


def probes(words: Vocabulary, likeness: Likeness, count: int, *, begin: int = 0) -> Iterator[Probe]:
    for number, (new, analysis) in enumerate(made_up(words, count, begin=begin), begin):
        made = sketch(as_article(new, number), analysis)
        yield likeness.probe(made, language="de", published_at=new.published_at)


def bench_windows(words: Vocabulary, sizes: Sequence[int]) -> None:
    likeness, filled, before = Likeness(), 0, 0.0
    kept: list[tuple[Bag, Bag]] = []
    for size in sorted(sizes):
        started = time.process_time()
        for place, probe in enumerate(probes(words, likeness, size - filled, begin=filled), filled):
            likeness.add(probe)
            if size <= 100_000:
                kept.append((probe.words, probe.pieces))
            if place % max(1, size // DAYS) == 0:
                likeness.end_day()
        adding = (time.process_time() - started) / (size - filled) * 1000
        filled = size
        queries = list(probes(words, likeness, QUERIES, begin=size))
        found = measure(likeness, queries, kept if size <= 100_000 else [])
        ratio = f"{found.peer / found.ours:5.1f} x cheaper than scipy" if found.peer else ""
        growth = f"{found.ours / before:.2f} x the window before" if before else ""
        print(
            f"{size:>7,} articles: p50 {found.ours:.2f} ms, p99 {found.ours_p99:.2f} ms; scipy {found.peer:.1f} ms; "
            f"mass {found.mass:.3f}; {likeness.memory / size / 1024:.1f} kB an article ({likeness.memory >> 20} MB); "
            f"made up, sketched and added {adding:.2f} ms; {ratio} {growth}",
            flush=True,
        )
        before = found.ours


def measure(likeness: Likeness, queries: Sequence[Probe], kept: list[tuple[Bag, Bag]]) -> Costs:
    """Ours: candidates and their resemblance; the peer: one product of a sparse matrix with the query."""
    matrix = peer_matrix(likeness, kept) if kept else None
    ours: list[float] = []
    theirs: list[float] = []
    masses: list[float] = []
    for round_number in range(ROUNDS if matrix is not None else 2):
        for query in queries:
            started = time.process_time()
            near = likeness.near(likeness.candidates(query))
            scores = likeness.compare(query, near).direct
            ours.append((time.process_time() - started) * 1000)
            if matrix is None or (round_number and len(theirs) >= 2 * len(queries)):
                continue
            dense = dense_query(likeness, query)
            started = time.process_time()
            exact = matrix @ dense
            theirs.append((time.process_time() - started) * 1000)
            if not round_number:
                best = np.partition(exact, -NEAREST)[-NEAREST:].sum()
                plain = scores / likeness.fading(query, near.documents)
                chosen = near.documents[np.argsort(-plain)[:NEAREST]]
                masses.append(float(exact[chosen].sum() / best))
    peer = statistics.median(theirs) if theirs else 0.0
    return Costs(
        statistics.median(ours), percentile(ours, 0.99), peer, statistics.mean(masses) if masses else 0.0
    )


def peer_matrix(likeness: Likeness, kept: list[tuple[Bag, Bag]]) -> sp.csr_array:
    """Both halves of every article side by side, of length 1 each."""
    halves = [half_matrix(likeness, place, [pair[place] for pair in kept]) for place in (0, 1)]
    return sp.hstack(halves, format="csr").astype(np.float32)


def half_matrix(likeness: Likeness, place: int, bags: Sequence[Bag]) -> sp.csr_array:
    index = index_of(likeness, place)
    terms = np.concatenate([bag.terms for bag in bags])
    counts = np.concatenate([bag.counts for bag in bags]).astype(np.float32)
    weights = (1 + np.log(counts)) * index.rarity(terms)
    ends = np.cumsum([0, *(len(bag) for bag in bags)])
    matrix = sp.csr_array((weights, terms.astype(np.int32), ends), shape=(len(bags), SIZE))
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(ends))
    return matrix


def dense_query(likeness: Likeness, probe: Probe) -> np.ndarray:
    dense = np.zeros(2 * SIZE, np.float32)
    for place, bag in enumerate((probe.words, probe.pieces)):
        weights = (1 + np.log(bag.counts.astype(np.float32))) * index_of(likeness, place).rarity(bag.terms)
        dense[bag.terms.astype(np.int64) + place * SIZE] = weights / np.linalg.norm(weights) / 2
    return dense


def index_of(likeness: Likeness, place: int) -> Index:
    return (likeness._words, likeness._pieces)[place]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Services]:
    settings = Settings(database_url=SecretStr(f"sqlite:///{folder / 'news.db'}"))
    async with open_services(settings) as services:
        yield services


async def bench_loop(words: Vocabulary, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        async with opened(Path(folder)) as services:
            await fill(services, words, size)
        async with opened(Path(folder)) as services:
            stack.enter_context(seldom_sought())
            await add_new(services, words, begin=size, count=1)
            before, wall = time.process_time(), time.perf_counter()
            stalls = await watched(pipeline.group(services))
            print(
                f"start on a window of {len(services.window):,}: {time.perf_counter() - wall:.2f} s, "
                f"CPU {time.process_time() - before:.2f} s; {told(stalls)}; "
                f"window {services.window.memory >> 20} MB, process "
                f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at most",
                flush=True,
            )
            await add_new(services, words, begin=size + BATCH, count=NEW)
            before, wall = time.process_time(), time.perf_counter()
            stalls = await watched(pipeline.group(services))
            spent, passed = time.process_time() - before, time.perf_counter() - wall
            print(
                f"group loop: {NEW / spent:.0f} articles a CPU second, {NEW / passed:.0f} a second; {told(stalls)}"
            )


def told(stalls: Sequence[float]) -> str:
    over = sum(stall > LIMIT_MS for stall in stalls)
    return (
        f"event loop held p50 {statistics.median(stalls):.1f}, p99 {percentile(stalls, 0.99):.1f}, "
        f"at most {max(stalls):.1f} ms, {over} of {len(stalls)} times over {LIMIT_MS}"
    )


async def watched(work) -> list[float]:
    """Milliseconds the event loop was late each time, while the work ran."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(max(0.0, (time.perf_counter() - before - 0.001) * 1000))

    watching = asyncio.create_task(watch())
    try:
        await work
    finally:
        watching.cancel()
    return late or [0.0]


async def fill(services: Services, words: Vocabulary, size: int) -> None:
    """Articles with their stories and sketches, as the loop would have left them, over the last days."""
    likeness = Likeness()
    now = SystemClock().now()
    today = int(now.timestamp() // grouping.DAY_S)
    begin, number = next(iter(made_up(words, 1)))[0].published_at, 0
    for start in range(0, size, BATCH):
        day = today - DAYS + 1 + start * DAYS // size
        pairs = [
            (replace(new, published_at=new.published_at - begin + now - timedelta(days=DAYS)), analysis)
            for new, analysis in made_up(words, min(BATCH, size - start), begin=start)
        ]
        async with services.storage.write() as tx:
            stored = await put(tx, pairs)
            kept = []
            for place in range(0, len(stored), ARTICLES_PER_STORY):
                of = stored[place : place + ARTICLES_PER_STORY]
                story = await tx.stories.add(story_of([article for article, _ in of]))
                await tx.articles.assign([article.id for article, _ in of], story.id)
            for article, analysis in stored:
                probe = likeness.probe(
                    sketch(article, analysis), language="de", published_at=article.published_at
                )
                kept.append((article.id, packed(probe, 0, tail_of(member_of(article, analysis)))))
            number = await tx.sketches.add(number + 1, day, kept)


async def add_new(services: Services, words: Vocabulary, *, begin: int, count: int) -> None:
    now = SystemClock().now()
    pairs = [
        (replace(new, published_at=now, first_seen_at=now), analysis)
        for new, analysis in made_up(words, count, begin=begin)
    ]
    async with services.storage.write() as tx:
        await put(tx, pairs)


async def put(tx, pairs: Sequence[tuple[NewArticle, Analysis]]) -> list[tuple[Article, Analysis]]:
    stored = await tx.articles.add_many([new for new, _ in pairs])
    analyses = [
        replace(analysis, article_id=article.id) for article, (_, analysis) in zip(stored, pairs, strict=True)
    ]
    await tx.analyses.put(analyses)
    return list(zip(stored, analyses, strict=True))


def story_of(articles: Sequence[Article]) -> NewStory:
    return NewStory(
        headline=articles[0].title,
        lead_id=articles[0].id,
        language="de",
        first_at=articles[0].published_at,
        last_at=articles[-1].published_at,
        article_count=len(articles),
        independent_count=len(articles),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--windows", type=int, nargs="*", default=[])
    parser.add_argument("--loop", type=int, help="size of the window for the group loop")
    asked = parser.parse_args()
    words = vocabulary(Analyser())
    if asked.windows:
        bench_windows(words, asked.windows)
    if asked.loop:
        asyncio.run(bench_loop(words, asked.loop))


if __name__ == "__main__":
    main()
