"""How well related stories are found, on the sample news: pairs of events, labelled by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path

from bot.analysis.analyser import Analyser
from bot.digests.build import NEAR
from bot.stories.placing import place_all
from bot.stories.window import Window
from tests.quality.measures import half
from tests.quality.similar_lists import articles_of
from tests.quality.simple_clusters import word_cosines

LABELS = Path(__file__).with_name("related_stories.tsv")
Pairs = dict[tuple[str, str], float]
PORTION = 20

# As measured on the testing half, less two hundredths; `near` is of those that an edition shows.
FLOORS = {"precision": 0.675, "recall": 0.334, "near": 0.855}


@dataclass(frozen=True)
class Measured:
    precision: float
    recall: float
    near: float
    """Precision of the pairs an edition would show."""


@cache
def labelled() -> frozenset[tuple[str, str]]:
    found = set()
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            events = line.split("\t")[1].split()
            found |= {(one, other) for one in events for other in events if one < other}
    return frozenset(found)


def weight(pair: tuple[str, str], part: str) -> float:
    """A pair of which one event is of the half counts half."""
    return sum(half(event) == part for event in pair) / 2


def measure(found: Pairs, part: str, *, near: float) -> Measured:
    total = sum(weight(pair, part) for pair in labelled())
    hits, seen = counts(found, part)
    near_hits, near_seen = counts({pair: score for pair, score in found.items() if score >= near}, part)
    return Measured(hits / seen, hits / total, near_hits / near_seen)


def counts(found: Iterable[tuple[str, str]], part: str) -> tuple[float, float]:
    """Those that are labelled as related, and all."""
    hits = sum(weight(pair, part) for pair in found if pair in labelled())
    return hits, sum(weight(pair, part) for pair in found)


def pairs_of(labels: list[str | None], scores: dict[tuple[int, int], float]) -> Pairs:
    """Of two events the closest pair of articles that are in different stories."""
    best: Pairs = defaultdict(float)
    for (one, other), score in scores.items():
        here, there = sorted((labels[place] or "").split("/")[0] for place in (one, other))
        if here and here != there:
            best[here, there] = max(best[here, there], score)
    return best


@cache
def ours() -> Pairs:
    labels, articles = articles_of("full texts")
    analyser, window = Analyser(), Window()
    pairs = [
        (
            article,
            analyser.analyse(
                title=article.title, summary=article.summary, text=article.text, language=article.language
            ).for_article(article.id),
        )
        for article in articles
    ]
    scores: dict[tuple[int, int], float] = {}
    for start in range(0, len(pairs), PORTION):
        for link in place_all(pairs[start : start + PORTION], window)[1]:
            members = product(link.one.documents, link.other.documents)
            scores.update({pair: max(link.score, scores.get(pair, 0.0)) for pair in members})
    return pairs_of(labels, scores)


@cache
def simple() -> Pairs:
    labels, articles = articles_of("full texts")
    alike = word_cosines(articles)
    return pairs_of(
        labels, {(one, other): float(alike[one, other]) for one, other in combinations(range(len(labels)), 2)}
    )


def as_many(found: Pairs, part: str, seen: float) -> Pairs:
    """The best of them, as many as the others have found."""
    kept: Pairs = {}
    for pair, score in sorted(found.items(), key=lambda one: -one[1]):
        if counts(kept, part)[1] >= seen:
            break
        kept[pair] = score
    return kept


def test_related_stories_are_found_and_few_others():
    found = {part: measure(ours(), part, near=NEAR) for part in ("tuning", "testing")}
    seen = counts(ours(), "testing")[1]
    by_words = measure(as_many(simple(), "testing", seen), "testing", near=0)

    print(f"as many by tf-idf words: precision {by_words.precision:.3f}, recall {by_words.recall:.3f}")
    for part, one in found.items():
        print(
            f"{part}: precision {one.precision:.3f}, recall {one.recall:.3f}; shown in editions: {one.near:.3f}"
        )
    testing = found["testing"]
    assert testing.precision > by_words.precision
    assert testing.precision >= FLOORS["precision"]
    assert testing.recall >= FLOORS["recall"]
    assert testing.near >= FLOORS["near"]
