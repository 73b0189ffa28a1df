"""An inverted index over integer arrays: the articles of the window, found by the terms they share.

How rare a term is is looked up when it is asked for. So the answer depends on which articles are in the
index and in which order, not on when they came, and an index built anew from the database answers as the
old one did. What an article can be found by is chosen once, when it is added: its most telling terms come
first in its vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bot.stories.arrays import Floats, Growing, Ints, stretches, sums
from bot.stories.bags import SIZE, Bag, Codes, Counts
from bot.stories.postings import Postings

# As many unseen articles are assumed to stand beside those of the window: in a window of seven
# articles a word that five of them share is not yet a common word.
UNSEEN = 150
# More terms of a query find hardly more, and the common ones have long postings.
QUERY_TERMS = 30
# Of how many terms each article's are looked for: a shared term is rarely further down the list.
POSTED = 60

COUNT_BITS = 8

# A count, dampened: the tenth mention says little that the first did not.
_DAMPENED: Floats = np.concatenate(([0.0], 1 + np.log(np.arange(1, 256)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vector:
    """One article in one index: term codes and how often each stands there, dampened."""

    terms: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """Some documents' vectors side by side, weighted by rarity as of now."""

    terms: npt.NDArray[np.uint32]
    weights: Floats
    ends: Ints
    norms: Floats

    def plus(self, more: Rows) -> Rows:
        """These, then those."""
        return Rows(
            np.concatenate((self.terms, more.terms)),
            np.concatenate((self.weights, more.weights)),
            np.concatenate((self.ends, len(self.terms) + more.ends)),
            np.concatenate((self.norms, more.norms)),
        )


def _logarithms(most: int) -> Floats:
    """Of each frequency below `most` and a half, in halves."""
    found: Floats = np.log1p(2.0 * np.arange(most)).astype(np.float32)
    return found


def _joined(terms: Codes, counts: Counts) -> Codes:
    """A term and its count in one number of four bytes: codes leave the highest eight bits free."""
    joined: Codes = (terms << np.uint32(COUNT_BITS)) | counts
    return joined


def _parted(joined: Codes) -> tuple[Codes, Counts]:
    """What `_joined` put together."""
    return joined >> np.uint32(COUNT_BITS), joined.astype(np.uint8)


class Index:
    """Documents are numbered from 0 in the order they are added, for good; the oldest can be dropped.

    For one thread at a time: it compares in arrays of its own.
    """

    def __init__(self, size: int = SIZE) -> None:
        """`size` is above every code."""
        self._first = 0
        self._frequency = np.zeros(size, np.int32)
        self._logs = _logarithms(1024)
        # Of each term's frequency: what changes with every article is looked up with every comparison. Nought
        # for terms nobody has seen, so that no memory is taken for them.
        self._log: Floats = np.zeros(size, np.float32)
        self._postings = Postings(size)
        # Each document's terms and counts, as `_joined` puts them.
        self._rows: Growing[np.uint32] = Growing(np.uint32)
        self._ends: Growing[np.int64] = Growing(np.int64)
        self._ends.extend(np.zeros(1, np.int64))
        self._query: Floats = np.zeros(size, np.float32)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @property
    def memory(self) -> int:
        """Memory it takes."""
        arrays = self._rows.memory + self._ends.memory + self._postings.memory
        return arrays + self._frequency.nbytes + self._log.nbytes + self._query.nbytes

    @property
    def size(self) -> int:
        """Terms of all its documents together."""
        return len(self._rows)

    def ordered(self, bag: Bag) -> Bag:
        """The same, most telling terms first."""
        telling = _DAMPENED[bag.counts] * self.rarity(bag.terms)
        return bag.sorted_by(np.argsort(-telling, kind="stable"))

    def add(self, bag: Bag) -> int:
        """Number of the new document; of its terms the first are those it is found by."""
        return self.add_many(bag.terms, bag.counts, np.array([len(bag)], np.int64))

    def add_many(self, terms: Codes, counts: Counts, lengths: Ints) -> int:
        """Number of the first of several documents of one day, given one after the other."""
        number = self._first + len(self)
        ends = np.cumsum(lengths)
        self._rows.extend(_joined(terms, counts))
        self._ends.extend(self._ends.values[-1] + ends)
        self._count(terms, 1)
        posted, _ = stretches(ends - lengths, np.minimum(lengths, POSTED))
        documents = np.repeat(np.arange(number, number + len(lengths)), np.minimum(lengths, POSTED))
        self._postings.add(terms[posted], documents.astype(np.int32), len(lengths))
        return number

    def end_day(self) -> None:
        """The documents added since the last time are one day and go together."""
        self._postings.end_day()

    def drop(self, before: int) -> None:
        """Forget all documents with lower numbers; they are whole days."""
        count = before - self._first
        if count <= 0:
            return
        end = int(self._ends.values[count])
        self._count(_parted(self._rows.values[:end])[0], -1)
        self._rows.drop(end)
        self._ends.drop(count)
        self._ends.values[:] -= end
        self._postings.drop(before)
        self._first = before

    def document(self, number: int) -> Bag:
        """As it was added."""
        start, end = self._ends.values[number - self._first : number - self._first + 2].tolist()
        return Bag(*_parted(self._rows.values[start:end]))

    def vector(self, bag: Bag) -> Vector:
        return Vector(bag.terms.astype(np.int64), _DAMPENED[bag.counts])

    def rarity(self, terms: Codes | Ints) -> Floats:
        """How telling each term is: high for one that few articles have."""
        rare: Floats = np.float32(np.log(2 * (len(self) + UNSEEN + 1))) - self._log[terms]
        return rare

    def candidates(
        self, bag: Bag, *, limit: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Ints, Floats]:
        """Documents that share the query's first terms, roughly best first, with what they share.

        `allowed` has a mark for each document there is.
        """
        terms = bag.terms[:QUERY_TERMS]
        places, documents = self._postings.find(terms)
        if allowed is not None:
            kept = allowed[documents - self._first]
            places, documents = places[kept], documents[kept]
        if not len(documents):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        strength = _DAMPENED[bag.counts[:QUERY_TERMS]] * self.rarity(terms) ** 2
        first = int(documents.min())
        if int(documents.max()) - first < 4 * len(documents):
            shared = np.bincount(documents - first, strength[places])
            distinct = np.flatnonzero(shared)
            shared = shared[distinct]
            distinct += first
        else:
            distinct, where = np.unique(documents, return_inverse=True)
            shared = np.bincount(where, strength[places])
        # Sums of the same terms are the same in whatever order they were added up.
        rounded = shared.astype(np.float32)
        if len(rounded) > limit:
            least = np.partition(rounded, len(rounded) - limit)[len(rounded) - limit]
            kept_places = np.flatnonzero(rounded >= least)
            distinct, rounded = distinct[kept_places], rounded[kept_places]
        order = np.argsort(-rounded, kind="stable")[:limit]
        return distinct[order].astype(np.int64), rounded[order]

    def rows(self, documents: Ints) -> Rows:
        """The documents' vectors, to be compared with several others."""
        ends = self._ends.values
        starts = ends[documents - self._first]
        places, stops = stretches(starts, ends[documents - self._first + 1] - starts)
        terms, counts = _parted(self._rows.values[places])
        weights = _DAMPENED[counts] * self.rarity(terms)
        return Rows(terms, weights, stops, np.sqrt(sums(weights * weights, stops)))

    def cosines(
        self,
        blend: Sequence[tuple[float, Vector]],
        rows: Rows,
        *,
        only: npt.NDArray[np.bool_] | Literal[True] = True,
    ) -> Floats:
        """Share-weighted sum of the cosines of some vectors with each row, by rarity as of now.

        `only` marks the terms whose part of it is asked for.
        """
        if not len(rows.ends) or not blend:
            return np.zeros(len(rows.ends), np.float32)
        query = self._query
        for share, vector in blend:
            own = vector.weights * self.rarity(vector.terms)
            query[vector.terms] += only * share * own / (np.linalg.norm(own) or 1.0)
        dots = sums(query[rows.terms] * rows.weights, rows.ends)
        for _, vector in blend:
            query[vector.terms] = 0
        return np.divide(dots, rows.norms, out=np.zeros_like(dots), where=rows.norms > 0)

    def once_known(self, vector: Vector) -> float:
        """By how much its cosines grow once a document has its terms: what none has yet weighs too much."""
        logs = self._log[vector.terms]
        most = np.log(2 * (len(self) + UNSEEN + 1))
        before, after = (vector.weights * (most - some) for some in (logs, np.maximum(logs, self._logs[1])))
        return float(np.linalg.norm(before) / (np.linalg.norm(after) or 1.0))

    def strongest(self, vector: Vector, rows: Rows) -> Floats:
        """Which share of the cosine with each row rests on one term; 1 where nothing is shared."""
        if not len(rows.ends):
            return np.zeros(0, np.float32)
        self._query[vector.terms] = vector.weights * self.rarity(vector.terms)
        products = self._query[rows.terms] * rows.weights
        self._query[vector.terms] = 0
        totals = sums(products, rows.ends)
        tops = np.zeros(len(rows.ends), np.float32)
        hits = np.flatnonzero(products)
        np.maximum.at(tops, np.searchsorted(rows.ends, hits, side="right"), products[hits])
        return np.divide(tops, totals, out=np.ones_like(tops), where=totals > 0)

    def _count(self, terms: Codes, change: int) -> None:
        np.add.at(self._frequency, terms, change)
        frequency = self._frequency[terms]
        highest = int(frequency.max(initial=0))
        if highest >= len(self._logs):
            self._logs = _logarithms(2 * highest)
        self._log[terms] = self._logs[frequency]
