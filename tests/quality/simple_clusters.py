"""What simple methods make of the same stream: the yardsticks the stories are held against.

Each places every article once, in order, by one threshold; rarity of words is counted over the whole
set beforehand, which a program that reads a stream cannot do. Sources: single-pass clustering of
topic detection and tracking (Allan, Papka, Lavrenko 1998), with the nearest article or the centroid.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import Stemmer

from bot.analysis.folding import fold
from bot.stories.sketch import lead
from storage.records import Article

HALF_LIFE_H = 48.0
_SNOWBALL = {"de": "german", "en": "english", "fr": "french"}
Matrix = np.ndarray


@dataclass(frozen=True)
class Method:
    name: str
    alike: Callable[[Sequence[Article]], Matrix]
    centroid: bool
    half_life_h: float | None
    thresholds: tuple[float, ...]


def place(
    alike: Matrix, hours: Matrix, *, threshold: float, centroid: bool, half_life_h: float | None
) -> list[int]:
    """The story of each article: the most alike one if it is alike enough, else a new one."""
    stories: list[int] = []
    lengths: list[float] = []
    last: list[float] = []
    for number in range(len(alike)):
        before = np.array(stories, np.int64)
        row = alike[number, :number]
        if centroid:
            score = np.bincount(before, row, len(lengths)) / np.sqrt(np.maximum(lengths, 1e-9))
        else:
            score = np.zeros(len(lengths))
            np.maximum.at(score, before, row)
        if half_life_h and last:
            score = score * 0.5 ** (np.abs(hours[number] - np.array(last)) / half_life_h)
        best = int(np.argmax(score)) if len(score) else -1
        if best < 0 or score[best] < threshold:
            best = len(lengths)
            lengths.append(0.0)
            last.append(0.0)
        # The squared length of the sum of its vectors grows by twice the products with the newcomer.
        lengths[best] += alike[number, number] + 2 * float(row[before == best].sum())
        last[best] = hours[number]
        stories.append(best)
    return stories


def hours_of(articles: Sequence[Article]) -> Matrix:
    return np.array([article.published_at.timestamp() / 3600 for article in articles])


def _jaccard(articles: Sequence[Article]) -> Matrix:
    has = _counts([set(_words(article.title)) for article in articles])
    shared = has @ has.T
    sizes = has.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - shared
    return np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)


def _cosines(units: Callable[[Article], list[str]]) -> Callable[[Sequence[Article]], Matrix]:
    def alike(articles: Sequence[Article]) -> Matrix:
        counts = _counts([Counter(units(article)) for article in articles])
        rarity = np.log((1 + len(articles)) / (1 + (counts > 0).sum(axis=0))) + 1
        weighed = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * rarity
        weighed /= np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9)
        return weighed @ weighed.T

    return alike


def _counts(bags: Sequence[set[str] | Counter[str]]) -> Matrix:
    numbers: dict[str, int] = {}
    for bag in bags:
        for unit in bag:
            numbers.setdefault(unit, len(numbers))
    table = np.zeros((len(bags), max(1, len(numbers))), np.float32)
    for row, bag in enumerate(bags):
        for unit in bag:
            table[row, numbers[unit]] = bag[unit] if isinstance(bag, Counter) else 1
    return table


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in re.findall(r"[^\W_]+", text) if len(word) > 1)


def _title_twice(article: Article) -> str:
    return f"{article.title} {article.title} {lead(article)}"


def _plain(article: Article) -> list[str]:
    return list(_words(_title_twice(article)))


def _stems(article: Article) -> list[str]:
    stemmer = Stemmer.Stemmer(_SNOWBALL.get(article.language, "english"))
    return list(stemmer.stemWords(_plain(article)))


def _characters(article: Article) -> list[str]:
    return [f" {word} "[at : at + 4] for word in _plain(article) for at in range(max(1, len(word) - 1))]


def _halves(articles: Sequence[Article]) -> Matrix:
    return (_cosines(_stems)(articles) + _cosines(_characters)(articles)) / 2


def word_cosines(articles: Sequence[Article]) -> Matrix:
    """tf-idf of plain words, the title twice."""
    return _cosines(_plain)(articles)


_LOW = tuple(float(value) for value in np.arange(0.08, 0.42, 0.02).round(2))
METHODS = (
    Method("every article alone", _jaccard, False, None, (9.0,)),
    Method("title Jaccard, nearest", _jaccard, False, None, _LOW),
    Method("tf-idf words, centroid, 48 h", _cosines(_plain), True, HALF_LIFE_H, _LOW),
    Method("stems, centroid, 48 h", _cosines(_stems), True, HALF_LIFE_H, _LOW),
    Method("characters, nearest, 48 h", _cosines(_characters), False, HALF_LIFE_H, _LOW),
    Method("stems + characters, centroid", _halves, True, None, _LOW),
)
