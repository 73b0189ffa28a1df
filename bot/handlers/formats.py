"""/rich and /text - how digests look; a rich sample with a question first, since only the reader can tell."""

from __future__ import annotations

from bot import formats
from bot.handlers.command import Command, Press
from bot.handlers.turn import Stale, Turn
from storage.records import Format


async def show_sample(turn: Turn) -> None:
    await formats.show_sample(turn.services, turn.chat, key=f"format:{turn.chat.id}:{turn.update_id}")


async def use_classic(turn: Turn) -> None:
    turn.chat = await formats.set_format(turn.services, turn.chat, Format.CLASSIC)
    await turn.reply("format_set", is_rich=False)


async def answer(turn: Turn) -> None:
    """The reader says whether the sample could be seen."""
    said = turn.pressed()
    if said not in {"yes", "no"}:
        raise Stale
    turn.chat = await formats.answer(turn.services, turn.chat, sees_it=said == "yes")
    await turn.show("format_set", is_rich=said == "yes")


async def as_text(turn: Turn) -> None:
    """A rich digest once more, as classic messages."""
    message = turn.query.message if turn.query else None
    if message is None or not await formats.as_text(turn.services, turn.chat, message.message_id):
        raise Stale


RICH = Command(
    name="rich", alias="rich", handle=show_sample, menu="", more=("aufklappbar",), changes_chat=True
)
TEXT = Command(
    name="text",
    alias="text",
    handle=use_classic,
    menu="",
    changes_chat=True,
    presses=(Press(prefix="fo", handle=answer, changes_chat=True), Press(prefix="tx", handle=as_text)),
)
