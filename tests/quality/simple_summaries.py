"""What simple methods take from a text: the yardsticks summaries are held against.

Each orders the sentences of one text; the best that fit into the length asked for are taken, in the
order of the text. LexRank: Erkan and Radev 2004; TextRank: Mihalcea and Tarau 2004; LSA: Steinberger
and Jezek 2004; centroid: Radev and others 2004.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from bot.analysis.folding import fold

LENGTH = 300
DAMPING = 0.85
ALIKE = 0.1
CONCEPTS = 3
Scores = np.ndarray


def words(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"[^\W_]+", text)]


def rouge_1(found: str, reference: str) -> float:
    """F1 of the words both have, of the first 300 characters."""
    mine, theirs = Counter(words(found[:LENGTH])), Counter(words(reference[:LENGTH]))
    shared = sum((mine & theirs).values())
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


def take(sentences: Sequence[str], scores: Sequence[float], *, most: int = 3) -> str:
    """The best sentences, in the order of the text, until the length is reached."""
    chosen: list[int] = []
    for place in sorted(range(len(sentences)), key=lambda place: (-scores[place], place)):
        if len(chosen) == most or sum(len(sentences[other]) for other in chosen) >= LENGTH:
            break
        chosen.append(place)
    return " ".join(sentences[place] for place in sorted(chosen))


def lead(sentences: Sequence[str]) -> Scores:
    return -np.arange(len(sentences), dtype=float)


def centroid(sentences: Sequence[str]) -> Scores:
    table = _weighed(sentences)
    return table @ (table.sum(axis=0) / (np.linalg.norm(table.sum(axis=0)) or 1))


def lexrank(sentences: Sequence[str]) -> Scores:
    table = _weighed(sentences)
    return _walk((table @ table.T > ALIKE).astype(float))


def textrank(sentences: Sequence[str]) -> Scores:
    bags = [set(words(sentence)) for sentence in sentences]
    links = np.zeros((len(bags), len(bags)))
    for one, mine in enumerate(bags):
        for other, theirs in enumerate(bags):
            if one != other and len(mine) > 1 and len(theirs) > 1:
                links[one, other] = len(mine & theirs) / (math.log(len(mine)) + math.log(len(theirs)))
    return _walk(links)


def lsa(sentences: Sequence[str]) -> Scores:
    _, strengths, concepts = np.linalg.svd(_weighed(sentences).T, full_matrices=False)
    return np.sqrt(((strengths[:CONCEPTS, None] * concepts[:CONCEPTS]) ** 2).sum(axis=0))


METHODS: dict[str, Callable[[Sequence[str]], Scores]] = {
    "lead": lead,
    "tf-idf centroid": centroid,
    "LexRank": lexrank,
    "TextRank": textrank,
    "LSA": lsa,
}


def _weighed(sentences: Sequence[str]) -> Scores:
    bags = [Counter(words(sentence)) for sentence in sentences]
    numbers = {word: place for place, word in enumerate({word: None for bag in bags for word in bag})}
    table = np.zeros((len(bags), max(1, len(numbers))))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            table[row, numbers[word]] = count
    table *= np.log((1 + len(bags)) / (1 + (table > 0).sum(axis=0))) + 1
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)


def _walk(links: Scores) -> Scores:
    """Where a random walk over the links stays."""
    links = links / np.maximum(links.sum(axis=1, keepdims=True), 1e-9)
    ranks = np.full(len(links), 1 / len(links))
    for _ in range(40):
        ranks = (1 - DAMPING) / len(links) + DAMPING * links.T @ ranks
    return ranks
