"""Fingerprints of texts: how much two texts share word for word, whatever surrounds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 64
SHINGLE = 4
# Fewer words say nothing about who copied from whom.
MIN_WORDS = 8
_PRIME = (1 << 31) - 1
# "Seoul (dpa) –" and "(afp/ng)" and "dpa-infocom": marks of an agency, often all that copies differ in.
_MARKS = re.compile(
    r"^\W*[\w/. -]{2,40}\([a-zA-Z/, -]{2,20}\)\s*[-–—]"
    r"|\([a-z]{2,9}(?:[/, -]{1,2}[a-z]{2,9}){0,3}\)|\b(?:dpa|afp)-[a-z]+\b"
)
_WORD = re.compile(r"[^\W_]+")


def fingerprint(text: str) -> bytes:
    """MinHash of the text's shingles; empty for a text too short to tell."""
    found = _WORD.findall(_MARKS.sub(" ", text).lower())
    if len(found) < MIN_WORDS:
        return b""
    shingles = {" ".join(found[place : place + SHINGLE]) for place in range(len(found) - SHINGLE + 1)}
    hashes = np.fromiter((crc32(shingle.encode()) for shingle in shingles), np.uint64, len(shingles))
    factors, offsets = _permutations()
    # 32 bits times 31 bits stays within 64.
    permuted = (hashes[:, None] % _PRIME * factors + offsets) % _PRIME
    least: npt.NDArray[np.uint64] = permuted.min(axis=0)
    return least.astype("<u4").tobytes()


def similarity(a: bytes, b: bytes) -> float:
    """Estimated share of common shingles, 0 to 1; 0 where one text was too short to tell."""
    if not a or not b or len(a) != len(b):
        return 0.0
    return float(np.mean(np.frombuffer(a, "<u4") == np.frombuffer(b, "<u4")))


@cache
def _permutations() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    # Stored fingerprints are compared with new ones: the seed must never change.
    random = np.random.RandomState(20_260_311)
    return _draw(random, 1), _draw(random, 0)


def _draw(random: np.random.RandomState, least: int) -> npt.NDArray[np.uint64]:
    drawn: Sequence[int] = random.randint(least, _PRIME, PERMUTATIONS, dtype=np.int64).tolist()
    return np.array(drawn, dtype=np.uint64)
