"""How well similar news are ranked and stories found, beside simple methods, on every labelled set.

    python -m tests.quality.similar_news [SET...]

Prints the testing halves: ranking (MRR, recall@6, nDCG@6), pairs (average precision, best F1), stories
(B3 F1, pair F1, stories that mix events). The simple methods know the whole set beforehand; their
thresholds are fitted on the tuning half.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Sequence

from storage.records import Article
from tests.quality.measures import grouping, ranking, sorting
from tests.quality.similar_lists import Asked, Labels, all_pairs, ask, rows_of
from tests.quality.simple_clusters import METHODS, Method, hours_of, place

SETS = ("front pages", "full texts", "headlines", "german english", "other languages")
HEAD = f"{'':34} {'MRR':>6} {'R@6':>6} {'nDCG@6':>6} {'AP':>6} {'F1':>6}   {'B3':>6} {'pair':>6} mixed"


def line(
    name: str, labels: Labels, scores: dict[int, dict[int, float]], stories: Sequence[int], part: str
) -> str:
    """One row of the table."""
    ranked, pairs = ranking(labels, scores, part=part), sorting(labels, scores, part=part)
    found = grouping(labels, stories, part=part)
    figures = (ranked.mrr, ranked.recall_6, ranked.ndcg_6, pairs.average_precision, pairs.best_f1)
    return (
        f"{name:34} {' '.join(f'{one:6.3f}' for one in figures)}   {found.f1:6.3f} {found.pair_f1:6.3f} "
        f"{mixed(labels, stories):5}"
    )


def mixed(labels: Labels, stories: Sequence[int]) -> int:
    """Stories with articles of two events; chapters of one event ("x/2") are no other event."""
    events: dict[int, set[str]] = defaultdict(set)
    for label, story in zip(labels, stories, strict=True):
        if label:
            events[story].add(label.split("/")[0])
    return sum(len(found) > 1 for found in events.values())


def simple_stories(method: Method, labels: Labels, articles: Sequence[Article]) -> list[int]:
    """With the threshold that is best on the tuning half."""
    alike, hours = method.alike(articles), hours_of(articles)
    placed = [
        place(alike, hours, threshold=one, centroid=method.centroid, half_life_h=method.half_life_h)
        for one in method.thresholds
    ]
    return max(placed, key=lambda found: grouping(labels, found, part="tuning").f1)


def print_set(name: str, asked: Asked, part: str) -> None:
    print(f"{name}: {len(asked.labels)} articles, {part} part\n{HEAD}")
    for method in METHODS[1:]:
        alike = method.alike(asked.articles)
        stories = simple_stories(method, asked.labels, asked.articles)
        print(line(method.name, asked.labels, all_pairs(alike), stories, part))
    print(line("Depesche", asked.labels, asked.scores, asked.stories, part), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--part", choices=("tuning", "testing", "all"), default="testing")
    chosen = parser.parse_args()
    for name in chosen.sets:
        rows = rows_of(name)
        if rows is None:
            print(f"{name}: not there")
        else:
            print_set(name, asyncio.run(ask(rows)), chosen.part)


if __name__ == "__main__":
    main()
