"""/ruhe - the hours without a sound: typed ("22-7", "aus") or by buttons."""

from __future__ import annotations

from bot import subscriptions
from bot.handlers.command import Command, Press
from bot.handlers.hours import parse_hours
from bot.handlers.rights import may_change
from bot.handlers.times import OFF, shown_time
from bot.handlers.turn import Rows, Stale, Turn
from bot.messages.keyboard import Key, in_rows

COMMON_HOURS = (("21:00", "07:00"), ("22:00", "06:00"), ("22:00", "07:00"), ("23:00", "08:00"))
NO_HOURS = ("", "")


async def quiet(turn: Turn) -> None:
    if not turn.argument:
        await show(turn)
        return
    hours = NO_HOURS if turn.argument.casefold() in OFF else parse_hours(turn.argument)
    if hours is None:
        await show(turn, unclear=turn.argument)
    elif not await may_change(turn):
        await turn.reply("group_admins_only")
    else:
        turn.chat = await subscriptions.set_quiet(turn.services, turn.chat, *hours)
        await show(turn)


async def show(turn: Turn, *, unclear: str = "") -> None:
    """The screen of quiet hours, with a button for each common choice."""
    hours = turn.chat.quiet_from, turn.chat.quiet_to
    shown = tuple(shown_time(one, turn.chat.language) for one in hours)
    await turn.show("quiet", rows=_rows(turn, hours), hours=shown if all(hours) else (), unclear=unclear)


def _rows(turn: Turn, chosen: tuple[str, str]) -> Rows:
    keys = []
    for hours in COMMON_HOURS:
        label = "–".join(shown_time(one, turn.chat.language) for one in hours)
        data = "".join(hours).replace(":", "")
        keys.append(Key(turn.label("button_chosen", topic=label) if hours == chosen else label, f"qu:{data}"))
    rows = in_rows(keys, 2)
    if all(chosen):
        rows.append([turn.key("button_no_quiet", "qu:off")])
    return rows


async def press(turn: Turn) -> None:
    wish = turn.pressed()
    if wish == "show":
        await show(turn)
        return
    choices = {"".join(hours).replace(":", ""): hours for hours in COMMON_HOURS} | {"off": NO_HOURS}
    if wish not in choices:
        raise Stale
    turn.chat = await subscriptions.set_quiet(turn.services, turn.chat, *choices[wish])
    await show(turn)
    await turn.toast("toast_saved")


COMMAND = Command(
    name="ruhe",
    alias="quiet",
    more=("ruhezeit", "ruhezeiten"),
    handle=quiet,
    menu="",
    presses=(Press(prefix="qu", handle=press, changes_chat=True),),
)
