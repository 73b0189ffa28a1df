"""/zeiten - when the digests come: typed ("7:30 18:00", "mo-fr 7", "aus") or by buttons; if empty ones do."""

from __future__ import annotations

from bot import subscriptions
from bot.digests.schedule import EVERY_DAY, Order
from bot.handlers.command import Command, Press
from bot.handlers.rights import may_change
from bot.handlers.times import WEEKEND, WORKDAYS, parse_times, shown_time
from bot.handlers.turn import Rows, Stale, Turn
from bot.messages.keyboard import Key, in_rows
from bot.rota import is_written_to
from storage.records import Digest

COMMON_TIMES = ("06:30", "07:00", "07:30", "08:00", "12:00", "17:00", "18:30", "20:00", "22:00")
COMMON_DAYS = {"daily": EVERY_DAY, "workdays": WORKDAYS, "weekend": WEEKEND}


async def schedule(turn: Turn) -> None:
    if not turn.argument:
        await show(turn)
        return
    orders = parse_times(turn.argument)
    if orders is None:
        await turn.reply("schedule_unclear", text=turn.argument)
    elif not await may_change(turn):
        await turn.reply("group_admins_only")
    else:
        await subscriptions.set_orders(turn.services, turn.chat, orders)
        await show(turn, changed=True)


async def show(turn: Turn, *, changed: bool = False) -> None:
    """The screen of times, with a button for each common one."""
    async with turn.services.storage.read() as tx:
        digests = await tx.digests.of_chat(turn.chat.id)
        topic_count = len(await tx.chats.subscriptions(turn.chat.id))
    await turn.show(
        "schedule",
        rows=_rows(turn, digests),
        digests=[(shown_time(digest.local_time, turn.chat.language), digest.weekdays) for digest in digests],
        next_due_at=min((digest.next_due_at for digest in digests), default=None),
        topic_count=topic_count,
        changed=changed,
        is_paused=not is_written_to(turn.chat, turn.now),
    )


def _rows(turn: Turn, digests: list[Digest]) -> Rows:
    chosen = {digest.local_time for digest in digests}
    keys = []
    for time in COMMON_TIMES:
        shown = shown_time(time, turn.chat.language)
        label = turn.label("button_chosen", topic=shown) if time in chosen else shown
        keys.append(Key(label, f"zt:{time.replace(':', '')}"))
    rows = in_rows(keys, 3)
    if digests:
        rows.append(_day_keys(turn, digests))
        empty = turn.label("button_tells_empty")
        if turn.chat.tells_empty:
            empty = turn.label("button_chosen", topic=empty)
        rows.append([Key(empty, "zt:silent" if turn.chat.tells_empty else "zt:say")])
        rows.append([turn.key("button_no_digests", "zt:off")])
    return rows


def _day_keys(turn: Turn, digests: list[Digest]) -> list[Key]:
    """On which days all of the chat's digests come."""
    keys = []
    for name, weekdays in COMMON_DAYS.items():
        label = turn.label("button_days", which=name)
        if all(digest.weekdays == weekdays for digest in digests):
            label = turn.label("button_chosen", topic=label)
        keys.append(Key(label, f"zt:{name}"))
    return keys


async def press(turn: Turn) -> None:
    wish = turn.pressed()
    if wish == "show":
        await show(turn)
        return
    if wish in {"say", "silent"}:
        turn.chat = await subscriptions.set_tells_empty(turn.services, turn.chat, tells=wish == "say")
        await show(turn)
        await turn.toast("toast_saved")
        return
    async with turn.services.storage.read() as tx:
        digests = await tx.digests.of_chat(turn.chat.id)
    orders = {digest.local_time: subscriptions.order_of(digest) for digest in digests}
    time = f"{wish[:2]}:{wish[2:]}"
    if wish == "off":
        orders = {}
    elif wish in COMMON_DAYS:
        orders = {time: Order(time, COMMON_DAYS[wish]) for time in orders}
    elif time not in COMMON_TIMES:
        raise Stale
    elif time in orders:
        del orders[time]
    elif len(orders) >= subscriptions.MOST_ORDERS:
        await turn.toast("toast_times_full", alert=True, most=subscriptions.MOST_ORDERS)
        return
    else:
        orders[time] = Order(time)
    await subscriptions.set_orders(turn.services, turn.chat, orders.values())
    await show(turn, changed=True)
    await turn.toast("toast_saved")


COMMAND = Command(
    name="zeiten",
    alias="schedule",
    more=("zeit", "times", "time"),
    handle=schedule,
    menu="menu_schedule",
    presses=(Press(prefix="zt", handle=press, changes_chat=True),),
)
