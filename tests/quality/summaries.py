"""How near summaries come to the publishers' own teasers, which are withheld, beside simple methods.

    python -m tests.quality.summaries

ROUGE-1 (F1 of words, folded) in 300 characters, on the sample news. Sources: the first sentences; sentences near the
centroid of tf-idf (Radev 2004); LexRank (Erkan, Radev 2004), power iteration over cosines of at least .1.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import mean

import numpy as np

from bot.analysis.folding import fold
from bot.analysis.summary import summarise
from bot.analysis.tokens import words
from bot.articles.sentences import sentences
from storage.records import Article
from tests.quality.measures import half
from tests.quality.similar_lists import articles_of

CHARACTERS = 300
LINKED, DAMPING, ROUNDS = 0.1, 0.85, 50
Ranker = Callable[[list[str]], Sequence[float]]


def rouge_1(found: str, wanted: str) -> float:
    mine, theirs = (Counter(fold(word) for word in words(text)) for text in (found, wanted))
    shared = (mine & theirs).total()
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


def lead(told: list[str]) -> Sequence[float]:
    return [-float(place) for place in range(len(told))]


def centroid(told: list[str]) -> Sequence[float]:
    table = _vectors(told)
    return [float(score) for score in table @ table.sum(axis=0)]


def lexrank(told: list[str]) -> Sequence[float]:
    table = _vectors(told)
    linked = (table @ table.T >= LINKED).astype(float)
    moves = linked / linked.sum(axis=1, keepdims=True)
    rank = np.full(len(told), 1 / len(told))
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / len(told) + DAMPING * rank @ moves
    return [float(score) for score in rank]


def _vectors(told: list[str]) -> np.ndarray:
    bags = [Counter(fold(word) for word in words(sentence)) for sentence in told]
    numbers = {
        word: number for number, word in enumerate(dict.fromkeys(word for bag in bags for word in bag))
    }
    table = np.zeros((len(told), max(1, len(numbers))))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            table[row, numbers[word]] = 1 + np.log(count)
    table *= np.log((1 + len(told)) / (1 + (table > 0).sum(axis=0))) + 1
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)


METHODS: dict[str, Ranker] = {"lead": lead, "tf-idf centroid": centroid, "LexRank": lexrank}


def simply(article: Article, ranker: Ranker) -> str:
    """The best sentences in the order they stand, cut where the room ends."""
    told = sentences(article.text)
    ranked = sorted(range(len(told)), key=lambda place: -ranker(told)[place]) if told else []
    kept: list[int] = []
    for place in ranked:
        if sum(len(told[other]) for other in kept) >= CHARACTERS:
            break
        kept.append(place)
    return " ".join(told[place] for place in sorted(kept))[:CHARACTERS]


def ours(article: Article) -> str:
    return summarise([article], language=article.language).text[:CHARACTERS]


def measure(part: str) -> dict[str, float]:
    """By method; of articles that have text and teaser, in the halves of their stories."""
    labels, articles = articles_of("full texts")
    asked = [
        article
        for label, article in zip(labels, articles, strict=True)
        if article.summary and len(sentences(article.text)) > 3 and half((label or "").split("/")[0]) == part
    ]
    bare = [replace(article, summary="", text=_without(article.text, article.summary)) for article in asked]
    found = {
        name: mean(
            rouge_1(simply(one, ranker), whole.summary) for one, whole in zip(bare, asked, strict=True)
        )
        for name, ranker in METHODS.items()
    }
    found["Depesche"] = mean(
        rouge_1(ours(one), whole.summary) for one, whole in zip(bare, asked, strict=True)
    )
    return found


def _without(text: str, teaser: str) -> str:
    """Where the text begins with the teaser, what comes after it."""
    return text.removeprefix(teaser).strip()


def main() -> None:
    print(json.dumps({part: measure(part) for part in ("tuning", "testing")}, indent=2))


if __name__ == "__main__":
    main()
