"""Makes up an archive of any size with the frequencies of German words, in a database as production fills it."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bot.analysis.analyser import Analyser
from bot.analysis.data.reading import data_lines
from storage.database import Storage
from storage.records import Analysis, NewArticle, NewStory, Origin
from storage.schema import analyses, articles, stories

SAMPLE = Path(__file__).parent.parent.parent / "bot/localchat/sample/articles.jsonl"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
PUBLISHERS = 300
COMPOUNDS = 100_000
TITLE_WORDS, TEXT_WORDS, SENTENCE = 8, 250, 14
# Zipf and Mandelbrot's law, as measured on newspapers: rank 1 has some three words in a hundred.
EXPONENT, OFFSET = 1.07, 2.7
# Words of an event that is in the news: so many events live at once, each with so many words of its own.
LIVE_STORIES, STORY_WORDS, STORY_SHARE = 2_000, 40, 0.12
ARTICLES_PER_STORY = 4
BATCH = 500
# What `fill_at_once` writes in one transaction.
PORTION = 4_000


@dataclass(frozen=True)
class Vocabulary:
    """Words by frequency, the most frequent first, with what each is searched by."""

    surfaces: list[str]
    terms: list[str]
    """Empty for a little word."""
    also: list[tuple[str, ...]]
    cumulated: np.ndarray


def vocabulary(analyser: Analyser, *, compounds: int = COMPOUNDS) -> Vocabulary:
    """Little words, then those of the sample news, then the word list's, then made-up compounds."""
    chance = random.Random(7)
    sample = Counter(re.findall(r"[^\W\d_]{2,}", SAMPLE.read_text(encoding="utf-8")))
    little = next(
        line.split(":")[1].split() for line in data_lines("stopwords.txt") if line.startswith("de:")
    )
    listed = [form for form in analyser.words.lexicon.forms() if re.fullmatch(r"[^\W\d_]{3,14}", form)]
    chance.shuffle(listed)
    nouns = [form for form in listed if form[0].isupper()][:20_000]
    joined = (f"{chance.choice(nouns)}{chance.choice(nouns).lower()}" for _ in range(compounds))
    news = [word for word, _ in sample.most_common() if word.lower() not in set(little)]
    surfaces = list(dict.fromkeys([*little, *news, *listed[:150_000], *joined]))
    found = [analyser.words.word(surface, "de") for surface in surfaces]
    shares = 1 / (np.arange(1, len(surfaces) + 1) + OFFSET) ** EXPONENT
    return Vocabulary(
        surfaces,
        [word.term if word else "" for word in found],
        [word.also if word else () for word in found],
        np.cumsum(shares) / shares.sum(),
    )


def made_up(words: Vocabulary, count: int, *, begin: int = 0) -> Iterator[tuple[NewArticle, Analysis]]:
    """Articles from number `begin` on, in order of time; the same number is always the same article."""
    for start in range(begin, begin + count, BATCH):
        yield from islice(_batch(words, start), min(BATCH, begin + count - start))


def _batch(words: Vocabulary, start: int) -> Iterator[tuple[NewArticle, Analysis]]:
    rng = np.random.default_rng(start)
    lengths = rng.integers(TEXT_WORDS // 2, TEXT_WORDS * 3 // 2, BATCH)
    common = len(words.surfaces) - 1
    for place, length in enumerate(lengths):
        number = start + place
        drawn = np.searchsorted(words.cumulated, rng.random(TITLE_WORDS + length)).clip(0, common)
        story = number // ARTICLES_PER_STORY % LIVE_STORIES
        era = number // ARTICLES_PER_STORY // LIVE_STORIES
        own = np.random.default_rng((story, era)).integers(500, 100_000, STORY_WORDS).clip(0, common)
        its = rng.random(len(drawn)) < STORY_SHARE
        drawn[its] = own[rng.integers(0, STORY_WORDS, int(its.sum()))]
        yield _article(words, number, drawn.tolist())


def _article(words: Vocabulary, number: int, drawn: list[int]) -> tuple[NewArticle, Analysis]:
    surfaces, terms, also = words.surfaces, words.terms, words.also
    title, text = drawn[:TITLE_WORDS], drawn[TITLE_WORDS:]
    title_terms = tuple(terms[one] for one in title if terms[one])
    text_terms = tuple(terms[one] for one in text if terms[one])
    when = BEGIN + timedelta(seconds=60 * number)
    new = NewArticle(
        url=f"https://example.org/{number}",
        title=" ".join(surfaces[one] for one in title),
        text=". ".join(
            " ".join(surfaces[one] for one in text[at : at + SENTENCE])
            for at in range(0, len(text), SENTENCE)
        ),
        publisher=f"Blatt {number * 7919 % PUBLISHERS}",
        language="de",
        published_at=when,
        first_seen_at=when,
        origin=Origin.FILE,
    )
    title_also = {part for one in title for part in also[one]}.difference(title_terms)
    text_also = {part for one in text for part in also[one]}.difference(text_terms)
    return new, Analysis(
        article_id=0,  # type: ignore[arg-type] - known once it is stored
        language="de",
        title_terms=title_terms,
        title_also=tuple(sorted(title_also)),
        text_terms=text_terms,
        text_also=tuple(sorted(text_also)),
        entities=(),
    )


async def fill(storage: Storage, words: Vocabulary, count: int, *, begin: int = 0) -> float:
    """Store articles, analyses and stories as the pipeline does; CPU seconds of storing alone."""
    spent = 0.0
    for start in range(begin, begin + count, BATCH):
        pairs = list(made_up(words, min(BATCH, begin + count - start), begin=start))
        before = time.process_time()
        async with storage.write() as tx:
            stored = await tx.articles.add_many([new for new, _ in pairs])
            await tx.analyses.put(
                [
                    replace(analysis, article_id=article.id)
                    for article, (_, analysis) in zip(stored, pairs, strict=True)
                ]
            )
        spent += time.process_time() - before
        async with storage.write() as tx:
            for place in range(0, len(stored), ARTICLES_PER_STORY):
                of = stored[place : place + ARTICLES_PER_STORY]
                story = await tx.stories.add(
                    NewStory(
                        headline=of[0].title,
                        lead_id=of[0].id,
                        language="de",
                        first_at=of[0].published_at,
                        last_at=of[-1].published_at,
                        article_count=len(of),
                        independent_count=len(of),
                    )
                )
                await tx.articles.assign([article.id for article in of], story.id)
    return spent


async def fill_at_once(storage: Storage, words: Vocabulary, count: int, *, begin: int = 0) -> None:
    """The same rows as `fill`, in large portions; the terms are counted once, at the end.

    The index comes to say the same, as its triggers see every row; only the counts take another way.
    `begin` and `count` are multiples of an event's articles.
    """
    for start in range(begin, begin + count, PORTION):
        pairs = list(made_up(words, min(PORTION, begin + count - start), begin=start))
        async with storage.engine.connect() as connection:
            await connection.execution_options(depesche_writes=True)
            async with connection.begin():
                news = [new for new, _ in pairs]
                await connection.execute(insert(stories), _story_rows(news, start))
                await connection.execute(
                    insert(articles), [_article_row(new, start + n) for n, new in enumerate(news)]
                )
                rows = [_analysis_row(one, start + n) for n, (_, one) in enumerate(pairs)]
                await connection.execute(insert(analyses), rows)
    await _go_on_counting(storage)
    async with storage.write() as tx:
        await tx.search.count_terms()


async def _go_on_counting(storage: Storage) -> None:
    """Ids were given, not drawn: PostgreSQL would hand them out again."""
    if storage.dialect == "sqlite":
        return
    async with storage.engine.begin() as connection:
        for table in ("articles", "stories"):
            drawn = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
            await connection.exec_driver_sql(drawn)


def _story_rows(news: list[NewArticle], start: int) -> list[dict[str, object]]:
    return [
        {
            "id": (start + place) // ARTICLES_PER_STORY + 1,
            "headline": news[place].title,
            "lead_id": start + place + 1,
            "language": "de",
            "first_at": news[place].published_at,
            "last_at": news[place + ARTICLES_PER_STORY - 1].published_at,
            "article_count": ARTICLES_PER_STORY,
            "independent_count": ARTICLES_PER_STORY,
            "version": 1,
        }
        for place in range(0, len(news), ARTICLES_PER_STORY)
    ]


def _article_row(new: NewArticle, number: int) -> dict[str, object]:
    return asdict(new) | {
        "id": number + 1,
        "url_key": new.url,
        "origin": new.origin.value,
        "story_id": number // ARTICLES_PER_STORY + 1,
        "version": 1,
    }


def _analysis_row(analysis: Analysis, number: int) -> dict[str, object]:
    lines = ("title_terms", "title_also", "text_terms", "text_also")
    return {name: " ".join(getattr(analysis, name)) for name in lines} | {
        "article_id": number + 1,
        "language": analysis.language,
        "entities": [],
        "fingerprint": analysis.fingerprint,
    }
