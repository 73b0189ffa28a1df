"""Matches each new article once against all topics, however many there are."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.analysis.analyser import Analyser
from bot.errors import BadQuery
from bot.topics.evaluate import Analysed, Content, score
from bot.topics.query import parse
from bot.topics.weighing import Weighed
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, TermQuery
from storage.records import Topic, TopicId

# Relative ranges ("seit:7d") of a topic count from the first article it meets; its days are those of UTC.
_ZONE = ZoneInfo("UTC")
Needed = tuple[str, ...]
"""Terms of which an article must have one; of none where nothing is needed."""
# What a topic without words, such as a publisher's, is about.
FILTER_SCORE = 0.5


class TopicIndex:
    """All topics under the terms an article must have; topics are read when the first article comes."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._waiting: dict[TopicId, Topic] = {}
        self._queries: dict[TopicId, TermQuery] = {}
        self._plain: dict[str, list[TopicId]] = defaultdict(list)
        """Topics of one word and nothing else: to have it is to match."""
        self._by_term: dict[str, list[tuple[Needed, TopicId]]] = defaultdict(list)
        self._by_prefix: dict[str, set[TopicId]] = defaultdict(set)
        self._always: set[TopicId] = set()
        self._last_id = TopicId(0)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._queries) + len(self._waiting)

    @property
    def last_id(self) -> TopicId:
        """Of the newest topic known; later ones are to be added."""
        return self._last_id

    def load(self, topics: Iterable[Topic]) -> None:
        """Add these."""
        with self._lock:
            for topic in topics:
                if topic.id not in self._queries:
                    self._waiting[topic.id] = topic
                self._last_id = max(self._last_id, topic.id)

    def add(self, topic: Topic) -> None:
        self.load([topic])

    def read(self, now: datetime) -> None:
        """Understand what was loaded: a fraction of a millisecond each, so many belong into a thread."""
        with self._lock:
            self._read_waiting(now)

    def match(
        self, analysed: Analysed, *, publisher: str, language: str, published_at: datetime
    ) -> list[tuple[TopicId, float]]:
        """The topics a search for which would find this article, with how much it is about each."""
        with self._lock:
            self._read_waiting(published_at)
            weighed = Weighed(analysed)
            found = self._of_one_word(weighed.anywhere)
            for topic_id in self._candidates(weighed.anywhere):
                query = self._queries[topic_id]
                if query.has_filters and not query.admits(
                    publisher=publisher, language=language, published_at=published_at
                ):
                    continue
                much = _score(query, weighed)
                if much:
                    found[topic_id] = much
            return sorted(found.items())

    def _of_one_word(self, terms: Mapping[str, float]) -> dict[TopicId, float]:
        found: dict[TopicId, float] = {}
        for term in terms.keys() & self._plain.keys():
            much = terms[term]
            for topic_id in self._plain[term]:
                if much > found.get(topic_id, 0.0):
                    found[topic_id] = much
        return found

    def _candidates(self, terms: Mapping[str, float]) -> set[TopicId]:
        candidates = set(self._always)
        for term in terms.keys() & self._by_term.keys():
            for needed, topic_id in self._by_term[term]:
                if not needed or any(other in terms for other in needed):
                    candidates.add(topic_id)
        if self._by_prefix:
            lengths = {len(start) for start in self._by_prefix}
            starts = {term[:length] for term in terms for length in lengths}
            for start in starts & self._by_prefix.keys():
                candidates |= self._by_prefix[start]
        return candidates

    def _read_waiting(self, now: datetime) -> None:
        for topic in self._waiting.values():
            try:
                query = parse(topic.query, analyser=self._analyser, now=now, zone=_ZONE)
            except BadQuery:  # understood once, by an older version: it finds nothing until asked anew
                continue
            self._queries[topic.id] = query.terms
            match = query.terms.match
            is_plain = query.terms.unwanted is None and not query.terms.has_filters
            if is_plain and isinstance(match, Term) and not match.in_title:
                for term in match.any_of:
                    self._plain[term].append(topic.id)
            else:
                self._place(topic.id, match)
        self._waiting.clear()

    def _place(self, topic_id: TopicId, match: Match | None, needed: Needed = ()) -> None:
        """Under the terms of which every hit has at least one, beside another it needs as well."""
        match match:
            case None:
                self._always.add(topic_id)
            case Term(any_of):
                for term in any_of:
                    self._by_term[term].append((needed, topic_id))
            case Phrase(words):
                for term in max(words, key=lambda word: min(map(len, word))):
                    self._by_term[term].append((needed, topic_id))
            case Prefix(start):
                self._by_prefix[start].add(topic_id)
            case AllOf(parts):
                # The longest word is likely the rarest.
                rarest, *others = sorted(parts, key=_rarity, reverse=True)
                also = next((other.any_of for other in others if isinstance(other, Term)), needed)
                self._place(topic_id, rarest, also)
            case AnyOf(parts):
                for part in parts:
                    self._place(topic_id, part, needed)


def score_of(query: TermQuery, content: Content) -> float:
    """0 where the words of the query do not find the article."""
    if query.unwanted is not None and score(query.unwanted, content):
        return 0.0
    return FILTER_SCORE if query.match is None else score(query.match, content)


def _score(query: TermQuery, weighed: Weighed) -> float:
    """As `score_of`."""
    if query.unwanted is not None and weighed.score(query.unwanted):
        return 0.0
    return FILTER_SCORE if query.match is None else weighed.score(query.match)


def _rarity(match: Match) -> int:
    match match:
        case Term(any_of):
            return min(map(len, any_of))
        case Phrase(words):
            return max(min(map(len, word)) for word in words)
        case Prefix(start):
            return len(start) // 2
        case AllOf(parts):
            return max(map(_rarity, parts))
        case AnyOf(parts):
            return min(map(_rarity, parts))
