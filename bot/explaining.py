"""Why a chat sees a story: its topics and their words, who tells it, and why that is one story."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.errors import BadQuery
from bot.stories.agencies import agency, shown
from bot.stories.headline import in_language
from bot.stories.reasons import Read, shared_words
from bot.stories.sketch import lead
from bot.topics.evaluate import Lines
from bot.topics.matching import score_of
from bot.topics.query import parse
from bot.topics.words import matching_words
from storage.records import Analysis, Article, ArticleId, Chat, Story, StoryId
from storage.wishes import Subscription, SubscriptionState

if TYPE_CHECKING:
    from bot.services import Services

MOST_SOURCES = 8
MOST_SHARED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One topic of the chat, and the words of the article it found."""

    topic: str
    words: tuple[str, ...]
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    article: Article
    agency: str
    """Whose text it marks as its own; empty for none."""
    is_copy: bool
    """It prints another outlet's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    story: Story
    found: tuple[Found, ...]
    """Empty for a story that no topic of the chat found."""
    voices: tuple[Voice, ...]
    """Who tells it, oldest first; at most eight."""
    shared: tuple[str, ...]
    """The telling words that most of its articles have in common."""


async def explain(services: Services, chat: Chat, story_id: StoryId) -> Why:
    """Raises NotFound."""
    async with services.storage.read() as tx:
        story = await tx.stories.get(story_id)
        articles = (await tx.articles.of_stories([story.id])).get(story.id, [])
        analyses = await tx.analyses.get_many([article.id for article in articles])
        followed = await tx.chats.subscriptions(chat.id)
    active = [one for one in followed if one.state is SubscriptionState.ACTIVE]
    found = [_found(services, one, articles, analyses) for one in active]
    return Why(
        story=in_language(story, articles, chat.language) if articles else story,
        found=tuple(one for one in found if one is not None),
        voices=tuple(_voice(article) for article in articles[:MOST_SOURCES]),
        shared=_shared(articles),
    )


def _found(
    services: Services,
    subscription: Subscription,
    articles: list[Article],
    analyses: dict[ArticleId, Analysis],
) -> Found | None:
    """The article that is most about the topic."""
    analyser = services.analyser
    try:
        query = parse(
            subscription.topic.query, analyser=analyser, now=services.clock.now(), zone=ZoneInfo("UTC")
        ).terms
    except BadQuery:
        return None
    best: tuple[float, Article] | None = None
    for article in articles:
        if article.id not in analyses or not query.admits(
            publisher=article.publisher, language=article.language, published_at=article.published_at
        ):
            continue
        score = score_of(query, Lines.of(analyses[article.id]))
        if score and (best is None or score > best[0]):
            best = (score, article)
    if best is None:
        return None
    article = best[1]
    text = f"{article.title} . {article.summary} {article.text}"[:4000]
    words = matching_words(query.match, text, language=article.language, analyser=analyser)
    return Found(topic=subscription.topic.query, words=words, article=article)


def _voice(article: Article) -> Voice:
    named = agency(article.author, article.text)
    return Voice(article=article, agency=shown(named) if named else "", is_copy=article.wire_of is not None)


def _shared(articles: list[Article]) -> tuple[str, ...]:
    """By how many of the others they share with the first article."""
    if len(articles) < 2:
        return ()
    first = articles[0]
    counts = Counter(
        word
        for other in articles[1:]
        for word in shared_words(_read(first), _read(other), rarity=lambda word: len(word) ** 0.5)
    )
    return tuple(word for word, _ in counts.most_common(MOST_SHARED))


def _read(article: Article) -> Read:
    return Read(article.title, lead(article), article.language)
