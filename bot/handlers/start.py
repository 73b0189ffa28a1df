"""/start - welcome, and three taps to the first digest: topics, times, zone. Also opens deep links."""

from __future__ import annotations

import re

from bot import subscriptions
from bot.digests.schedule import Order
from bot.handlers.command import Command, Press
from bot.handlers.settings import COMMON_ZONES
from bot.handlers.subscribe import offer
from bot.handlers.suggestions import suggested_topics
from bot.handlers.times import shown_time
from bot.handlers.turn import Rows, Stale, Turn
from bot.messages.keyboard import Key, in_rows
from bot.rota import is_written_to
from storage.errors import NotFound
from storage.records import ChatKind, Topic, TopicId

PAYLOAD = re.compile(r"t_([0-9]{1,18})")
TIMES = (("07:00",), ("07:30", "18:30"), ("12:00",), ("18:00",))


async def start(turn: Turn) -> None:
    link = PAYLOAD.fullmatch(turn.argument)
    if link and await _open_link(turn, TopicId(int(link[1]))):
        return
    await _welcome(turn)


async def _welcome(turn: Turn) -> None:
    rows = await _topic_rows(turn, await suggested_topics(turn))
    await turn.show("start", rows=rows, is_group=turn.chat.kind is not ChatKind.PRIVATE)


async def _open_link(turn: Turn, topic_id: TopicId) -> bool:
    """What the link's topic brings, ready to subscribe; an old or made-up link is a plain start."""
    async with turn.services.storage.read() as tx:
        try:
            topic = await tx.topics.get(topic_id)
        except NotFound:
            return False
    await offer(turn, topic.query)
    return True


async def _topic_rows(turn: Turn, topics: list[Topic]) -> Rows:
    followed = await _followed(turn)
    keys = [
        turn.key(
            "button_chosen" if topic.id in followed else "button_topic", f"on:t:{topic.id}", topic=topic.query
        )
        for topic in topics
    ]
    return [*in_rows(keys, 2), [turn.key("button_go_on", "on:times")]]


async def _followed(turn: Turn) -> set[TopicId]:
    async with turn.services.storage.read() as tx:
        return {one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)}


async def press(turn: Turn) -> None:
    match turn.press:
        case ("t", _):
            await _toggle_topic(turn, TopicId(turn.pressed_id(1)))
        case ("times",):
            await _ask_times(turn)
        case ("at", times):
            await _set_times(turn, times)
        case ("zones",):
            await turn.show("start_zone", rows=_zone_rows(turn), chosen=False, zone_name="")
        case ("zone", zone) if zone in COMMON_ZONES:
            turn.chat, _ = await subscriptions.set_zone(turn.services, turn.chat, zone)
            await _finish(turn)
        case ("done",):
            await _finish(turn)
        case _:
            raise Stale


async def _toggle_topic(turn: Turn, topic_id: TopicId) -> None:
    if topic_id in await _followed(turn):
        await subscriptions.unsubscribe(turn.services, turn.chat, [topic_id])
        async with turn.services.storage.read() as tx:
            topic = await tx.topics.get(topic_id)
        await turn.toast("toast_removed", topic=topic.query)
    else:
        subscribed = await subscriptions.subscribe_to(turn.services, turn.chat, topic_id)
        if subscribed.topic is None:
            await turn.toast("toast_full", alert=True, most=subscriptions.MOST_TOPICS)
        else:
            await turn.toast("toast_added", topic=subscribed.topic.query)
    await _welcome(turn)


async def _ask_times(turn: Turn) -> None:
    keys = []
    for times in TIMES:
        shown = " + ".join(shown_time(one, turn.chat.language) for one in times)
        keys.append(Key(shown, "on:at:" + "+".join(one.replace(":", "") for one in times)))
    await turn.show("start_times", rows=in_rows(keys, 2), count=len(await _followed(turn)))


async def _set_times(turn: Turn, times: str) -> None:
    wished = tuple(f"{one[:2]}:{one[2:]}" for one in times.split("+"))
    if wished not in TIMES:
        raise Stale
    await subscriptions.set_orders(turn.services, turn.chat, [Order(one) for one in wished])
    rows = [[turn.key("button_zone_right", "on:done"), turn.key("button_zone_other", "on:zones")]]
    zone_name = turn.label("zone_name", zone=turn.chat.timezone)
    await turn.show("start_zone", rows=rows, chosen=True, zone_name=zone_name)


def _zone_rows(turn: Turn) -> Rows:
    return in_rows([turn.key("zone_name", f"on:zone:{zone}", zone=zone) for zone in COMMON_ZONES], 2)


async def _finish(turn: Turn) -> None:
    if not is_written_to(turn.chat, turn.now):  # who sets up anew wants digests
        turn.chat = await subscriptions.resume(turn.services, turn.chat)
    async with turn.services.storage.read() as tx:
        followed = await tx.chats.subscriptions(turn.chat.id)
        digests = await tx.digests.of_chat(turn.chat.id)
    await turn.show(
        "start_done",
        rows=[[turn.key("button_digest_now", "dg:now")]] if followed else (),
        topics=[one.topic.query for one in followed],
        next_due_at=min((digest.next_due_at for digest in digests), default=None),
    )


COMMAND = Command(
    name="start",
    alias="start",
    handle=start,
    menu="",
    presses=(Press(prefix="on", handle=press, changes_chat=True),),
)
