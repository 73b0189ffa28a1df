"""Fetches the pages of news that came without text; a page is a row until it is read or given up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.articles.address import url_key
from bot.articles.boilerplate import repeated_lines, without_lines
from bot.articles.identity import MOST_TEXT, name
from bot.articles.page_session import Later, PageAnswer, PageSession, Read, Refused
from bot.articles.page_texts import LEAST_TEXT
from bot.articles.pages import Reading
from bot.articles.revision import Revision
from bot.articles.text import clean_text, cut
from bot.intake import analyse_all, store_revisions
from storage.collecting import OwedPage
from storage.records import Article

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

log = logging.getLogger(__name__)

# Longer than the slowest page: robots.txt, waiting for a turn, asking, reading.
LEASE = timedelta(minutes=5)
A_HOST = 3
MOST_ATTEMPTS = 3
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=6)
COMPARED = 12


@dataclass(frozen=True, slots=True)
class FullTexts:
    """What came of a round; `folded` pages turned out to be articles we had under another address."""

    texts: int = 0
    folded: int = 0
    refused: int = 0
    put_off: int = 0
    more: bool = False

    @property
    def settled(self) -> int:
        return self.texts + self.folded + self.refused


async def fetch_pages(services: Services, session: PageSession, *, limit: int) -> FullTexts:
    """Read the pages that are due, a few of each host at once; each is stored as soon as it is read."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        owed = await tx.pages.claim_due(now, limit=limit, a_host=A_HOST, lease=LEASE)
        articles = await tx.articles.get_many([page.article_id for page in owed])
        if owed:
            metrics.PAGES_WAITING.set(await tx.pages.waiting())
    outcomes = await asyncio.gather(
        *(_read_one(services, session, page, articles[page.article_id]) for page in owed)
    )
    for outcome in outcomes:
        metrics.PAGES.labels(outcome).inc()
    counts = {name: outcomes.count(name) for name in ("text", "folded", "later")}
    return FullTexts(
        texts=counts["text"],
        folded=counts["folded"],
        refused=len(outcomes) - sum(counts.values()),
        put_off=counts["later"],
        more=len(owed) == limit,
    )


async def _read_one(services: Services, session: PageSession, page: OwedPage, article: Article) -> str:
    """What became of one page, as a word for the figures."""
    now = services.clock.now()
    try:
        answer: PageAnswer = await session.read(article.url, now=now)
    except Exception:  # one page's trouble, whatever it is, stays its own
        log.exception("page failed", extra={"article": article.id})
        answer = Later("an error of our own")
    match answer:
        case Read(reading=reading) if reading.obstacle:
            await _settle(services, article)
            return str(reading.obstacle.name.lower())
        case Read(reading=reading):
            return await _store(services, page, reading)
        case Refused():
            await _settle(services, article)
            return "refused"
        case Later(wait=wait, is_fault=is_fault):
            return await _put_off(services, page, wait, now=now, is_fault=is_fault)


async def _settle(services: Services, article: Article) -> None:
    async with services.storage.write() as tx:
        await tx.pages.settle([article.id])


async def _put_off(
    services: Services, page: OwedPage, wait: timedelta | None, *, now: datetime, is_fault: bool
) -> str:
    attempts = page.attempts + is_fault
    async with services.storage.write() as tx:
        if attempts >= MOST_ATTEMPTS:
            await tx.pages.settle([page.article_id])
            return "given_up"
        pause = (
            max(FIRST_WAIT * 4**page.attempts, min(wait or timedelta(), LONGEST_WAIT)) if is_fault else wait
        )
        until = now + (pause or timedelta(seconds=1))
        if is_fault:
            await tx.pages.give_up_waiting(page.article_id, now=now)
        await tx.pages.put_off(page.article_id, until=until, attempts=attempts)
    return "later"


async def _store(services: Services, page: OwedPage, reading: Reading) -> str:
    now = services.clock.now()
    async with services.storage.read() as tx:
        stored = await tx.articles.get_many([page.article_id])
        if not stored:  # removed meanwhile
            return "refused"
        article = stored[page.article_id]
        twin = await _twin(tx, article, reading)
        revisions, lines = await _revisions(tx, article, reading, page.host)
    found = await asyncio.to_thread(analyse_all, services, [one.new for one in revisions])
    async with services.storage.write() as tx:
        await tx.pages.settle([article.id])
        if twin is not None and article.story_id is None:
            await tx.analyses.remove([article.id])
            await tx.articles.fold(article, into=twin.id)
            return "folded"
        key = _canonical_key(article, reading)
        if key and twin is None:
            await tx.articles.add_address(key, article.id)
        await tx.pages.add_boilerplate(page.host, lines, now=now)
        await store_revisions(services, tx, revisions, found, now=now)
    return "text" if revisions and revisions[0].new.text else "boilerplate"


def _canonical_key(article: Article, reading: Reading) -> str:
    """The key of what the page calls its own address, empty when it says nothing new."""
    key = url_key(reading.draft.url) if reading.draft.url else ""
    # A page that calls the front page its canonical address is mistaken.
    return "" if key == article.url_key or "/" not in key.rstrip("/") else key


async def _twin(tx: Transaction, article: Article, reading: Reading) -> Article | None:
    """Another article of the publisher that is this page by its canonical address."""
    key = _canonical_key(article, reading)
    if not key:
        return None
    found = (await tx.articles.find_by_urls([key])).get(key)
    is_other = found is not None and found.id != article.id
    return found if is_other and found is not None and found.publisher == article.publisher else None


async def _revisions(
    tx: Transaction, article: Article, reading: Reading, host: str
) -> tuple[list[Revision], set[str]]:
    """The article with its text, and earlier ones without the lines that turn out to be furniture."""
    known = await tx.pages.boilerplate(host)
    text = without_lines(clean_text(reading.draft.text)[:MOST_TEXT], known)
    others: Sequence[Article] = ()
    if article.feed_id is not None:
        others = await tx.articles.latest_of_feed(article.feed_id, limit=COMPARED)
        others = [one for one in others if one.id != article.id]
    lines = repeated_lines(text, [one.text for one in others])
    text = without_lines(text, lines)
    revisions = [_completed(article, reading, text)] if len(text) >= LEAST_TEXT else []
    for other in others:
        rest = without_lines(other.text, lines)
        if rest != other.text:
            revisions.append(Revision(other, replace(other, text=rest), is_version=False))
    return revisions, lines


def _completed(article: Article, reading: Reading, text: str) -> Revision:
    said = reading.draft
    published_at = article.published_at
    # The feed gave no date when the two are one; the page may know better, but not the future.
    if published_at == article.first_seen_at and said.published_at is not None:
        published_at = min(said.published_at, article.first_seen_at)
    summary = article.summary or cut(clean_text(said.summary), 4_000)
    new = replace(
        article,
        text=text,
        summary="" if summary == text else summary,
        author=article.author or name(said.author),
        section=article.section or name(said.section),
        published_at=published_at,
    )
    return Revision(article, new, is_version=False)
