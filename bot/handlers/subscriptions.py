"""/abos - what this chat follows, with buttons to pause and remove each, and all."""

from __future__ import annotations

from bot import subscriptions as wishes
from bot.handlers.command import Command, Press
from bot.handlers.turn import Stale, Turn
from bot.messages.keyboard import Key
from storage.records import TopicId
from storage.wishes import Subscription, SubscriptionState

PER_PAGE = 8


async def subscriptions(turn: Turn) -> None:
    await show(turn)


async def show(turn: Turn, page: int = 1) -> None:
    """The list, a page of it under the text as buttons."""
    async with turn.services.storage.read() as tx:
        followed = await tx.chats.subscriptions(turn.chat.id)
        digests = await tx.digests.of_chat(turn.chat.id)
    pages = max(-(-len(followed) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    here = followed[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = [_row(turn, one, page) for one in here]
    if pages > 1:
        rows.append(_turning(turn, page, pages))
    if followed:
        rows.append([turn.key("button_remove_all", "al:ask"), turn.key("button_times", "zt:show")])
    await turn.show(
        "subscriptions",
        rows=rows,
        topics=[(one.topic.query, one.state is SubscriptionState.PAUSED) for one in here],
        total=len(followed),
        first=(page - 1) * PER_PAGE + 1,
        next_due_at=min((digest.next_due_at for digest in digests), default=None),
    )


def _row(turn: Turn, one: Subscription, page: int) -> list[Key]:
    pause = "button_resume_topic" if one.state is SubscriptionState.PAUSED else "button_pause_topic"
    return [
        turn.key(pause, f"ap:{one.topic.id}:{page}", topic=one.topic.query),
        turn.key("button_remove", f"ax:{one.topic.id}:{page}"),
    ]


def _turning(turn: Turn, page: int, pages: int) -> list[Key]:
    keys = []
    if page > 1:
        keys.append(turn.key("button_back", f"al:page:{page - 1}"))
    if page < pages:
        keys.append(turn.key("button_more", f"al:page:{page + 1}"))
    return keys


async def pause(turn: Turn) -> None:
    """Pause the topic, or let it go on."""
    topic_id, page = TopicId(turn.pressed_id()), turn.pressed_id(1) if len(turn.press) > 1 else 1
    async with turn.services.storage.read() as tx:
        states = {one.topic.id: one.state for one in await tx.chats.subscriptions(turn.chat.id)}
    if topic_id not in states:
        raise Stale
    paused = states[topic_id] is SubscriptionState.PAUSED
    state = SubscriptionState.ACTIVE if paused else SubscriptionState.PAUSED
    await wishes.set_subscription_state(turn.services, turn.chat, topic_id, state)
    await show(turn, page)
    await turn.toast("toast_resumed" if paused else "toast_paused")


async def remove(turn: Turn) -> None:
    """From the list: the list without it; from elsewhere: a word and the way back."""
    topic_id = TopicId(turn.pressed_id())
    removed = await wishes.unsubscribe(turn.services, turn.chat, [topic_id])
    if not removed:
        await turn.toast("toast_not_followed")
        if len(turn.press) > 1:
            await show(turn, turn.pressed_id(1))
        return
    await turn.toast("toast_removed", topic=removed[0].query)
    if len(turn.press) > 1:
        await show(turn, turn.pressed_id(1))
    else:
        rows = [[turn.key("button_undo", f"ab:{topic_id}")]]
        await turn.reply("unsubscribed", rows=rows, topic=removed[0].query)


async def press_list(turn: Turn) -> None:
    match turn.press:
        case ("page", _):
            await show(turn, turn.pressed_id(1))
        case ("show",):
            await show(turn)
        case ("ask",):
            async with turn.services.storage.read() as tx:
                total = len(await tx.chats.subscriptions(turn.chat.id))
            rows = [[turn.key("button_remove_all_yes", "al:yes"), turn.key("button_keep", "al:show")]]
            await turn.show("remove_all_ask", rows=rows, total=total)
        case ("yes",):
            async with turn.services.storage.read() as tx:
                followed = [one.topic.id for one in await tx.chats.subscriptions(turn.chat.id)]
            removed = await wishes.unsubscribe(turn.services, turn.chat, followed)
            await turn.show("remove_all_done", total=len(removed))
        case _:
            raise Stale


COMMAND = Command(
    name="abos",
    alias="subscriptions",
    handle=subscriptions,
    menu="menu_subscriptions",
    presses=(
        Press(prefix="ap", handle=pause, changes_chat=True),
        Press(prefix="ax", handle=remove, changes_chat=True),
        Press(prefix="al", handle=press_list, changes_chat=True),
    ),
)
