"""Stories as they are told, built once and kept for the chats that come next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.analysis.summary import language_of, summarised
from bot.digests.build import StoryItem, lead_first, leads_of, published_until, story_item
from bot.field import Field
from bot.messages.fragments import Fragments
from bot.stories.agencies import agency, shown
from bot.stories.headline import in_language
from storage.records import Article, Story, StoryId
from storage.retellings import Retelling

if TYPE_CHECKING:
    from storage.database import Transaction

log = logging.getLogger(__name__)

MOST_KEPT = 8_000
"""About 40 MB: a story with its sources and similar news is 2 to 8 kB."""
FRESH_FOR = timedelta(minutes=10)
"""What is related to a story changes without the story."""

Look = tuple[str, frozenset[str]]
"""How a story is told: in which language, and without which publishers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Stories in the order asked for; those that are gone or empty are left out."""

    items: tuple[StoryItem, ...]
    failed: Mapping[StoryId, str]
    """Those that cannot be told, and why."""


@dataclass(slots=True, kw_only=True)
class _Kept:
    story: Story
    item: StoryItem | None
    built_at: datetime
    field: Field
    """The run it was last looked at in."""


class Shelf:
    """Belongs to one process; two rounds at once are harmless, since what is kept is never changed."""

    def __init__(self) -> None:
        self.fragments = Fragments()
        self._field: Field | None = None
        self._kept: dict[tuple[Look, StoryId], _Kept] = {}

    def field(self, now: datetime) -> Field:
        """The stories to choose from, of the run under way."""
        if self._field is None or self._field.is_over(now):
            self._field = Field(now)
        return self._field

    def end_run(self) -> None:
        """Nothing more is due: what comes next is looked at anew."""
        self._field = None

    async def items(
        self, tx: Transaction, wanted: Mapping[StoryId, int], look: Look, *, field: Field, now: datetime
    ) -> Built:
        """The stories, in at least these versions."""
        sure = {id_: kept for id_, least in wanted.items() if (kept := self._sure(id_, least, look, field))}
        unsure = [id_ for id_ in wanted if id_ not in sure]
        if not unsure:
            return _as_built(sure.values(), {})
        stories = await tx.stories.get_many(unsure)
        here = [stories[id_] for id_ in unsure if id_ in stories]
        changed = [story for story in here if not self._confirm(story, look, field, now)]
        sure |= {story.id: self._kept[look, story.id] for story in here if story not in changed}
        built = await build(tx, [story.id for story in changed], language=look[0], without=look[1])
        sure |= self._keep(built, changed, look, field, now)
        return _as_built([sure[id_] for id_ in wanted if id_ in sure], built.failed)

    def _sure(self, story_id: StoryId, least: int, look: Look, field: Field) -> _Kept | None:
        kept = self._kept.get((look, story_id))
        return kept if kept is not None and kept.field is field and kept.story.version >= least else None

    def _confirm(self, story: Story, look: Look, field: Field, now: datetime) -> bool:
        """Whether what is kept of the story still holds."""
        kept = self._kept.get((look, story.id))
        if kept is None or kept.story != story or not timedelta(0) <= now - kept.built_at < FRESH_FOR:
            return False
        kept.field = field
        return True

    def _keep(
        self, built: Built, stories: Sequence[Story], look: Look, field: Field, now: datetime
    ) -> dict[StoryId, _Kept]:
        items = {item.story_id: item for item in built.items}
        new = {
            story.id: _Kept(story=story, item=items.get(story.id), built_at=now, field=field)
            for story in stories
        }
        if len(self._kept) + len(new) > MOST_KEPT:
            self._kept.clear()
        self._kept |= {(look, story_id): kept for story_id, kept in new.items()}
        return new


def _as_built(kept: Iterable[_Kept], failed: Mapping[StoryId, str]) -> Built:
    return Built(items=tuple(one.item for one in kept if one.item is not None), failed=failed)


async def build(
    tx: Transaction,
    story_ids: Sequence[StoryId],
    *,
    language: str,
    as_of: datetime | None = None,
    without: Collection[str] = (),
) -> Built:
    """Stories as they are told now, without what was published later or by certain publishers."""
    if not story_ids:
        return Built(items=(), failed={})
    asked = await tx.stories.get_many(story_ids)
    stories = {asked[id_].id: asked[id_] for id_ in story_ids if id_ in asked}
    articles = {
        id_: [one for one in published_until(found, as_of) if one.publisher not in without]
        for id_, found in (await tx.articles.of_stories(list(stories))).items()
    }
    links = await tx.stories.related(list(stories))
    others = await tx.stories.get_many({link.other_id for found in links.values() for link in found})
    leads = await tx.articles.get_many({other.lead_id for other in others.values()})
    retold = await tx.retellings.of_stories(list(stories))

    def related(story_id: StoryId) -> list[Article]:
        found = published_until(leads_of(story_id, links.get(story_id, ()), others, leads), as_of)
        return [one for one in found if one.publisher not in without]

    def make() -> Built:
        items: list[StoryItem] = []
        failed: dict[StoryId, str] = {}
        for id_, story in stories.items():
            if not articles.get(id_):
                continue
            try:
                told = in_language(story, articles[id_], language)
                summary = _summary(told, articles[id_], language, retold.get(id_))
                items.append(_item(told, articles[id_], related(id_), summary))
            except Exception as error:  # one poisonous article must not cost the readers the others
                log.exception("story cannot be told", extra={"story": id_})
                metrics.STORIES_LEFT_OUT.inc()
                failed[id_] = f"{type(error).__name__}: {error}"
        return Built(items=tuple(items), failed=failed)

    return await asyncio.to_thread(make)


def _summary(
    story: Story, articles: Sequence[Article], language: str, retelling: Retelling | None
) -> tuple[str, ...]:
    """In a model's words where there are some and every article they rest on is told here, else sentences."""
    ordered = lead_first(story, articles)
    if retelling is not None and retelling.language == language_of(ordered, language):
        here = {article.id for article in articles}
        if retelling.sentences and all(article_id in here for _, article_id in retelling.sentences):
            return tuple(text for text, _ in retelling.sentences)
    return summarised(ordered, language=language)


def _item(
    story: Story, articles: Sequence[Article], related: Sequence[Article], summary: Sequence[str]
) -> StoryItem:
    # Copies of one text often differ in whether they still name whose it is.
    agencies = {
        article.id: shown(agency(article.author, article.text))
        for article in articles
        if article.wire_of is not None
    }
    return story_item(story, articles, related, summary, agencies=agencies)
