"""/eilmeldung - the breaking desk, for admins: write, see it as readers will, confirm, watch it go out."""

from __future__ import annotations

import logging

from telegram import Message

from bot import broadcasts
from bot.broadcasts import CONFIRM_WITHIN, Flaw, Preview, read_item
from bot.broadcasts import Press as Pressed
from bot.handlers.command import Command, Press
from bot.handlers.topic import topic
from bot.handlers.turn import Stale, Turn
from storage.records import BroadcastId, ChatKind

log = logging.getLogger(__name__)


async def breaking(turn: Turn) -> None:
    words = turn.argument or _replied_words(turn.message)
    if words:
        await _draft(turn, words)
        return
    # In a group, words without a command are not for us.
    if turn.chat.kind is not ChatKind.PRIVATE:
        await turn.reply("breaking_how", waits=False)
        return
    async with turn.services.storage.write() as tx:
        await tx.broadcasts.ask(admin_id=turn.user_id, desk_id=turn.chat.telegram_id, now=turn.now)
    await turn.reply("breaking_how", rows=[[turn.key("button_cancel", "bq:no")]], waits=True)


def _replied_words(message: Message | None) -> str:
    """The message it replies to, with the address its text leads to if it shows none."""
    replied = message.reply_to_message if message else None
    if replied is None:
        return ""
    words = replied.text or replied.caption or ""
    links = [entity.url for entity in replied.entities or replied.caption_entities if entity.url]
    return words if "http" in words or not links else f"{words}\n{links[0]}"


async def answer_or_topic(turn: Turn) -> None:
    """Words without a command: the text the desk waits for, or a topic."""
    if turn.is_bot_admin and await _takes_answer(turn):
        await _draft(turn, turn.argument)
        return
    await topic(turn)


async def _takes_answer(turn: Turn) -> bool:
    async with turn.services.storage.write() as tx:
        return await tx.broadcasts.take_answer(
            admin_id=turn.user_id,
            desk_id=turn.chat.telegram_id,
            since=turn.now - broadcasts.ANSWER_WITHIN,
        )


async def _draft(turn: Turn, words: str) -> None:
    item = read_item(words)
    if isinstance(item, Flaw):
        await _refuse(turn, item)
        return
    preview = await broadcasts.draft(
        turn.services, item, admin_id=turn.user_id, desk_id=turn.chat.telegram_id
    )
    if isinstance(preview, Flaw):
        await _refuse(turn, preview)
        return
    await _show_preview(turn, preview)


async def _refuse(turn: Turn, flaw: Flaw) -> None:
    await turn.reply(
        "breaking_refused", flaw=flaw, most_title=broadcasts.MOST_TITLE, most_text=broadcasts.MOST_TEXT
    )


async def _show_preview(turn: Turn, preview: Preview) -> None:
    """First the item as it will arrive, then, under it, the question."""
    broadcast = preview.broadcast
    part = broadcasts.render(turn.services, broadcast, language=turn.chat.language, zone=turn.chat.timezone)
    await turn.send([part])
    rows = [
        [
            turn.key("button_broadcast", f"bc:{broadcast.id}:go", count=preview.audience),
            turn.key("button_cancel", f"bc:{broadcast.id}:no"),
        ]
    ]
    await turn.reply(
        "breaking_confirm",
        rows=rows,
        count=preview.audience,
        has_story=broadcast.story_id is not None,
        minutes=int(CONFIRM_WITHIN.total_seconds()) // 60,
    )


async def press(turn: Turn) -> None:
    broadcast_id, wish = BroadcastId(turn.pressed_id(0)), turn.pressed(1)
    if wish not in {"go", "no"}:
        raise Stale
    if wish == "no":
        done = await broadcasts.cancel(turn.services, broadcast_id, admin_id=turn.user_id)
    else:
        done = await broadcasts.confirm(
            turn.services,
            broadcast_id,
            admin_id=turn.user_id,
            report_message_id=turn.query.message.message_id if turn.query and turn.query.message else 0,
        )
    log.info("broadcast pressed", extra={"broadcast": broadcast_id, "admin": turn.user_id, "outcome": done})
    match done:
        case Pressed.STARTED:
            await _started(turn, broadcast_id)
        case Pressed.CANCELLED:
            await turn.show("breaking_cancelled")
        case Pressed.LATE:
            await turn.show("breaking_late")
        case _:
            await turn.toast(f"toast_broadcast_{done}", alert=done is Pressed.STRANGER)


async def _started(turn: Turn, broadcast_id: BroadcastId) -> None:
    """The pressed message becomes the report, kept up to date from now on."""
    async with turn.services.storage.read() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id)
        count = await tx.broadcasts.count(broadcast_id)
    await turn.toast("toast_broadcast_started", count=count.total)
    part = await broadcasts.report_part(turn.services, broadcast, count)
    await turn.put([part])


async def close_question(turn: Turn) -> None:
    """The admin does not want to write after all."""
    await _takes_answer(turn)
    await turn.show("breaking_cancelled")


COMMAND = Command(
    name="eilmeldung",
    alias="breaking",
    handle=breaking,
    menu="menu_breaking",
    admins_only=True,
    presses=(
        Press(prefix="bc", handle=press, admins_only=True),
        Press(prefix="bq", handle=close_question, admins_only=True),
    ),
)
PLAIN_TEXT = Command(name="", alias="", handle=answer_or_topic, menu="")
