"""An edition as rich messages: a heading for each topic, a story that unfolds, contents, a foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.digests.build import EditionView, StoryItem
from bot.messages.keyboard import Key, even_rows, keyboard
from bot.messages.page import Page, number_key
from bot.messages.rich import MOST_STORIES, RichFlaw, RichSize, measure_rich
from storage.messages import MessagePart

CONTENTS_FROM_TOPICS = 3
CONTENTS_FROM_STORIES = 8
LONG_TOPIC = 4
"""Stories after which a way back to the contents is welcome."""
FRAME = RichSize(500, 2500, 40, 2, 0)
"""Kept free in each message for headings, contents and foot."""
MOST_SOURCES, FEW_SOURCES = 6, 3
FEW_SENTENCES = 2

Instead = Callable[[int], tuple[MessagePart, ...]]


@dataclass(frozen=True, slots=True)
class Trim:
    """How much of each story is told: what is left out first stands first."""

    with_related: bool = True
    most_sources: int = MOST_SOURCES
    most_sentences: int = 99


TRIMS = (
    Trim(),
    Trim(with_related=False),
    Trim(with_related=False, most_sources=FEW_SOURCES),
    Trim(with_related=False, most_sources=FEW_SOURCES, most_sentences=FEW_SENTENCES),
)


@dataclass(frozen=True, slots=True)
class RichStory:
    item: StoryItem
    number: int
    topic: str
    html: str
    size: RichSize


def by_topic(edition: EditionView) -> tuple[StoryItem, ...]:
    """The stories under the reader's topics in their order, each where it fits best; the others last."""
    places = {topic: place for place, topic in enumerate(edition.topics)}
    return tuple(sorted(edition.items, key=lambda item: places.get(_topic(item), len(places))))


def _topic(item: StoryItem) -> str:
    return item.topics[0] if item.topics else ""


def rich_parts(page: Page, items: Sequence[StoryItem], *, instead: Instead) -> tuple[MessagePart, ...]:
    """As few messages as the limits allow, split between stories, between topics where that is as good.

    `instead(n)` are the classic messages from story `n` on. Raises RichFlaw for what Telegram would refuse.
    """
    fewest = -(-len(items) // MOST_STORIES)
    for number, trim in enumerate(TRIMS):
        messages = packed(_stories(page, items, trim, layout=f"rich{number}"))
        if len(messages) <= fewest:
            break
    count = len(messages)
    parts = []
    for part, stories in enumerate(messages, start=1):
        html = _message(page, stories, part, count, total=items)
        if not measure_rich(html).fits:
            raise RichFlaw(f"{measure_rich(html)} is more than a rich message may hold")
        keys = even_rows([number_key(story.number, story.item) for story in stories])
        last = [page.rest_keys() if part == count else [], [Key(page.label("button_as_text"), "tx")]]
        parts.append(
            MessagePart(
                html=html,
                keyboard=keyboard([*keys, *last]),
                silent=part > 1,
                is_rich=True,
                instead=instead(stories[0].number),
            )
        )
    return tuple(parts)


def _stories(page: Page, items: Sequence[StoryItem], trim: Trim, *, layout: str) -> list[RichStory]:
    sentences = min(page.edition.sentences, trim.most_sentences)

    def made(item: StoryItem, number: int) -> RichStory:
        def render(shown: int) -> str:
            return page.renderer.rich(
                "edition_story",
                **page.reader.values(),
                item=item,
                number=shown,
                sentences=sentences,
                with_related=trim.with_related,
                most_sources=trim.most_sources,
            )

        html, size = page.story(item, number, render=render, weigh=measure_rich, layout=layout)
        return RichStory(item, number, _topic(item), html, size)

    return [made(item, number) for number, item in enumerate(items, start=1)]


def packed(stories: Sequence[RichStory]) -> list[list[RichStory]]:
    """The stories of each message: whole topics together where they fit."""
    messages: list[list[RichStory]] = []
    size = FRAME
    for chunk in _chunks(stories):
        more = sum((story.size for story in chunk), RichSize())
        if messages and (size + more).fits:
            messages[-1] += chunk
            size += more
        else:
            messages.append(list(chunk))
            size = FRAME + more
    return messages


def _chunks(stories: Sequence[RichStory]) -> Iterator[list[RichStory]]:
    """Topics, or their stories one by one where a topic is too much for one message."""
    for _, members in groupby(stories, key=lambda story: story.topic):
        chunk = list(members)
        if (sum((story.size for story in chunk), FRAME)).fits:
            yield chunk
        else:
            yield from ([story] for story in chunk)


def _message(
    page: Page, stories: Sequence[RichStory], part: int, count: int, *, total: Sequence[StoryItem]
) -> str:
    edition, render = page.edition, page.renderer.rich
    topics = [(topic, list(members)) for topic, members in groupby(stories, key=lambda story: story.topic)]
    has_contents = len(topics) > 1 and (
        len(topics) >= CONTENTS_FROM_TOPICS or len(stories) >= CONTENTS_FROM_STORIES
    )
    texts = []
    if part == 1:
        outlets = len({source.publisher for item in total for source in item.sources})
        texts.append(
            page.frame(
                render,
                "edition_head",
                edition.due_at,
                edition.is_follow,
                edition.scope,
                count=len(total),
                outlets=outlets,
            )
        )
    if count > 1:
        texts.append(page.frame(render, "edition_part", part=part, count=count))
    if has_contents:
        contents = [(topic, len(members)) for topic, members in topics if topic]
        texts.append(render("edition_contents", **page.reader.values(), contents=contents))
    for place, (topic, members) in enumerate(topics, start=1):
        if topic:
            texts.append(render("edition_topic", **page.reader.values(), topic=topic, number=place))
        texts += (_opened(story) if story.number == 1 else story.html for story in members)
        if has_contents and len(members) >= LONG_TOPIC:
            texts.append(page.frame(render, "edition_top"))
    if part == count:
        texts.append(page.frame(render, "edition_foot", edition.left_over, edition.next_due_at))
    return "\n".join(text for text in texts if text)


def _opened(story: RichStory) -> str:
    """The edition's first story shows at once what unfolding is like."""
    return story.html.replace("<details>", "<details open>", 1)
