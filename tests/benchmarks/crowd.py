"""A made-up readership and its news in a SQLite file, written in bulk: for benchmarks alone."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
SINCE = NOW - timedelta(hours=24)
TOPICS = 20_000
ARCHIVE = 95_000
"""Older articles, which are in the text index as well."""
ARTICLES = 5_000
PER_STORY = 1.8
TOPICS_PER_ARTICLE = 40
OTHER_WORDS = 140
"""Of an article, about which nobody has a topic."""
VOCABULARY = 200_000
TOLD_PER_CHAT = 20
PUBLISHERS = 60
BATCH = 50_000
INTO_ARTICLES = (
    "articles(id, url, url_key, title, text, summary, publisher, language, author, section,"
    " published_at, first_seen_at, origin, is_archive, content_hash, story_id)"
)
INTO_ANALYSES = (
    "analyses(article_id, language, title_terms, title_also, text_terms, text_also, entities, fingerprint)"
)


@dataclass(frozen=True, slots=True)
class Readership:
    """How many chats there are, and every how manieth is due now."""

    chats: int
    every: int = 1


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


@cache
def word(number: int) -> str:
    """The word of a topic: pronounceable, folded, its own."""
    letters, vowels = "bdfghklmnprstvwz", "aeiou"
    text = ""
    for _ in range(4):
        number, consonant = divmod(number, len(letters))
        number, vowel = divmod(number, len(vowels))
        text += letters[consonant] + vowels[vowel]
    return text


class Popularity:
    """Topic numbers as people choose and news mention them: the first far more often than the last."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        # One over the square root of the place: the first 1 % make a tenth of all.
        self._bounds = [TOPICS * (i / BATCH) ** 2 for i in range(BATCH)]

    def some(self, count: int) -> list[int]:
        return [int(self._bounds[int(self._chance.random() * BATCH)]) for _ in range(count)]


def fill(path: Path, readership: Readership, *, seed: int = 1) -> None:
    """Topics, a day's articles with their stories and matches, and chats with topics and a ledger."""
    chance = random.Random(seed)
    popularity = Popularity(chance)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    _many(connection, "topics(id, key, query)", ((n + 1, word(n), word(n).title()) for n in range(TOPICS)))
    _archive(connection, chance, popularity)
    stories = _news(connection, chance, popularity)
    _chats(connection, readership)
    _subscriptions(connection, readership, chance, popularity)
    _ledger(connection, readership, chance, stories)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _news(connection: sqlite3.Connection, chance: random.Random, popularity: Popularity) -> int:
    stories = int(ARTICLES / PER_STORY)
    articles, analyses, matches = [], [], []
    members: dict[int, list[int]] = {}
    for place, number in enumerate(range(ARCHIVE + 1, ARCHIVE + ARTICLES + 1), 1):
        story = place if place <= stories else chance.randrange(1, stories + 1)
        members.setdefault(story, []).append(number)
        about = popularity.some(TOPICS_PER_ARTICLE)
        words = _words(about, chance)
        seen = stamp(SINCE + timedelta(seconds=place * 86_000 // ARTICLES))
        sentences = [" ".join(words[start : start + 12]).capitalize() + "." for start in range(8, 176, 12)]
        address = f"https://p{number % PUBLISHERS}.example/{number}"
        articles.append(
            (
                number, address, address, " ".join(words[:8]).capitalize(), " ".join(sentences), sentences[0],
                f"Blatt {number % PUBLISHERS}", "de", "", "", seen, seen, "feed", 0, "", story,
            )
        )  # fmt: skip
        analyses.append(
            (number, "de", " ".join(words[:8]), "", " ".join(words[8:]), "", json.dumps(words[:3]), b"")
        )
        matches += [(one + 1, number, 0.9 if first < 8 else 0.4) for one, first in _first(about)]
    _many(connection, INTO_ARTICLES, articles)
    _many(connection, INTO_ANALYSES, analyses)
    _many(connection, "topic_matches(topic_id, article_id, score)", matches)
    _many(
        connection,
        "stories(id, headline, lead_id, language, first_at, last_at, article_count, independent_count, version)",
        (
            (story, "", found[0], "de", stamp(SINCE), stamp(NOW), len(found), len(found), 1)
            for story, found in members.items()
        ),
    )
    return stories


def _archive(connection: sqlite3.Connection, chance: random.Random, popularity: Popularity) -> None:
    """What came in the weeks before: no story of it is told any more."""
    seen = stamp(SINCE - timedelta(days=20))

    def article(number: int) -> tuple[object, ...]:
        address = f"https://p{number % PUBLISHERS}.example/{number}"
        publisher = f"Blatt {number % PUBLISHERS}"
        return number, address, address, "", "", "", publisher, "de", "", "", seen, seen, "feed", 1, "", None

    def analysis(number: int) -> tuple[object, ...]:
        words = _words(popularity.some(TOPICS_PER_ARTICLE), chance)
        return number, "de", " ".join(words[:8]), "", " ".join(words[8:]), "", "[]", b""

    numbers = range(1, ARCHIVE + 1)
    _many(connection, INTO_ARTICLES, map(article, numbers))
    _many(connection, INTO_ANALYSES, map(analysis, numbers))


def _words(about: list[int], chance: random.Random) -> list[str]:
    other = [TOPICS + int(VOCABULARY * chance.random() ** 2) for _ in range(OTHER_WORDS)]
    return [word(one) for one in [*about, *other]]


def _first(about: list[int]) -> Iterable[tuple[int, int]]:
    places: dict[int, int] = {}
    for place, one in enumerate(about):
        places.setdefault(one, place)
    return places.items()


def _chats(connection: sqlite3.Connection, readership: Readership) -> None:
    made, due, later = stamp(NOW - timedelta(days=90)), stamp(NOW), stamp(NOW + timedelta(hours=12))
    _many(
        connection,
        "chats(id, telegram_id, thread_id, kind, language, timezone, state, state_reason, length, breaking,"
        " created_at, looked_until)",
        (
            (n, 1_000_000 + n, 0, "private", "de", "Europe/Berlin", "active", "", "normal", "topics", made,
             stamp(SINCE))
            for n in range(1, readership.chats + 1)
        ),
    )  # fmt: skip
    _many(
        connection,
        "digests(id, chat_id, local_time, weekdays, next_due_at, place, rules)",
        (
            (n, n, "07:30" if n % readership.every == 0 else "18:30", 127,
             due if n % readership.every == 0 else later, n * 40_503 % 2_147_483_647, "9999")
            for n in range(1, readership.chats + 1)
        ),
    )  # fmt: skip


def _subscriptions(
    connection: sqlite3.Connection, readership: Readership, chance: random.Random, popularity: Popularity
) -> None:
    made = stamp(NOW - timedelta(days=60))

    def rows() -> Iterator[tuple[object, ...]]:
        for chat in range(1, readership.chats + 1):
            for topic in sorted(set(popularity.some(chance.randint(5, 10)))):
                yield chat, topic + 1, "active", made

    _many(connection, "subscriptions(chat_id, topic_id, state, created_at)", rows())


def _ledger(
    connection: sqlite3.Connection, readership: Readership, chance: random.Random, stories: int
) -> None:
    told = stamp(SINCE)

    def rows() -> Iterator[tuple[object, ...]]:
        for chat in range(1, readership.chats + 1):
            start = chance.randrange(1, stories - 10 * TOLD_PER_CHAT)
            for story in range(start, start + 10 * TOLD_PER_CHAT, 10):
                yield chat, story, 1, told

    _many(connection, "told(chat_id, story_id, version, told_at)", rows())


def _many(connection: sqlite3.Connection, into: str, rows: Iterable[tuple[object, ...]]) -> None:
    places = ", ".join("?" * (into.count(",") + 1))
    connection.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608 - constants alone
