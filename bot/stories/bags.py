"""What an article is compared by, as numbers: terms hashed, and how often each stands there.

A hash is the same in every process and at every start, so what is stored of an article is put into an
index as it is, without asking what its terms were called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

# So many numbers for terms: two of the rare words of two articles rarely meet on one.
SIZE = 1 << 22
# Pieces of four letters are fewer, and looked up more often: these fit a processor's cache.
SMALL = 1 << 20
_MOST = 255

Codes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Bag:
    """Terms, each once, with their counts; their order says nothing."""

    terms: Codes
    counts: Counts

    def __len__(self) -> int:
        return len(self.terms)

    def sorted_by(self, order: npt.NDArray[np.int64]) -> Bag:
        return Bag(self.terms[order], self.counts[order])


def code(term: str, size: int = SIZE) -> int:
    """The term's number, below `size`, a power of two."""
    return crc32(term.encode()) & (size - 1)


def bag_of(parts: Iterable[tuple[Sequence[int], int]]) -> Bag:
    """Counts codes; each part is given with how often one of its codes counts."""
    kept = [(np.array(codes, np.uint32), weight) for codes, weight in parts if len(codes)]
    if not kept:
        return Bag(np.zeros(0, np.uint32), np.zeros(0, np.uint8))
    weights = np.concatenate([np.full(len(codes), weight, np.int64) for codes, weight in kept])
    terms, where = np.unique(np.concatenate([codes for codes, _ in kept]), return_inverse=True)
    counts = np.bincount(where, weights).clip(max=_MOST)
    return Bag(terms, counts.astype(np.uint8))
