"""The JSON shapes that commands print for programs; fields may be added, never removed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from storage.records import Article, Story

Shape = dict[str, object]


def instant(at: datetime) -> str:
    """ISO 8601 with its zone."""
    return at.isoformat()


def article_json(article: Article) -> Shape:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "publisher": article.publisher,
        "language": article.language,
        "published_at": instant(article.published_at),
        "story_id": article.story_id,
        "wire_of": article.wire_of,
    }


def story_json(story: Story, articles: Iterable[Article]) -> Shape:
    return {
        "id": story.id,
        "headline": story.headline,
        "first_at": instant(story.first_at),
        "last_at": instant(story.last_at),
        "article_count": story.article_count,
        "independent_count": story.independent_count,
        "language": story.language,
        "version": story.version,
        "lead_id": story.lead_id,
        "articles": [article_json(article) for article in articles],
    }
