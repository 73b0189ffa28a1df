"""How near summaries come to the publishers' own teasers, which are withheld, beside simple methods.

    python -m tests.quality.summaries

ROUGE-1 (F1 of words, folded) on the sample news, each method twice: cut off where 300 characters end, and with the
whole sentences that fit into the room of our summaries. Sources: the first sentences; sentences near the centroid of
tf-idf (Radev 2004); LexRank (Erkan, Radev 2004), power iteration over cosines of at least .1; TextRank (Mihalcea,
Tarau 2004), words shared by the logarithms of both lengths; LSA (Steinberger, Ježek 2004). "Best possible" is the choice
of up to three whole sentences in 300 characters that is nearest to the teaser: it has seen it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import mean

import numpy as np

from bot.analysis.folding import fold
from bot.analysis.selection import MOST_CHARACTERS
from bot.analysis.summary import summarise
from bot.analysis.tokens import words
from bot.articles.sentences import sentences
from storage.records import Article
from tests.quality.measures import part_of
from tests.quality.similar_lists import articles_of

CHARACTERS = 300
LINKED, DAMPING, ROUNDS = 0.1, 0.85, 50
TOPICS = 3
LOOKED_AT, MOST = 16, 3
"""Of so many sentences so many are tried together as the best possible ones."""
Ranker = Callable[[list[str], str], Sequence[float]]
"""Scores of sentences under a title."""


@dataclass(frozen=True)
class Nearness:
    cut: float
    """In the first 300 characters."""
    whole: float
    """With whole sentences, in the room of our summaries."""


def rouge_1(found: str, wanted: str) -> float:
    mine, theirs = (Counter(fold(word) for word in words(text)) for text in (found, wanted))
    shared = (mine & theirs).total()
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


def lead(told: list[str], _title: str = "") -> Sequence[float]:
    return [-float(place) for place in range(len(told))]


def centroid(told: list[str], _title: str = "") -> Sequence[float]:
    table = _vectors(told)
    return _floats(table @ table.sum(axis=0))


def lexrank(told: list[str], _title: str = "") -> Sequence[float]:
    table = _vectors(told)
    return _ranked((table @ table.T >= LINKED).astype(float))


def textrank(told: list[str], _title: str = "") -> Sequence[float]:
    bags = [{fold(word) for word in words(sentence)} for sentence in told]
    links = np.zeros((len(told), len(told)))
    for one, other in combinations(range(len(told)), 2):
        lengths = np.log(max(2, len(bags[one]))) + np.log(max(2, len(bags[other])))
        links[one, other] = links[other, one] = len(bags[one] & bags[other]) / lengths
    return _ranked(links + 1e-6)


def latent(told: list[str], _title: str = "") -> Sequence[float]:
    left, strength, _ = np.linalg.svd(_vectors(told), full_matrices=False)
    return _floats(np.linalg.norm(left[:, :TOPICS] * strength[:TOPICS], axis=1))


def central_titled_early(told: list[str], title: str) -> Sequence[float]:
    """Centroid, likeness to the title and place, each at most 1, in sum."""
    table = _vectors([*told, title])
    central, titled = table[:-1] @ table[:-1].sum(axis=0), table[:-1] @ table[-1]
    early = 1 / (1 + np.arange(len(told)))
    return _floats(central / max(central.max(), 1e-9) + titled / max(titled.max(), 1e-9) + early)


def _ranked(links: np.ndarray) -> Sequence[float]:
    moves = links / links.sum(axis=1, keepdims=True)
    rank = np.full(len(links), 1 / len(links))
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / len(links) + DAMPING * rank @ moves
    return _floats(rank)


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


def _floats(scores: Iterable[float]) -> Sequence[float]:
    return [float(score) for score in scores]


METHODS: dict[str, Ranker] = {
    "lead": lead,
    "tf-idf centroid": centroid,
    "LexRank": lexrank,
    "TextRank": textrank,
    "LSA": latent,
    "centroid + title + position": central_titled_early,
}


def simply(article: Article, ranker: Ranker, *, whole: bool = False) -> str:
    """The best sentences in the order they stand: those that fit, or cut where the room ends."""
    told = sentences(article.text)
    scores = ranker(told, article.title)
    room = MOST_CHARACTERS if whole else CHARACTERS
    kept: list[int] = []
    for place in sorted(range(len(told)), key=lambda place: -scores[place]):
        taken = sum(len(told[other]) + 1 for other in kept)
        if taken + (len(told[place]) if whole else 0) > room:
            break
        kept.append(place)
    return " ".join(told[place] for place in sorted(kept))[:room]


def best_possible(article: Article, teaser: str) -> float:
    told = sentences(article.text)[:LOOKED_AT]
    texts = (" ".join(some) for count in range(1, MOST + 1) for some in combinations(told, count))
    return max((rouge_1(text, teaser) for text in texts if len(text) <= CHARACTERS), default=0.0)


def ours(articles: Sequence[Article], *, whole: bool = False) -> str:
    made = summarise(articles, language=articles[0].language)
    return made.text if whole else made.text[:CHARACTERS]


def measure(part: str) -> dict[str, Nearness]:
    """By method; of articles that have text and teaser, in the halves of their stories."""
    labels, articles = articles_of("full texts")
    asked = [
        (without_teaser(article), article.summary)
        for label, article in zip(labels, articles, strict=True)
        if article.summary and len(sentences(article.text)) > 3 and part_of(label) == part
    ]
    found = {name: _near(asked, ranker) for name, ranker in METHODS.items()}
    found["Depesche"] = Nearness(
        cut=mean(rouge_1(ours([one]), teaser) for one, teaser in asked),
        whole=mean(rouge_1(ours([one], whole=True), teaser) for one, teaser in asked),
    )
    best = mean(best_possible(one, teaser) for one, teaser in asked)
    found["best possible"] = Nearness(cut=best, whole=best)
    return found


def _near(asked: Sequence[tuple[Article, str]], ranker: Ranker) -> Nearness:
    return Nearness(
        cut=mean(rouge_1(simply(one, ranker), teaser) for one, teaser in asked),
        whole=mean(rouge_1(simply(one, ranker, whole=True), teaser) for one, teaser in asked),
    )


def measure_stories(part: str) -> dict[str, float]:
    """How near one summary of all German articles of a story comes to each one's teaser, in the mean; newest first.

    Beside it the beginning of the newest article.
    """
    labels, articles = articles_of("full texts")
    told: dict[str, list[Article]] = defaultdict(list)
    for label, article in zip(labels, articles, strict=True):
        if label and article.language == "de" and part_of(label) == part:
            told[label].append(article)
    newest_first = [
        sorted(some, key=lambda one: one.published_at, reverse=True)
        for some in told.values()
        if len(some) > 1 and any(one.summary for one in some)
    ]
    found: dict[str, list[float]] = defaultdict(list)
    for some in newest_first:
        bare = [without_teaser(one) for one in some]
        teasers = [one.summary for one in some if one.summary]
        found["lead"].append(mean(rouge_1(simply(bare[0], lead), teaser) for teaser in teasers))
        found["Depesche"].append(mean(rouge_1(ours(bare), teaser) for teaser in teasers))
    return {name: mean(values) for name, values in found.items()}


def without_teaser(article: Article) -> Article:
    """Also where the text begins with it."""
    return replace(article, summary="", text=article.text.removeprefix(article.summary).strip())


def main() -> None:
    for part in ("tuning", "testing"):
        table = {name: vars(near) for name, near in measure(part).items()}
        print(json.dumps({part: table, f"{part}, stories": measure_stories(part)}, indent=2))


if __name__ == "__main__":
    main()
