"""Measures of stories and rankings, and the split of labelled sets into halves.

A label "x/2" is a later chapter of event "x": readers take it for the same story as well as for a new one, so it
is no mistake to put both together and none to keep them apart. Chapters share names and places: all of an event
falls into one half.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean


def event(label: str | None) -> str:
    """Of which event the labelled article tells a chapter; empty for none."""
    return (label or "").split("/")[0]


def part_of(label: str | None) -> str:
    """The half of the label's event."""
    return half(event(label))


def half(label: str) -> str:
    """Which half a story's label falls into; looked at before any result was."""
    return "tuning" if hashlib.sha1(label.encode()).digest()[0] % 2 == 0 else "testing"  # noqa: S324


@dataclass(frozen=True)
class Grouping:
    precision: float
    recall: float
    f1: float
    pair_f1: float


def grouping(labels: Sequence[str | None], found: Sequence[int], *, part: str) -> Grouping:
    """B³ over the articles of one half, and F1 of pairs with at least one article of it (half of both counts half).

    Precision asks for events, recall for chapters.
    """
    known = [place for place, label in enumerate(labels) if label]
    asked = {place for place in known if part in {"all", part_of(labels[place])}}
    by_chapter, by_event, by_story = defaultdict(set), defaultdict(set), defaultdict(set)
    for place in known:
        by_chapter[labels[place]].add(place)
        by_event[event(labels[place])].add(place)
        by_story[found[place]].add(place)
    mine = {place: by_story[found[place]] for place in asked}
    precision = mean(len(mine[one] & by_event[event(labels[one])]) / len(mine[one]) for one in asked)
    recall = mean(len(mine[one] & by_chapter[labels[one]]) / len(by_chapter[labels[one]]) for one in asked)
    hits = wrong = missed = 0.0
    for one, other in combinations(known, 2):
        weight = ((one in asked) + (other in asked)) / 2
        together = found[one] == found[other]
        if labels[one] == labels[other]:
            hits += weight * together
            missed += weight * (not together)
        elif event(labels[one]) != event(labels[other]):
            wrong += weight * together
    pair_f1 = 2 * hits / (2 * hits + wrong + missed) if hits else 0.0
    return Grouping(precision, recall, 2 * precision * recall / (precision + recall), pair_f1)


@dataclass(frozen=True)
class Ranking:
    mrr: float
    recall_6: float
    ndcg_6: float
    queries: int


def ranking(labels: Sequence[str | None], scores: Mapping[int, Mapping[int, float]], *, part: str) -> Ranking:
    """How well each article's list brings the others of its story to the top.

    Unlabelled ones and other chapters of its event are left out.
    """
    sizes: dict[str, int] = defaultdict(int)
    for label in labels:
        if label:
            sizes[label] += 1
    firsts, recalls, gains = [], [], []
    for place, label in enumerate(labels):
        if not label or sizes[label] < 2 or part not in {"all", part_of(label)}:
            continue
        listed = sorted(scores.get(place, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        told = [labels[other] for other, _ in listed if labels[other]]
        right = [other == label for other in told if other == label or event(other) != event(label)]
        best = min(6, sizes[label] - 1)
        firsts.append(1 / (right.index(True) + 1) if True in right else 0.0)
        recalls.append(sum(right[:6]) / best)
        ideal = sum(1 / math.log2(rank + 2) for rank in range(best))
        gains.append(sum(1 / math.log2(rank + 2) for rank, hit in enumerate(right[:6]) if hit) / ideal)
    return Ranking(mean(firsts), mean(recalls), mean(gains), len(firsts))


@dataclass(frozen=True)
class Sorting:
    """How well scores tell pairs of one story from others."""

    average_precision: float
    best_f1: float


def sorting(labels: Sequence[str | None], scores: Mapping[int, Mapping[int, float]], *, part: str) -> Sorting:
    """Over all pairs of labelled articles but two chapters of one event; a pair half of the half counts half."""
    sizes = Counter(label for label in labels if label)
    total = sum(size * (size - 1) / 2 for label, size in sizes.items() if part in {"all", part_of(label)})
    pairs: dict[tuple[int, int], float] = {}
    for one, listed in scores.items():
        for other, score in listed.items():
            pair = (min(one, other), max(one, other))
            pairs[pair] = max(score, pairs.get(pair, 0.0))
    hits = seen = gained = best = 0.0
    for (one, other), _ in sorted(pairs.items(), key=lambda found: (-found[1], found[0])):
        mine, theirs = labels[one], labels[other]
        if not mine or not theirs or (mine != theirs and event(mine) == event(theirs)):
            continue
        weight = sum(part in {"all", part_of(label)} for label in (mine, theirs)) / 2
        seen += weight
        if mine == theirs and weight:
            hits += weight
            gained += weight * hits / seen
        best = max(best, 2 * hits / (seen + total))
    return Sorting(gained / total, best)
