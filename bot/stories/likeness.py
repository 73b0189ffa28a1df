"""How much the articles of the window resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.stories import rules
from bot.stories.arrays import Floats, Growing, Ints
from bot.stories.bags import SMALL, Bag
from bot.stories.index import Index, Rows, Vector
from bot.stories.marks import are_named
from bot.stories.sketch import Sketch, pieces_of

HOUR_S = 3600.0
ORDINARY, ORDINARY_WORDS = 20, 16
CANDIDATES = 100
# What resembles less decides nothing, and looking closer costs time.
IS_EVIDENCE = 0.05


@dataclass(frozen=True, slots=True)
class Probe:
    """An article ready to be compared; of each bag the most telling terms come first."""

    words: Bag
    pieces: Bag
    marks: Bag
    language: str
    hours: float


@dataclass(frozen=True, slots=True)
class Near:
    """Documents of the index laid out to be compared with several articles."""

    documents: Ints
    words: Rows
    pieces: Rows
    marks: Rows

    def plus(self, more: Near) -> Near:
        """These documents, then those."""
        return Near(
            np.concatenate((self.documents, more.documents)),
            self.words.plus(more.words),
            self.pieces.plus(more.pieces),
            self.marks.plus(more.marks),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """What an article and each of some documents have in common."""

    direct: Floats
    """Resemblance, 0 to 1, less the further they are apart in time."""
    kin: Floats
    """How near their subjects are, 0 to 1, whenever it was: half words, half marks; marks alone abroad."""

    def plus(self, more: Compared) -> Compared:
        """With these documents, then with those."""
        return Compared(np.concatenate((self.direct, more.direct)), np.concatenate((self.kin, more.kin)))


class Likeness:
    """Half words, half pieces of words, marks as well where compounds stay whole.

    Across languages half marks, half pieces, as names survive.
    """

    def __init__(self) -> None:
        self._words = Index()
        self._pieces = Index(SMALL)
        self._marks = Index()
        self._first = 0
        self._hours: Growing[np.float64] = Growing(np.float64)
        self._languages: Growing[np.int16] = Growing(np.int16)
        self._language_numbers: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self._hours)

    @property
    def memory(self) -> int:
        """Memory it takes."""
        return sum(index.memory for index in (self._words, self._pieces, self._marks))

    @property
    def words_each(self) -> float:
        """How many different words an article has on average; a few ordinary ones are taken as seen."""
        return (self._words.size + ORDINARY * ORDINARY_WORDS) / (len(self) + ORDINARY)

    def probe(self, sketch: Sketch, *, language: str, published_at: datetime) -> Probe:
        return Probe(
            words=self._words.ordered(sketch.words),
            pieces=self._pieces.ordered(sketch.pieces),
            marks=self._marks.ordered(sketch.marks),
            language=language,
            hours=published_at.timestamp() / HOUR_S,
        )

    def add(self, probe: Probe) -> int:
        """The article's number: they count up from 0."""
        return self.add_many([probe])

    def add_many(self, probes: list[Probe]) -> int:
        """The number of the first of several articles of one day."""
        self._hours.extend(np.array([probe.hours for probe in probes]))
        languages = [self._language_number(probe.language) for probe in probes]
        self._languages.extend(np.array(languages, np.int16))
        _add_bags(self._words, [probe.words for probe in probes])
        _add_bags(self._pieces, [probe.pieces for probe in probes])
        return _add_bags(self._marks, [probe.marks for probe in probes])

    def end_day(self) -> None:
        """The articles added since the last time are one day and go together."""
        for index in (self._words, self._pieces, self._marks):
            index.end_day()

    def drop(self, before: int) -> None:
        """Forget all articles with lower numbers; they are whole days."""
        for index in (self._words, self._pieces, self._marks):
            index.drop(before)
        self._hours.drop(before - self._first)
        self._languages.drop(before - self._first)
        self._first = before

    def recall(self, number: int) -> Probe:
        """The article as it was added."""
        names = list(self._language_numbers)
        return Probe(
            words=self._words.document(number),
            pieces=self._pieces.document(number),
            marks=self._marks.document(number),
            language=names[int(self._languages.values[number - self._first])],
            hours=float(self._hours.values[number - self._first]),
        )

    def candidates(self, probe: Probe) -> Ints:
        """The articles that may resemble it at all."""
        by_words, _ = self._words.candidates(probe.words, limit=CANDIDATES)
        by_pieces, _ = self._pieces.candidates(probe.pieces, limit=CANDIDATES)
        found = np.union1d(by_words, by_pieces)
        own = self._language_numbers.get(probe.language, -1)
        foreign = (self._languages.values != own) & (self._languages.values != 0)
        if own and foreign.any():
            by_marks, _ = self._marks.candidates(probe.marks, limit=CANDIDATES, allowed=foreign)
            found = np.union1d(found, by_marks)
        return found

    def near(self, documents: Ints) -> Near:
        indexes = (self._words, self._pieces, self._marks)
        return Near(documents, *(index.rows(documents) for index in indexes))

    def compare(self, probe: Probe, near: Near) -> Compared:
        """The article beside each of these."""
        own_words, own_marks = self._words.vector(probe.words), self._marks.vector(probe.marks)
        words = self._words.cosines([(1.0, own_words)], near.words)
        pieces = self._pieces.cosines([(1.0, self._pieces.vector(probe.pieces))], near.pieces)
        marks = self._marks.cosines([(1.0, own_marks)], near.marks)
        alike = (words + pieces) / 2
        if not rules.has_parts(probe.language):
            alike = (1 - rules.BY_MARKS) * alike + rules.BY_MARKS * marks
        more_words, more_marks = self._words.once_known(own_words), self._marks.once_known(own_marks)
        subject: Floats = ((more_words * words + more_marks * marks) / 2).astype(np.float32)
        foreign = self._is_foreign(probe, near.documents)
        if foreign.any():
            shared = self._shared_marks(probe, near, marks)
            alike = np.where(foreign, rules.ACROSS_LANGUAGES * (shared + pieces) / 2, alike)
            subject = np.where(foreign, shared, subject)
        kin = self._kin(probe, near, subject)
        return Compared(np.minimum(alike, 1) * self.fading(probe, near.documents), kin)

    def _kin(self, probe: Probe, near: Near, subject: Floats) -> Floats:
        """Long texts always have something in common; a teaser has little to share."""
        lengths = np.diff(near.words.ends, prepend=0)
        shorter = np.minimum(lengths, len(probe.words)) / rules.LONG_ENOUGH
        kin: Floats = np.minimum(subject / np.sqrt(np.clip(shorter, rules.SHORTEST, 1)), 1).astype(np.float32)
        return kin

    def _shared_marks(self, probe: Probe, near: Near, agree: Floats) -> Floats:
        """How far the marks agree; where no name, place or figure is shared the kind of event says little."""
        vector = self._marks.vector(probe.marks)
        named = self._marks.cosines([(1.0, vector)], near.marks, only=are_named(probe.marks.terms))
        bounded: Floats = named + np.minimum(agree - named, rules.KIND_COUNTS * named + rules.KIND_ALONE)
        return bounded

    def shared_marks(self, one: int, other: int) -> list[tuple[int, float]]:
        """Codes of the marks both articles bear, each with how telling it is."""
        mine, theirs = self._marks.document(one), self._marks.document(other)
        shared, here, there = np.intersect1d(mine.terms, theirs.terms, return_indices=True)
        telling = self._marks.rarity(shared) * np.sqrt(mine.counts[here].astype(float) * theirs.counts[there])
        return list(zip(shared.tolist(), telling.tolist(), strict=True))

    def alike(self, probe: Probe, near: Near, direct: Floats) -> Floats:
        """Resemblance as evidence of one event: less where it rests on a single shared word."""
        foreign = self._is_foreign(probe, near.documents)
        counts = rules.breadth(
            self._words.strongest(self._words.vector(probe.words), near.words),
            has_parts=rules.has_parts(probe.language),
        )
        if foreign.any():
            marks = self._marks.strongest(self._marks.vector(probe.marks), near.marks)
            counts = np.where(foreign, rules.breadth(marks), counts)
        return np.where(direct >= IS_EVIDENCE, direct * counts, direct)

    def beyond(self, probe: Probe, near: Near, neighbours: Ints, nearness: Floats) -> Floats:
        """Resemblance of the probe's neighbours to these documents: other words for the same event."""
        if not len(neighbours):
            return np.zeros(len(near.documents), np.float32)
        # Few and distant neighbours vouch for less.
        shares = nearness / (nearness.sum() + 0.2)
        words = self._blend(self._words, neighbours, shares)
        pieces = self._blend(self._pieces, neighbours, shares)
        alike = (self._words.cosines(words, near.words) + self._pieces.cosines(pieces, near.pieces)) / 2
        # A neighbour must not vouch for itself.
        for number, share in zip(neighbours.tolist(), shares.tolist(), strict=True):
            alike[near.documents == number] -= share
        return np.maximum(alike, 0) * self.fading(probe, near.documents)

    def fading(self, probe: Probe, documents: Ints) -> Floats:
        hours: Floats = (self._hours.values[documents - self._first] - probe.hours).astype(np.float32)
        return rules.fading(hours)

    def between(self, some: Ints, others: Ints) -> Floats:
        """Resemblance, as evidence, of each of these (rows) to each of those (columns)."""
        near = self.near(others)
        probes = [self.recall(number) for number in some.tolist()]
        return np.vstack([self.alike(probe, near, self.compare(probe, near).direct) for probe in probes])

    def rarity(self, word: str) -> float:
        """How telling a folded word is in this window, by its pieces."""
        return float(self._pieces.rarity(np.array(pieces_of(word), np.int64)).mean())

    def _language_number(self, language: str) -> int:
        return self._language_numbers.setdefault(language, len(self._language_numbers))

    def _is_foreign(self, probe: Probe, documents: Ints) -> npt.NDArray[np.bool_]:
        own = self._language_numbers.get(probe.language, -1)
        languages = self._languages.values[documents - self._first]
        foreign: npt.NDArray[np.bool_] = (languages != own) & (languages != 0) & (own != 0)
        return foreign

    @staticmethod
    def _blend(index: Index, numbers: Ints, shares: Floats) -> list[tuple[float, Vector]]:
        recalled = [index.vector(index.document(number)) for number in numbers.tolist()]
        return list(zip(shares.tolist(), recalled, strict=True))


def _add_bags(index: Index, bags: list[Bag]) -> int:
    if len(bags) == 1:
        return index.add(bags[0])
    return index.add_many(
        np.concatenate([bag.terms for bag in bags]),
        np.concatenate([bag.counts for bag in bags]),
        np.array([len(bag) for bag in bags], np.int64),
    )
