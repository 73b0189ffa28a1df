"""Decides for which articles the page is fetched: news that came without its text, from where we may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.articles.address import URN
from storage.collecting import OwedPage
from storage.records import ArticleId, NewArticle, Origin

# A teaser may be called a text by its feed; from here on it is one.
LEAST_FULL_TEXT = 600
# A page takes seconds; who waits longer goes into a story by title and teaser.
PATIENCE = timedelta(minutes=5)


def wants_page(article_id: ArticleId, article: NewArticle, *, now: datetime) -> OwedPage | None:
    """The page to fetch; None when the text is there or nobody will be told of it."""
    if article.is_archive or len(article.text) >= LEAST_FULL_TEXT or article.origin is not Origin.FEED:
        return None
    if article.url.startswith(URN):
        return None
    return OwedPage(
        article_id=article_id,
        host=urlsplit(article.url).netloc,
        due_at=now,
        awaited_until=now + PATIENCE,
    )
