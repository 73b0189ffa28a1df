"""/pause - nothing by itself for a while: typed ("3 Tage", "bis 24.12.") or by buttons; /weiter ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import subscriptions
from bot.clock import zone_of
from bot.handlers.command import Command, Press
from bot.handlers.hours import midnight, parse_pause
from bot.handlers.rights import may_change
from bot.handlers.times import OFF
from bot.handlers.turn import Rows, Stale, Turn
from bot.rota import is_written_to

DAYS = {
    "1": "button_pause_day",
    "3": "button_pause_days",
    "7": "button_pause_week",
    "14": "button_pause_weeks",
}


async def pause(turn: Turn) -> None:
    if not turn.argument:
        await show(turn)
        return
    is_over = turn.argument.casefold() in OFF
    until = parse_pause(turn.argument, now=turn.now, zone=zone_of(turn.chat.timezone))
    if until is None and not is_over:
        await show(turn, unclear=turn.argument)
    elif not await may_change(turn):
        await turn.reply("group_admins_only")
    elif is_over:
        await _resume(turn)
    else:
        await _pause(turn, until)


async def resume(turn: Turn) -> None:
    await _resume(turn)


async def _pause(turn: Turn, until: datetime | None) -> None:
    turn.chat = await subscriptions.pause(turn.services, turn.chat, until)
    await show(turn)


async def _resume(turn: Turn) -> None:
    turn.chat = await subscriptions.resume(turn.services, turn.chat)
    await show(turn, resumed=True)


async def show(turn: Turn, *, unclear: str = "", resumed: bool = False) -> None:
    """The screen of pauses: how long, or that it is one and how it ends."""
    is_paused = not is_written_to(turn.chat, turn.now)
    async with turn.services.storage.read() as tx:
        digests = await tx.digests.of_chat(turn.chat.id)
    await turn.show(
        "pause",
        rows=_rows(turn, is_paused=is_paused),
        is_paused=is_paused,
        until=turn.chat.paused_until if is_paused else None,
        resumed=resumed,
        unclear=unclear,
        next_due_at=min((digest.next_due_at for digest in digests), default=None),
    )


def _rows(turn: Turn, *, is_paused: bool) -> Rows:
    if is_paused:
        return [[turn.key("button_resume", "pa:off")]]
    keys = [turn.key(label, f"pa:{days}") for days, label in DAYS.items()]
    return [keys[:2], keys[2:], [turn.key("button_pause_open", "pa:open")]]


async def press(turn: Turn) -> None:
    wish = turn.pressed()
    if wish == "show":
        await show(turn)
    elif wish == "off":
        await _resume(turn)
        await turn.toast("toast_resumed")
    elif wish == "open":
        await _pause(turn, None)
        await turn.toast("toast_paused")
    elif wish in DAYS:
        zone = zone_of(turn.chat.timezone)
        await _pause(turn, midnight(turn.now.astimezone(zone).date() + timedelta(days=int(wish)), zone))
        await turn.toast("toast_paused")
    else:
        raise Stale


COMMAND = Command(
    name="pause",
    alias="pause",
    more=("pausieren",),
    handle=pause,
    menu="menu_pause",
    presses=(Press(prefix="pa", handle=press, changes_chat=True),),
)
RESUME = Command(
    name="weiter", alias="resume", more=("fortsetzen",), handle=resume, menu="", changes_chat=True
)
