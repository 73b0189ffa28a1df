"""/einstellungen - language, zone, length, breaking items; a place typed after it sets the zone."""

from __future__ import annotations

import asyncio

from bot import formats, subscriptions
from bot.handlers.command import Command, Press
from bot.handlers.rights import may_change
from bot.handlers.times import shown_time
from bot.handlers.turn import Rows, Stale, Turn
from bot.handlers.zones import find_zone, zone_at
from bot.messages.keyboard import Key, in_rows
from bot.rota import is_written_to
from storage.records import BreakingLevel, Format, Length

LANGUAGES = ("de", "en")
FORMATS = (Format.CLASSIC, Format.RICH)
COMMON_ZONES = (
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Athens",
    "America/New_York",
    "Asia/Tokyo",
    "UTC",
)


async def settings(turn: Turn) -> None:
    if not turn.argument:
        await show(turn)
        return
    zone = find_zone(turn.argument)
    if zone is None:
        await turn.reply("zone_unknown", text=turn.argument, rows=_zone_rows(turn))
    elif not await may_change(turn):
        await turn.reply("group_admins_only")
    else:
        turn.chat, _ = await subscriptions.set_zone(turn.services, turn.chat, zone)
        await show(turn)


async def located(turn: Turn) -> None:
    """A shared location: of it only the zone is kept."""
    location = turn.message.location if turn.message is not None else None
    if location is None:
        return
    zone = await asyncio.to_thread(zone_at, location.latitude, location.longitude)
    if zone is None:
        await turn.reply("zone", rows=_zone_rows(turn))
        return
    turn.chat, _ = await subscriptions.set_zone(turn.services, turn.chat, zone)
    await show(turn)


async def show(turn: Turn) -> None:
    """The screen of settings, each with its buttons."""
    chat = turn.chat
    rows = [
        _choices(turn, "language", LANGUAGES, chat.language),
        _choices(turn, "length", tuple(Length), chat.length),
        _choices(turn, "breaking", tuple(BreakingLevel), chat.breaking),
        _choices(turn, "format", FORMATS, Format.RICH if chat.format is Format.RICH else Format.CLASSIC),
        [turn.key("button_times", "zt:show"), turn.key("button_zone", "se:zone")],
        [turn.key("button_quiet", "qu:show"), turn.key("button_pause", "pa:show")],
    ]
    async with turn.services.storage.read() as tx:
        digests = await tx.digests.of_chat(chat.id)
    next_due_at = min((digest.next_due_at for digest in digests), default=None)
    quiet = tuple(shown_time(one, chat.language) for one in (chat.quiet_from, chat.quiet_to) if one)
    is_paused = not is_written_to(chat, turn.now)
    await turn.show(
        "settings", rows=rows, chat=chat, next_due_at=next_due_at, quiet=quiet, is_paused=is_paused
    )


def _choices(turn: Turn, setting: str, values: tuple[str, ...], current: str) -> list[Key]:
    keys = []
    for value in values:
        label = turn.label(f"{setting}_{value}")
        keys.append(
            Key(
                turn.label("button_chosen", topic=label) if value == current else label,
                f"se:{setting}:{value}",
            )
        )
    return keys


def _zone_rows(turn: Turn) -> Rows:
    return in_rows([turn.key("zone_name", f"se:zone:{zone}", zone=zone) for zone in COMMON_ZONES], 2)


async def press(turn: Turn) -> None:
    services, chat = turn.services, turn.chat
    match turn.press:
        case ("zone",):
            await turn.show("zone", rows=_zone_rows(turn))
            return
        case ("zone", zone) if zone in COMMON_ZONES:
            turn.chat, _ = await subscriptions.set_zone(services, chat, zone)
        case ("language", language) if language in LANGUAGES:
            turn.chat = await subscriptions.set_language(services, chat, language)
        case ("length", length) if length in tuple(Length):
            turn.chat = await subscriptions.set_length(services, chat, Length(length))
        case ("format", Format.RICH) if chat.format is not Format.RICH:
            # Only the reader knows whether it can be seen: a sample asks, its answer is the setting.
            key = f"format:{chat.id}:{turn.update_id}"
            await formats.show_sample(services, chat, key=key)
            await turn.toast("toast_sample")
            return
        case ("format", wanted) if wanted in FORMATS:
            turn.chat = await formats.set_format(services, chat, Format(wanted))
        case ("breaking", level) if level in tuple(BreakingLevel):
            turn.chat = await subscriptions.set_breaking(services, chat, BreakingLevel(level))
        case _:
            raise Stale
    await show(turn)
    await turn.toast("toast_saved")


COMMAND = Command(
    name="einstellungen",
    alias="settings",
    handle=settings,
    menu="menu_settings",
    presses=(Press(prefix="se", handle=press, changes_chat=True),),
)
# No name: it is said by sharing a location.
LOCATED = Command(name="", alias="", handle=located, menu="", changes_chat=True)
