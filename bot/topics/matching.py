"""Matches each new article once against all topics, however many there are."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.analysis.analyser import Analyser
from bot.errors import BadQuery
from bot.garbage import not_sought
from bot.topics.evaluate import Analysed, Content, score
from bot.topics.query import parse
from bot.topics.weighing import Weighed, pairs_of
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, TermQuery
from storage.records import Topic, TopicId

# Relative ranges ("seit:7d") of a topic count from the first article it meets; its days are those of UTC.
_ZONE = ZoneInfo("UTC")
Needed = tuple[str, ...]
"""Terms of which an article must have one; of none where nothing is needed."""
# What a topic without words, such as a publisher's, is about.
FILTER_SCORE = 0.5
# Topics that are worth some care when they are read at once.
MANY = 10_000


class TopicIndex:
    """All topics under the terms an article must have; topics are read when the first article comes."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._waiting: dict[TopicId, Topic] = {}
        self._queries: dict[TopicId, TermQuery] = {}
        self._plain: dict[str, list[TopicId]] = defaultdict(list)
        """Topics by words of which one is enough: to have it is to match."""
        self._by_term: dict[str, dict[str, list[TopicId]]] = defaultdict(dict)
        """Under a term or pair and, beside it, another that is needed as well; "" where none is."""
        self._by_prefix: dict[str, set[TopicId]] = defaultdict(set)
        self._always: set[TopicId] = set()
        self._filtered: set[TopicId] = set()
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
        """Understand what was loaded: a sixth of a millisecond each, so many belong into a thread."""
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
            for topic_id in self._candidates(weighed):
                query = self._queries[topic_id]
                if topic_id in self._filtered and not query.admits(
                    publisher=publisher, language=language, published_at=published_at
                ):
                    continue
                much = _score(query, weighed)
                if much > found.get(topic_id, 0.0):
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

    def _candidates(self, weighed: Weighed) -> set[TopicId]:
        candidates = set(self._always)
        terms = weighed.anywhere.keys()
        had = {*terms, *weighed.pairs, ""}
        for term in had & self._by_term.keys():
            needs = self._by_term[term]
            for needed in needs.keys() & had:
                candidates.update(needs[needed])
        if self._by_prefix:
            lengths = {len(start) for start in self._by_prefix}
            starts = {term[:length] for term in terms for length in lengths}
            for start in starts & self._by_prefix.keys():
                candidates |= self._by_prefix[start]
        return candidates

    def _read_waiting(self, now: datetime) -> None:
        with not_sought() if len(self._waiting) >= MANY else nullcontext():
            self._understand(now)

    def _understand(self, now: datetime) -> None:
        for topic in self._waiting.values():
            try:
                query = parse(topic.query, analyser=self._analyser, now=now, zone=_ZONE)
            except BadQuery:  # understood once, by an older version: it finds nothing until asked anew
                continue
            self._queries[topic.id] = query.terms
            if query.terms.has_filters:
                self._filtered.add(topic.id)
            if query.terms.has_filters or query.terms.unwanted is not None:
                self._place(topic.id, query.terms.match)
            else:
                self._place_plain(topic.id, query.terms.match)
        self._waiting.clear()

    def _place_plain(self, topic_id: TopicId, match: Match | None) -> None:
        """A query of words alone: each one that is enough by itself is looked up, not asked."""
        for part in match.parts if isinstance(match, AnyOf) else (match,):
            if isinstance(part, Term) and not part.in_title:
                for term in part.any_of:
                    self._plain[term].append(topic_id)
            else:
                self._place(topic_id, part)

    def _place(self, topic_id: TopicId, match: Match | None, needed: Needed = ()) -> None:
        """Under the terms of which every hit has one, beside others of which it needs one as well."""
        match match:
            case None:
                self._always.add(topic_id)
            case Term(any_of):
                self._put(topic_id, any_of, needed)
            case Phrase():
                self._put(topic_id, _necessary(match), needed)
            case Prefix(start):
                self._by_prefix[start].add(topic_id)
            case AllOf(parts):
                # The longest word is likely the rarest.
                rarest_part, *others = sorted(parts, key=_rarity, reverse=True)
                also = next((terms for other in others if (terms := _necessary(other))), needed)
                self._place(topic_id, rarest_part, also)
            case AnyOf(parts):
                for part in parts:
                    self._place(topic_id, part, needed)

    def _put(self, topic_id: TopicId, terms: Needed, needed: Needed) -> None:
        for term in terms:
            needs = self._by_term[term]
            for other in needed or ("",):
                needs.setdefault(other, []).append(topic_id)


def _necessary(match: Match) -> Needed:
    """Terms of which every hit has at least one; none where that cannot be said."""
    match match:
        case Term(any_of):
            return any_of
        case Phrase(words):
            return pairs_of(match) or max(words, key=lambda word: min(map(len, word)))
        case AllOf(parts):
            return max(map(_necessary, parts), key=lambda terms: min(map(len, terms), default=0))
        case AnyOf(parts):
            found = [_necessary(part) for part in parts]
            return tuple(term for terms in found for term in terms) if all(found) else ()
        case _:
            return ()


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
