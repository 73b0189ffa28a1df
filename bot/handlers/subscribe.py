"""/abo NAME - a dry run of a topic: what it matches, how often, three examples; then one button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import subscriptions
from bot.handlers.asking import read, topic_of, understand
from bot.handlers.command import Command, Press
from bot.handlers.stories import items_of
from bot.handlers.suggestions import suggested_topics
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key, in_rows
from bot.search import topic_stories
from bot.subscriptions import Outcome, Subscribed
from bot.topics.query import Query, without_switch
from storage.records import TopicId

LOOK_BACK = timedelta(days=7)
EXAMPLES = 3
COUNT_MOST = 500


async def subscribe(turn: Turn) -> None:
    if not turn.argument:
        topics = await suggested_topics(turn)
        keys = [turn.key("button_topic", f"ad:{topic.id}", topic=topic.query) for topic in topics]
        await turn.reply("subscribe_how", rows=in_rows(keys, 2))
        return
    await offer(turn, turn.argument)


async def offer(turn: Turn, text: str) -> None:
    """The dry run, with the button that makes it a subscription."""
    query = await understand(turn, text, ask=_ask)
    if query is not None:
        await turn.reply(**await _offer(turn, query))


async def _offer(turn: Turn, query: Query) -> dict[str, Any]:
    since = turn.now - LOOK_BACK
    found = await topic_stories(turn.services, query, since=since, limit=EXAMPLES)
    topic = await topic_of(turn, query)
    async with turn.services.storage.read() as tx:
        count = await tx.search.count(replace(query.terms, since=query.terms.since or since), most=COUNT_MOST)
        followed = {one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)}
    known = topic.id in followed
    rows = [[_button(turn, topic.id, known=known)]]
    if query.aliases or query.has_aliases_off:
        label = "button_with_aliases" if query.has_aliases_off else "button_without_aliases"
        rows.append([turn.key(label, f"aa:{topic.id}")])
    return {
        "name": "subscribe_offer",
        "rows": rows,
        "topic": topic.query,
        "known": known,
        "count": count,
        "is_exact": count < COUNT_MOST,
        "days": LOOK_BACK.days,
        "aliases": query.aliases,
        "only_as_written": query.has_aliases_off,
        "items": await items_of(turn, [story_id for story_id, _ in found]),
    }


async def _ask(turn: Turn, text: str) -> Key:
    topic = await topic_of(turn, await read(turn, text))
    return turn.key("button_topic", f"ad:{topic.id}", topic=text)


def _button(turn: Turn, topic_id: TopicId, *, known: bool) -> Key:
    if known:
        return turn.key("button_unsubscribe", f"ax:{topic_id}")
    return turn.key("button_confirm_subscription", f"ab:{topic_id}")


async def offer_pressed(turn: Turn) -> None:
    """A suggested topic was pressed: its dry run."""
    async with turn.services.storage.read() as tx:
        topic = await tx.topics.get(TopicId(turn.pressed_id()))
    await offer(turn, topic.query)


async def switch_aliases(turn: Turn) -> None:
    """The same topic with its other names, or without them; a subscription moves from one to the other."""
    async with turn.services.storage.read() as tx:
        topic = await tx.topics.get(TopicId(turn.pressed_id()))
        is_followed = topic.id in {one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)}
    query = await read(turn, topic.query)
    if query.has_aliases_off:
        other = await read(turn, without_switch(query.text))
    else:
        other = await read(turn, f"{query.text} {turn.label('aliases_off')}")
    if is_followed:
        await subscriptions.unsubscribe(turn.services, turn.chat, [topic.id])
        await subscriptions.subscribe_to(turn.services, turn.chat, (await topic_of(turn, other)).id)
    await turn.show(**await _offer(turn, other))


async def confirm(turn: Turn) -> None:
    """Pressed twice, it is one subscription and one message."""
    done = await subscriptions.subscribe_to(turn.services, turn.chat, TopicId(turn.pressed_id()))
    if done.topic is None:
        await turn.toast("toast_full", alert=True, most=subscriptions.MOST_TOPICS)
    elif done.outcome is Outcome.KNOWN:
        await turn.toast("toast_known", topic=done.topic.query)
    else:
        await turn.toast("toast_added", topic=done.topic.query)
        await _tell(turn, done)


async def _tell(turn: Turn, done: Subscribed) -> None:
    topic = done.topic
    if topic is None:
        return
    rows = [
        [turn.key("button_digest_now", "dg:now"), turn.key("button_times", "zt:show")],
        [turn.key("button_unsubscribe", f"ax:{topic.id}")],
    ]
    await turn.reply(
        "subscribed",
        rows=rows,
        topic=topic.query,
        has_new_times=done.has_new_times,
        next_due_at=min((digest.next_due_at for digest in done.digests), default=None),
    )


COMMAND = Command(
    name="abo",
    alias="subscribe",
    more=("abonnieren", "folgen", "follow"),
    handle=subscribe,
    menu="menu_subscribe",
    presses=(
        Press(prefix="ab", handle=confirm, changes_chat=True),
        Press(prefix="ad", handle=offer_pressed),
        Press(prefix="aa", handle=switch_aliases, changes_chat=True),
    ),
)
