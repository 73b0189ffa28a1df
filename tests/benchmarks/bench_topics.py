"""Topic matching at ingest: CPU of an article beside that of its tokenising and stemming alone.

    python -m tests.benchmarks.bench_topics

Topics of one and two words out of the same vocabulary, so that hits are dense. The limits: with 20,000
topics at most 2.5 times tokenising and stemming alone, with 200,000 at most twice that of 20,000.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.analysis.analyser import Analyser
from bot.topics.matching import TopicIndex
from storage.records import NewArticle, Topic, TopicId
from tests.benchmarks.made_up_news import Vocabulary, made_up, vocabulary

NOW = datetime(2026, 3, 12, tzinfo=UTC)
ARTICLES, ROUNDS = 200, 5
SIZES = (1_000, 20_000, 200_000)


def topics(words: Vocabulary, count: int, chance: random.Random) -> list[Topic]:
    surfaces = [surface for surface, term in zip(words.surfaces, words.terms, strict=True) if term][:60_000]
    queries: dict[str, None] = {}
    while len(queries) < count:
        queries[" ".join(chance.choice(surfaces) for _ in range(chance.choice((1, 2))))] = None
    return [Topic(id=TopicId(number), key=query, query=query) for number, query in enumerate(queries, 1)]


def cost(work: Callable[[NewArticle], object], articles: list[NewArticle]) -> float:
    """Microseconds of CPU an article."""
    begin = time.process_time()
    for article in articles:
        work(article)
    return (time.process_time() - begin) / len(articles) * 1e6


def main() -> None:
    analyser = Analyser()
    words = vocabulary(analyser, compounds=20_000)
    articles = [new for new, _ in made_up(words, ARTICLES)]

    def stem(article: NewArticle) -> None:
        analyser.terms(article.title, "de")
        analyser.terms(article.text, "de")

    analysed = {
        article.url: analyser.analyse(title=article.title, text=article.text, language="de")
        for article in articles
    }
    indexes: dict[int, TopicIndex] = {}
    for size in SIZES:
        indexes[size] = TopicIndex(analyser)
        indexes[size].load(topics(words, size, random.Random(size)))
        begin = time.process_time()
        indexes[size].read(NOW)
        print(f"{size} topics read in {time.process_time() - begin:.1f} s CPU", flush=True)
    found: dict[str, list[float]] = {}
    hits: dict[int, int] = {}
    for _ in range(ROUNDS):
        found.setdefault("tokenising and stemming", []).append(cost(stem, articles))
        for size, index in indexes.items():

            def match(article: NewArticle, index: TopicIndex = index, size: int = size) -> None:
                matched = index.match(
                    analysed[article.url],
                    publisher=article.publisher,
                    language="de",
                    published_at=article.published_at,
                )
                hits[size] = hits.get(size, 0) + len(matched)

            found.setdefault(f"matching, {size} topics", []).append(cost(match, articles))
    middle = {name: statistics.median(costs) for name, costs in found.items()}
    alone = middle.pop("tokenising and stemming")
    print(f"tokenising and stemming alone: {alone:.0f} us an article")
    totals = {}
    for size, (name, one) in zip(SIZES, middle.items(), strict=True):
        totals[size] = alone + one
        print(
            f"{name}: {one:.0f} us, with stemming {totals[size] / alone:.2f} x stemming alone,"
            f" {hits[size] / ARTICLES / ROUNDS:.0f} hits an article"
        )
    print(f"200,000 / 20,000 topics: {totals[200_000] / totals[20_000]:.2f}")


if __name__ == "__main__":
    main()
