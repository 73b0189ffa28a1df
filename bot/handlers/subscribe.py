"""/abo NAME - a dry run of a topic: what it matches, how often, three examples; then one button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import subscriptions
from bot.handlers.asking import topic_of, understand
from bot.handlers.command import Command, Press
from bot.handlers.stories import items_of
from bot.handlers.suggestions import suggested_topics
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key, in_rows
from bot.search import topic_stories
from bot.subscriptions import Outcome, Subscribed
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
    query = await understand(turn, text)
    if query is None:
        return
    since = turn.now - LOOK_BACK
    found = await topic_stories(turn.services, query, since=since, limit=EXAMPLES)
    topic = await topic_of(turn, query)
    async with turn.services.storage.read() as tx:
        count = await tx.search.count(replace(query.terms, since=query.terms.since or since), most=COUNT_MOST)
        followed = {one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)}
    known = topic.id in followed
    await turn.reply(
        "subscribe_offer",
        rows=[[_button(turn, topic.id, known=known)]],
        topic=topic.query,
        known=known,
        count=count,
        is_exact=count < COUNT_MOST,
        days=LOOK_BACK.days,
        aliases=query.aliases,
        items=await items_of(turn, [story_id for story_id, _ in found]),
    )


def _button(turn: Turn, topic_id: TopicId, *, known: bool) -> Key:
    if known:
        return turn.key("button_unsubscribe", f"ax:{topic_id}")
    return turn.key("button_confirm_subscription", f"ab:{topic_id}")


async def offer_pressed(turn: Turn) -> None:
    """A suggested topic was pressed: its dry run."""
    async with turn.services.storage.read() as tx:
        topic = await tx.topics.get(TopicId(turn.pressed_id()))
    await offer(turn, topic.query)


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
    ),
)
