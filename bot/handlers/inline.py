"""@bot WORDS in any chat - finds stories and shares one."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot import pipeline
from bot.clock import zone_of
from bot.digests.build import StoryItem
from bot.errors import BadQuery
from bot.handlers.conversation import language_of
from bot.handlers.flood import FloodLimit, Verdict
from bot.search import read_query, topic_stories
from bot.services import Services
from storage.records import StoryId

LOOK_BACK = timedelta(days=30)
MOST_RESULTS = 20
CACHE_S = 30
"""Telegram asks again for the same words after so long; stories grow."""


class Inline:
    """Answers every query, with nothing where there is nothing: an unanswered one spins for the person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._flood = FloodLimit()

    async def on_query(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.inline_query
        if query is None:
            return
        verdict = self._flood.judge(query.from_user.id, now=self._services.clock.now())
        results = await self._results(query) if verdict is Verdict.WELCOME else []
        # Too late an answer is refused, and the person has typed on.
        with contextlib.suppress(BadRequest):
            # The texts are in the person's language: nobody else may be shown them from Telegram's cache.
            await query.answer(results, cache_time=CACHE_S, is_personal=True)

    async def _results(self, query: InlineQuery) -> list[InlineQueryResultArticle]:
        language = language_of(query.from_user.language_code, default=self._services.settings.language)
        ids = await self._stories(query.query)
        async with self._services.storage.read() as tx:
            items = await pipeline.story_items(tx, ids, language=language)
        return [self._result(item, language) for item in items]

    async def _stories(self, words: str) -> list[StoryId]:
        """Those on the words; without any, the latest."""
        since = self._services.clock.now() - LOOK_BACK
        if not words.strip():
            async with self._services.storage.read() as tx:
                latest = await tx.stories.latest(since, MOST_RESULTS)
            return [story.id for story in latest]
        zone = zone_of(self._services.settings.timezone)
        try:
            read = await read_query(self._services, words, zone=zone)
        except BadQuery:
            return []
        return [id_ for id_, _ in await topic_stories(self._services, read, since=since, limit=MOST_RESULTS)]

    def _result(self, item: StoryItem, language: str) -> InlineQueryResultArticle:
        services = self._services
        [part] = services.renderer.parts(
            "inline_story",
            language=language,
            zone=services.settings.timezone,
            now=services.clock.now(),
            item=item,
        )
        return InlineQueryResultArticle(
            id=str(item.story_id),
            title=services.renderer.label("inline_title", language=language, item=item),
            description=services.renderer.label("inline_description", language=language, item=item),
            url=item.url or None,
            input_message_content=InputTextMessageContent(
                part.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )
