"""/eilmeldung - the breaking desk, for admins: write, see it as readers will, confirm, watch it go out."""

from __future__ import annotations

import logging

from bot.broadcasts import control, drafting, item
from bot.broadcasts.control import Outcome
from bot.broadcasts.drafting import Preview
from bot.broadcasts.item import Flaw, Item, read_item
from bot.broadcasts.report import count_of, report_part
from bot.handlers.command import Command, Press
from bot.handlers.similar import addresses_of
from bot.handlers.topic import topic
from bot.handlers.turn import Stale, Turn
from bot.messages.keyboard import Key
from storage.breaking import Question
from storage.messages import MessagePart
from storage.records import BroadcastId, ChatKind

log = logging.getLogger(__name__)


async def breaking(turn: Turn) -> None:
    if turn.argument:
        await _draft(turn, read_item(turn.argument))
        return
    if turn.message is not None and turn.message.reply_to_message is not None:
        await _draft(turn, await _replied(turn))
        return
    # In a group, words without a command are not for us.
    if turn.chat.kind is not ChatKind.PRIVATE:
        await turn.reply("breaking_how", waits=False)
        return
    await _ask(turn, None)


async def _ask(turn: Turn, edits_id: BroadcastId | None) -> None:
    async with turn.services.storage.write() as tx:
        await tx.broadcasts.ask(
            admin_id=turn.user_id, desk_id=turn.chat.telegram_id, now=turn.now, edits_id=edits_id
        )
    await turn.reply(
        "breaking_how",
        rows=[[turn.key("button_cancel", "bq:no")]],
        waits=True,
        is_correction=edits_id is not None,
    )


async def _replied(turn: Turn) -> Item | Flaw:
    """The story the message replied to tells, if it leads to one; else its own words."""
    replied = turn.message.reply_to_message if turn.message else None
    if turn.message is None or replied is None:
        return Flaw.EMPTY
    addresses = addresses_of(turn.message)
    async with turn.services.storage.read() as tx:
        for address in addresses:
            article = await tx.articles.find(address)
            if article is not None and article.story_id is not None:
                return Item("", "", article.url)
    words = replied.text or replied.caption or ""
    return read_item(words if "http" in words or not addresses else f"{words}\n{addresses[0]}")


async def answer_or_topic(turn: Turn) -> None:
    """Words without a command: the text the desk waits for, or a topic."""
    if turn.is_bot_admin and (question := await _take_answer(turn)):
        await _draft(turn, read_item(turn.argument), edits_id=question.edits_id)
        return
    await topic(turn)


async def _take_answer(turn: Turn) -> Question | None:
    async with turn.services.storage.write() as tx:
        return await tx.broadcasts.take_answer(
            admin_id=turn.user_id,
            desk_id=turn.chat.telegram_id,
            since=turn.now - control.ANSWER_WITHIN,
        )


async def _draft(turn: Turn, words: Item | Flaw, *, edits_id: BroadcastId | None = None) -> None:
    found = words
    if isinstance(found, Item):
        preview = await drafting.draft(
            turn.services, found, admin_id=turn.user_id, desk_id=turn.chat.telegram_id, edits_id=edits_id
        )
        if isinstance(preview, Preview):
            await _show_preview(turn, preview)
            return
        found = preview
    await turn.reply("breaking_refused", flaw=found, most_title=item.MOST_TITLE, most_text=item.MOST_TEXT)


async def _show_preview(turn: Turn, preview: Preview) -> None:
    """First the item as it will arrive, then, under it, the question."""
    broadcast = preview.broadcast
    await turn.send(
        [drafting.render(turn.services, broadcast, language=turn.chat.language, zone=turn.chat.timezone)]
    )
    await turn.send(_question(turn, preview))


def _question(turn: Turn, preview: Preview) -> tuple[MessagePart, ...]:
    broadcast = preview.broadcast

    def key(label: str, wish: str, **values: object) -> list[Key]:
        return [turn.key(label, f"bc:{broadcast.id}:{wish}", **values)]

    if broadcast.edits_id is not None:
        rows = [key("button_apply", "apply"), key("button_cancel", "no")]
    else:
        rows = [
            key("button_broadcast", "go", count=preview.audience.reached),
            key("button_in_quiet", "quiet", level=broadcast.in_quiet),
            *([key("button_paid", "pay", paid=broadcast.paid)] if preview.may_pay else []),
            key("button_cancel", "no"),
        ]
    return turn.render(
        "breaking_confirm",
        rows=rows,
        preview=preview,
        needs_approval=control.needs_approval(turn.services, broadcast),
        minutes=turn.services.settings.confirm_minutes,
    )


async def press(turn: Turn) -> None:
    broadcast_id, wish = BroadcastId(turn.pressed_id(0)), turn.pressed(1)
    match wish:
        case "quiet" | "pay":
            await _choose(turn, broadcast_id, wish)
        case "edit":
            await _ask(turn, broadcast_id)
        case "recall" | "look":
            await _show_report(turn, broadcast_id, asks_recall=wish == "recall")
        case "apply":
            done, corrected = await control.correct(turn.services, broadcast_id, admin_id=turn.user_id)
            await _show_outcome(turn, corrected.id, wish, done)
        case _:
            await _show_outcome(turn, broadcast_id, wish, await _decide(turn, broadcast_id, wish))


async def _choose(turn: Turn, broadcast_id: BroadcastId, wish: str) -> None:
    preview = await drafting.choose(
        turn.services, broadcast_id, admin_id=turn.user_id, quiet=wish == "quiet", pay=wish == "pay"
    )
    if preview is None:
        raise Stale
    await turn.put(_question(turn, preview))


async def _decide(turn: Turn, broadcast_id: BroadcastId, wish: str) -> Outcome:
    services, admin_id = turn.services, turn.user_id
    match wish:
        case "go":
            message = turn.query.message if turn.query else None
            return await control.confirm(
                services,
                broadcast_id,
                admin_id=admin_id,
                report_message_id=message.message_id if message else 0,
            )
        case "no" | "reject":
            return await control.cancel(services, broadcast_id, admin_id=admin_id)
        case "approve":
            return await control.approve(services, broadcast_id, admin_id=admin_id)
        case "pause":
            return await control.pause(services, broadcast_id)
        case "resume":
            return await control.resume(services, broadcast_id)
        case "recall_yes":
            return await control.recall(services, broadcast_id)
        case _:
            raise Stale


async def _show_outcome(turn: Turn, broadcast_id: BroadcastId, wish: str, done: Outcome) -> None:
    log.info(
        "broadcast pressed",
        extra={"broadcast": broadcast_id, "admin": turn.user_id, "wish": wish, "outcome": done},
    )
    await turn.toast(f"toast_broadcast_{done}", alert=done in {Outcome.STRANGER, Outcome.OWN})
    match done:
        case Outcome.CANCELLED:
            await turn.show("breaking_cancelled")
        case Outcome.LATE if wish in {"go", "apply"}:
            await turn.show("breaking_late")
        case Outcome.CORRECTED:
            await turn.show("breaking_corrected")
        case Outcome.STARTED if wish == "approve":
            await turn.show("breaking_approved")
        case Outcome.STRANGER | Outcome.OWN | Outcome.LATE:
            pass
        case Outcome.OVER if wish == "go":
            pass
        case _ if wish in {"go", "pause", "resume", "recall_yes"}:
            await _show_report(turn, broadcast_id)


async def _show_report(turn: Turn, broadcast_id: BroadcastId, *, asks_recall: bool = False) -> None:
    """The pressed message is the report, kept up to date from now on."""
    async with turn.services.storage.read() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id)
    count = await count_of(turn.services, broadcast)
    await turn.put(
        [await report_part(turn.services, broadcast, count, broadcast.state, asks_recall=asks_recall)]
    )


async def close_question(turn: Turn) -> None:
    """The admin does not want to write after all; too late where the words have come."""
    if await _take_answer(turn) is None:
        raise Stale
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
