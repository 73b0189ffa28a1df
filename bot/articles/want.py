"""Decides for which articles the page is fetched: news that came without its text, from where we may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.articles.address import URN
from bot.settings import Settings
from storage.collecting import OwedPage
from storage.records import Article, Origin

# A teaser may be called a text by its feed; from here on it is one.
LEAST_FULL_TEXT = 600
# A page takes seconds; who waits longer goes into a story by title and teaser.
PATIENCE = timedelta(minutes=5)


def wants_page(settings: Settings, article: Article, *, now: datetime) -> OwedPage | None:
    """The page to fetch; None when the text is there, nobody will be told of it, or nobody wants pages."""
    is_enough = len(article.text) >= LEAST_FULL_TEXT
    if not settings.fetch_pages or article.is_archive or is_enough or article.origin is not Origin.FEED:
        return None
    if article.url.startswith(URN):
        return None
    return OwedPage(
        article_id=article.id,
        host=urlsplit(article.url).netloc,
        due_at=now,
        awaited_until=now + PATIENCE,
    )
