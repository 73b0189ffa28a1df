"""Articles for the story tests, analysed as the program does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from bot.analysis.analyser import Analyser
from storage.records import Analysis, Article, ArticleId, Origin, StoryId

NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


@cache
def analyser() -> Analyser:
    return Analyser()


def article(
    number: int,
    title: str,
    text: str = "",
    *,
    publisher: str = "",
    hours: float = 0,
    language: str = "de",
    summary: str = "",
    author: str = "",
    story: int | None = None,
    wire_of: int | None = None,
) -> Article:
    at = NOON + timedelta(hours=hours)
    return Article(
        id=ArticleId(number),
        url=f"https://example.org/{number}",
        title=title,
        text=text,
        summary=summary,
        publisher=publisher or f"Blatt {number}",
        language=language,
        author=author,
        published_at=at,
        first_seen_at=at,
        origin=Origin.FILE,
        story_id=None if story is None else StoryId(story),
        wire_of=None if wire_of is None else ArticleId(wire_of),
    )


def analysed(one: Article) -> tuple[Article, Analysis]:
    found = analyser().analyse(title=one.title, summary=one.summary, text=one.text, language=one.language)
    return one, found.for_article(one.id)
