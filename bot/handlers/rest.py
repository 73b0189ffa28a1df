"""The button "9 more": what did not fit into an edition, as an edition of its own."""

from __future__ import annotations

from bot import pipeline
from bot.handlers.command import Press
from bot.handlers.turn import Stale, Turn


async def rest(turn: Turn) -> None:
    """The slot's own colons come apart with the button's."""
    slot = ":".join(turn.press)
    done = await pipeline.issue_rest(
        turn.services, turn.chat.id, of_slot=slot, slot=f"update:{turn.update_id}"
    )
    if done is None:
        raise Stale
    if not done.issued:
        await turn.toast("toast_no_rest")


PRESS = Press(prefix="re", handle=rest)
