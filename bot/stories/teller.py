"""Who tells an article: two of one outlet are another matter than two of two."""

from __future__ import annotations

from urllib.parse import urlsplit

from storage.records import Article


def teller(article: Article) -> str:
    """The publisher, else the host of its address; empty where neither is known."""
    return article.publisher or (urlsplit(article.url).hostname or "").removeprefix("www.")


def is_one_teller(one: str, other: str) -> bool:
    """Nobody knows that two are of one outlet where nobody knows of which they are."""
    return bool(one) and one == other
