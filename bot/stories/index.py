"""An inverted index over integer arrays: the articles of the window, found by the terms they share.

Nothing here is weighted when an article is added: rarity is looked up when it is asked for. So the
answer depends on which articles are in the index, not on when they came, and an index built anew
from the database answers as the old one did.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.stories.arrays import Floats, Growing, Ints, stretches, sums

# As many unseen articles are assumed to stand beside those of the window: in a window of seven
# articles a word that five of them share is not yet a common word.
UNSEEN = 150
# More terms of a query find hardly more, and the common ones have long postings.
QUERY_TERMS = 30


@dataclass(frozen=True, slots=True)
class Vector:
    """One article in one index: term ids and how often each stands there, dampened."""

    terms: Ints
    weights: Floats


class Index:
    """Documents are numbered from 0 in the order they are added."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._postings: list[array[int]] = []
        self._frequency = Growing(np.int32)
        self._terms = Growing(np.int32)
        self._weights = Growing(np.float32)
        self._offsets = Growing(np.int64)
        self._offsets.extend(np.zeros(1, np.int64))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def vector(self, counts: Mapping[str, float]) -> Vector:
        """The article's terms as this index numbers them; a term never seen is given a number."""
        ids = self._ids
        terms = np.fromiter((ids.setdefault(term, len(ids)) for term in counts), np.int64, len(counts))
        missing = len(ids) - len(self._postings)
        self._postings.extend(array("i") for _ in range(missing))
        self._frequency.extend(np.zeros(missing, np.int32))
        weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        return Vector(terms, weights.astype(np.float32))

    def add(self, vector: Vector) -> int:
        """Number of the new document."""
        number = len(self)
        self._terms.extend(vector.terms.astype(np.int32))
        self._weights.extend(vector.weights)
        self._offsets.extend(np.array([len(self._terms)], np.int64))
        self._frequency.values[vector.terms] += 1
        postings = self._postings
        for term in vector.terms.tolist():
            postings[term].append(number)
        return number

    def document(self, number: int) -> Vector:
        """The vector it was added with."""
        start, end = self._offsets.values[number : number + 2].tolist()
        return Vector(self._terms.values[start:end].astype(np.int64), self._weights.values[start:end])

    def rarity(self, terms: Ints) -> Floats:
        """How telling each term is: high for one that few articles have."""
        total = len(self) + UNSEEN
        rare: Floats = np.log((total + 1) / (self._frequency.values[terms] + 0.5)).astype(np.float32)
        return rare

    def rarity_of(self, term: str) -> float:
        """As `rarity`, by name; 0 for a term no article has."""
        number = self._ids.get(term)
        return float(self.rarity(np.array([number], np.int64))[0]) if number is not None else 0.0

    def candidates(self, vector: Vector, *, limit: int) -> Ints:
        """Documents that share the query's most telling terms, roughly best first."""
        rarity = self.rarity(vector.terms)
        telling = vector.weights * rarity
        best = np.argsort(-telling, kind="stable")[:QUERY_TERMS]
        found = [np.frombuffer(self._postings[term], np.int32) for term in vector.terms[best].tolist()]
        if not sum(len(documents) for documents in found):
            return np.empty(0, np.int64)
        strength = np.repeat(telling[best] * rarity[best], [len(documents) for documents in found])
        documents, where = np.unique(np.concatenate(found), return_inverse=True)
        order = np.argsort(-np.bincount(where, strength), kind="stable")[:limit]
        return documents[order].astype(np.int64)

    def cosines(self, blend: Sequence[tuple[float, Vector]], documents: Ints) -> Floats:
        """Share-weighted sum of the cosines of some vectors with each document, by rarity as of now."""
        if not len(documents) or not blend:
            return np.zeros(len(documents), np.float32)
        query = np.zeros(len(self._ids), np.float32)
        for share, vector in blend:
            own = vector.weights * self.rarity(vector.terms)
            query[vector.terms] += share * own / (np.linalg.norm(own) or 1.0)
        offsets = self._offsets.values
        starts = offsets[documents]
        places, ends = stretches(starts, offsets[documents + 1] - starts)
        terms = self._terms.values[places]
        weights = self._weights.values[places] * self.rarity(terms.astype(np.int64))
        dots = sums(query[terms] * weights, ends)
        norms = np.sqrt(sums(weights * weights, ends))
        return np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)

    def strongest(self, vector: Vector, documents: Ints) -> Floats:
        """Which share of the cosine with each document rests on one term; 1 where nothing is shared."""
        if not len(documents):
            return np.zeros(0, np.float32)
        query = np.zeros(len(self._ids), np.float32)
        query[vector.terms] = vector.weights * self.rarity(vector.terms) ** 2
        offsets = self._offsets.values
        starts = offsets[documents]
        places, ends = stretches(starts, offsets[documents + 1] - starts)
        products = query[self._terms.values[places]] * self._weights.values[places]
        totals = sums(products, ends)
        tops = np.zeros(len(documents), np.float32)
        np.maximum.at(tops, np.repeat(np.arange(len(documents)), np.diff(ends, prepend=0)), products)
        return np.divide(tops, totals, out=np.ones_like(tops), where=totals > 0)
