"""How much the articles of the window resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.stories import rules
from bot.stories.arrays import Floats, Growing, Ints
from bot.stories.index import Index, Vector
from bot.stories.sketch import Sketch, pieces_of

HOUR_S = 3600.0
CANDIDATES = 80
# What resembles less decides nothing, and looking closer costs time.
IS_EVIDENCE = 0.05


@dataclass(frozen=True, slots=True)
class Probe:
    """An article ready to be compared."""

    words: Vector
    pieces: Vector
    language: int
    hours: float


class Likeness:
    """Half words, half pieces of words; across languages pieces alone, as names survive translation."""

    def __init__(self) -> None:
        self._words = Index()
        self._pieces = Index()
        self._hours = Growing(np.float64)
        self._languages = Growing(np.int32)
        self._language_numbers: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self._hours)

    def probe(self, sketch: Sketch, *, language: str, published_at: datetime) -> Probe:
        numbers = self._language_numbers
        return Probe(
            words=self._words.vector(sketch.words),
            pieces=self._pieces.vector(sketch.pieces),
            language=numbers.setdefault(language, len(numbers)),
            hours=published_at.timestamp() / HOUR_S,
        )

    def add(self, probe: Probe) -> int:
        """The article's number: they count up from 0."""
        self._words.add(probe.words)
        self._hours.extend(np.array([probe.hours]))
        self._languages.extend(np.array([probe.language], np.int32))
        return self._pieces.add(probe.pieces)

    def recall(self, number: int) -> Probe:
        """The article as it was added."""
        return Probe(
            words=self._words.document(number),
            pieces=self._pieces.document(number),
            language=int(self._languages.values[number]),
            hours=float(self._hours.values[number]),
        )

    def candidates(self, probe: Probe) -> Ints:
        """The articles that may resemble it at all."""
        by_words = self._words.candidates(probe.words, limit=CANDIDATES)
        by_pieces = self._pieces.candidates(probe.pieces, limit=CANDIDATES)
        return np.union1d(by_words, by_pieces)

    def direct(self, probe: Probe, documents: Ints) -> Floats:
        """Resemblance to each of these, 0 to 1, less the further they are apart in time."""
        words = self._words.cosines([(1.0, probe.words)], documents)
        pieces = self._pieces.cosines([(1.0, probe.pieces)], documents)
        foreign = self._is_foreign(probe, documents)
        alike = np.where(foreign, rules.ACROSS_LANGUAGES * pieces, (words + pieces) / 2)
        return np.minimum(alike, 1) * self.fading(probe, documents)

    def alike(self, probe: Probe, documents: Ints, direct: Floats) -> Floats:
        """Resemblance as evidence of one event: less where it rests on a single shared word."""
        near = np.flatnonzero(direct >= IS_EVIDENCE)
        foreign = self._is_foreign(probe, documents[near])
        counts = rules.breadth(self._words.strongest(probe.words, documents[near]))
        alike = direct.copy()
        alike[near] *= np.where(foreign, 1, counts)
        return alike

    def beyond(self, probe: Probe, documents: Ints, neighbours: Ints, nearness: Floats) -> Floats:
        """Resemblance of the probe's neighbours to these documents: other words for the same event."""
        if not len(neighbours):
            return np.zeros(len(documents), np.float32)
        # Few and distant neighbours vouch for less.
        shares = nearness / (nearness.sum() + 0.2)
        recalled = [self.recall(number) for number in neighbours.tolist()]
        words = [(float(share), known.words) for share, known in zip(shares, recalled, strict=True)]
        pieces = [(float(share), known.pieces) for share, known in zip(shares, recalled, strict=True)]
        alike = (self._words.cosines(words, documents) + self._pieces.cosines(pieces, documents)) / 2
        # A neighbour must not vouch for itself.
        for number, share in zip(neighbours.tolist(), shares.tolist(), strict=True):
            alike[documents == number] -= share
        return np.maximum(alike, 0) * self.fading(probe, documents)

    def fading(self, probe: Probe, documents: Ints) -> Floats:
        hours: Floats = (self._hours.values[documents] - probe.hours).astype(np.float32)
        return rules.fading(hours)

    def between(self, some: Ints, others: Ints) -> Floats:
        """Resemblance, as evidence, of each of these (rows) to each of those (columns)."""
        probes = [self.recall(number) for number in some.tolist()]
        return np.vstack([self.alike(probe, others, self.direct(probe, others)) for probe in probes])

    def _is_foreign(self, probe: Probe, documents: Ints) -> npt.NDArray[np.bool_]:
        languages = self._languages.values[documents]
        foreign: npt.NDArray[np.bool_] = (
            (languages != probe.language) & (languages != 0) & (probe.language != 0)
        )
        return foreign

    def rarity(self, word: str) -> float:
        """How telling a folded word is in this window, by its pieces."""
        pieces = pieces_of(word)
        return sum(map(self._pieces.rarity_of, pieces)) / len(pieces)
