"""Which documents have a term: sorted integer arrays, a few a day, so that whole days can go.

New documents stand in a short unsorted list; when it is full it becomes a sorted stretch, and stretches of
one size become one of the next, as in a log-structured merge tree. A stretch never spans two days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.stories.arrays import Growing, Ints, stretches
from bot.stories.bags import Codes

OPEN_DOCUMENTS = 256

Documents = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Terms, where the documents of each begin, and the documents; `last` is the highest of them."""

    terms: Codes
    starts: npt.NDArray[np.int32]
    documents: Documents
    size: int
    """How many documents it covers."""
    last: int

    @property
    def memory(self) -> int:
        return self.terms.nbytes + self.starts.nbytes + self.documents.nbytes


class Postings:
    def __init__(self, size: int) -> None:
        """`size` is above every term."""
        self._closed: list[_Stretch] = []
        self._today: list[_Stretch] = []
        self._terms: Growing[np.uint32] = Growing(np.uint32)
        self._documents: Growing[np.int32] = Growing(np.int32)
        self._open = 0
        self._mark = np.zeros(size, np.uint8)

    @property
    def memory(self) -> int:
        kept = sum(stretch.memory for stretch in (*self._closed, *self._today))
        return kept + self._terms.memory + self._documents.memory + self._mark.nbytes

    def add(self, terms: Codes, documents: Documents, size: int) -> None:
        """Postings of `size` documents that come after all those before."""
        self._terms.extend(terms)
        self._documents.extend(documents)
        self._open += size
        if self._open >= OPEN_DOCUMENTS:
            self._close_open()

    def end_day(self) -> None:
        """What was added since the last time is one day."""
        self._close_open()
        if self._today:
            self._closed.append(_merged(self._today))
        self._today = []

    def drop(self, before: int) -> None:
        """Forget the days whose documents all have lower numbers."""
        self._closed = [stretch for stretch in self._closed if stretch.last >= before]

    def find(self, terms: Codes) -> tuple[Ints, Documents]:
        """Every (place in `terms`, document) there is; at most 255 terms."""
        places: list[Ints] = []
        found: list[Documents] = []
        for stretch in (*self._closed, *self._today):
            at = np.searchsorted(stretch.terms, terms)
            there = np.flatnonzero(stretch.terms[np.minimum(at, len(stretch.terms) - 1)] == terms)
            if not len(there):
                continue
            starts = stretch.starts[at[there]].astype(np.int64)
            lengths = stretch.starts[at[there] + 1] - starts
            inside, _ = stretches(starts, lengths)
            places.append(np.repeat(there, lengths))
            found.append(stretch.documents[inside])
        if self._open:
            self._mark[terms] = np.arange(1, len(terms) + 1, dtype=np.uint8)
            marked = self._mark[self._terms.values]
            self._mark[terms] = 0
            hits = np.flatnonzero(marked)
            places.append(marked[hits].astype(np.int64) - 1)
            found.append(self._documents.values[hits])
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        return np.concatenate(places), np.concatenate(found)

    def _close_open(self) -> None:
        if not self._open:
            return
        self._today.append(_stretch(self._terms.values, self._documents.values, self._open))
        self._terms, self._documents, self._open = Growing(np.uint32), Growing(np.int32), 0
        while len(self._today) > 1 and self._today[-1].size * 2 > self._today[-2].size:
            self._today[-2:] = [_merged(self._today[-2:])]


def _stretch(terms: Codes, documents: Documents, size: int) -> _Stretch:
    order = np.argsort(terms, kind="stable")
    distinct, starts = np.unique(terms[order], return_index=True)
    ends = np.append(starts, len(terms)).astype(np.int32)
    return _Stretch(distinct, ends, documents[order], size, int(documents.max(initial=0)))


def _merged(some: list[_Stretch]) -> _Stretch:
    if len(some) == 1:
        return some[0]
    terms = np.concatenate([np.repeat(stretch.terms, np.diff(stretch.starts)) for stretch in some])
    documents = np.concatenate([stretch.documents for stretch in some])
    return _stretch(terms, documents, sum(stretch.size for stretch in some))
