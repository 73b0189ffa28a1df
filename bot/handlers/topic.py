"""/thema NAME - the topic now: its top stories with sources and similar news, and a button to follow it."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import zone_of
from bot.handlers.asking import read, topic_of, understand
from bot.handlers.command import Command, Press
from bot.handlers.stories import items_of, number_keys
from bot.handlers.suggestions import suggested_topics
from bot.handlers.turn import Rows, Turn
from bot.messages.keyboard import Key, in_rows
from bot.search import better_spelling, topic_stories
from storage.records import Topic, TopicId

LOOK_BACK = timedelta(days=7)
MOST_STORIES = 5


async def topic(turn: Turn) -> None:
    if not turn.argument:
        await turn.reply("topic_how", rows=await _suggestions(turn))
        return
    query = await understand(turn, turn.argument, ask=_ask)
    if query is None:
        return
    found = await topic_stories(turn.services, query, since=turn.now - LOOK_BACK, limit=MOST_STORIES)
    if not found:
        better = await better_spelling(turn.services, turn.argument, zone=zone_of(turn.chat.timezone))
        rows = [
            *([[await _ask(turn, better)]] if better else []),
            *await _subscribe_rows(turn, await topic_of(turn, query)),
            *await _suggestions(turn),
        ]
        await turn.reply("topic_empty", rows=rows, topic=query.text, days=LOOK_BACK.days, suggestion=better)
        return
    items = await items_of(turn, [story_id for story_id, _ in found])
    rows = [number_keys(items), *await _subscribe_rows(turn, await topic_of(turn, query))]
    await turn.reply("topic", rows=rows, topic=query.text, items=items)


async def show_topic(turn: Turn) -> None:
    """A suggested topic was pressed."""
    async with turn.services.storage.read() as tx:
        turn.argument = (await tx.topics.get(TopicId(turn.pressed_id()))).query
    await topic(turn)


async def _ask(turn: Turn, text: str) -> Key:
    topic = await topic_of(turn, await read(turn, text))
    return turn.key("button_topic", f"th:{topic.id}", topic=text)


async def _subscribe_rows(turn: Turn, topic: Topic) -> Rows:
    async with turn.services.storage.read() as tx:
        followed = {one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)}
    if topic.id in followed:
        return ()
    return [[turn.key("button_subscribe", f"ab:{topic.id}", topic=topic.query)]]


async def _suggestions(turn: Turn) -> Rows:
    topics = await suggested_topics(turn)
    return in_rows([turn.key("button_topic", f"th:{one.id}", topic=one.query) for one in topics], 2)


COMMAND = Command(
    name="thema",
    alias="topic",
    handle=topic,
    menu="menu_topic",
    presses=(Press(prefix="th", handle=show_topic),),
)
