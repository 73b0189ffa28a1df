"""How far each breaking item is, where its editor can see it and act on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.broadcasts.control import APPROVE_WITHIN
from bot.broadcasts.revising import Busy, Desk
from bot.messages.keyboard import Key, keyboard
from storage.breaking import Broadcast, BroadcastCount, BroadcastState

if TYPE_CHECKING:
    from bot.services import Services
    from storage.messages import MessagePart

LOOK_BACK = timedelta(seconds=30)
"""Over which the rate is taken."""
BAR = 12
"""Signs of the progress bar."""

_WATCHED = (
    BroadcastState.WAITING,
    BroadcastState.RUNNING,
    BroadcastState.PAUSED,
    BroadcastState.RECALLING,
)
_KEYS: dict[BroadcastState, tuple[str, ...]] = {
    BroadcastState.WAITING: ("no",),
    BroadcastState.RUNNING: ("pause", "recall", "edit"),
    BroadcastState.PAUSED: ("resume", "recall", "edit"),
    BroadcastState.DONE: ("recall", "edit"),
}
_LABELS = {
    "no": "button_cancel",
    "pause": "button_pause_broadcast",
    "resume": "button_resume_broadcast",
    "recall": "button_recall",
    "edit": "button_correct",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the report shows beside the numbers."""

    bar: str
    percent: int
    rate: float
    """Messages a second of late."""
    seconds_left: int | None
    """None when nothing moves."""


def progress(count: BroadcastCount, span: timedelta) -> Progress:
    """From the numbers, and over which span the recent ones were counted."""
    done = count.total - count.pending
    share = done / count.total if count.total else 1.0
    rate = count.recent / max(span.total_seconds(), 1.0)
    return Progress(
        bar="▓" * round(share * BAR) + "░" * (BAR - round(share * BAR)),
        percent=int(share * 100),
        rate=rate,
        seconds_left=round(count.pending / rate) if rate else None,
    )


def next_state(broadcast: Broadcast, count: BroadcastCount, *, now: datetime) -> BroadcastState:
    """Where the broadcast stands after these numbers."""
    match broadcast.state:
        case BroadcastState.RUNNING if broadcast.is_fed and not count.pending and not count.stale:
            return BroadcastState.DONE
        case BroadcastState.RECALLING if not count.under_way and not count.stale:
            return BroadcastState.RECALLED
        case BroadcastState.WAITING if (broadcast.confirmed_at or now) < now - APPROVE_WITHIN:
            return BroadcastState.CANCELLED
        case state:
            return state


async def report_broadcasts(services: Services, desk: Desk) -> None:
    """Show each broadcast's figures where it was confirmed; a report that can be shown nowhere is let go."""
    async with services.storage.read() as tx:
        watched = await tx.broadcasts.of_states(*_WATCHED)
        # A decision of another admin ended it: its editor is told, once.
        ended = await tx.broadcasts.of_states(BroadcastState.CANCELLED)
    for broadcast in [*watched, *(one for one in ended if one.report_message_id and not one.reported)]:
        await _report(services, desk, broadcast)


async def _report(services: Services, desk: Desk, broadcast: Broadcast) -> None:
    now = services.clock.now()
    count = await count_of(services, broadcast)
    state = next_state(broadcast, count, now=now)
    figures = f"{state} {broadcast.revision} {count.sent} {count.pending} {count.total} {count.stale}"
    if figures == broadcast.reported:
        return
    if broadcast.report_message_id:
        try:
            part = await report_part(services, broadcast, count, state)
            await desk.edit(broadcast.desk_id, broadcast.report_message_id, part)
        except Busy:  # the figures are not stored as shown: they come with the next round
            return
    async with services.storage.write() as tx:
        # Somebody may have pressed meanwhile: then the next round says what holds now.
        await tx.broadcasts.move(broadcast.id, [broadcast.state], state, values={"reported": figures})


async def count_of(services: Services, broadcast: Broadcast) -> BroadcastCount:
    async with services.storage.read() as tx:
        return await tx.broadcasts.count(broadcast, recent_since=services.clock.now() - LOOK_BACK)


async def report_part(
    services: Services,
    broadcast: Broadcast,
    count: BroadcastCount,
    state: BroadcastState,
    *,
    asks_recall: bool = False,
) -> MessagePart:
    """How far it is, in the words of the desk's chat, with what can be done about it."""
    now = services.clock.now()
    async with services.storage.read() as tx:
        chat = await tx.chats.find(broadcast.desk_id)
    language = chat.language if chat else services.settings.language
    span = min(LOOK_BACK, now - (broadcast.confirmed_at or now))
    [part] = services.renderer.parts(
        "broadcast_report",
        language=language,
        zone=chat.timezone if chat else services.settings.timezone,
        now=now,
        keyboard=_keys(services, broadcast, state, language, asks_recall=asks_recall),
        item=broadcast,
        count=count,
        state=state,
        progress=progress(count, span),
        asks_recall=asks_recall,
    )
    return part


def _keys(
    services: Services, broadcast: Broadcast, state: BroadcastState, language: str, *, asks_recall: bool
) -> str:
    def key(label: str, wish: str) -> Key:
        return Key(services.renderer.label(label, language=language), f"bc:{broadcast.id}:{wish}")

    if asks_recall:
        return keyboard([[key("button_recall_yes", "recall_yes"), key("button_keep", "look")]])
    wishes = _KEYS.get(state, ())
    rows = [[key(_LABELS[wish], wish)] for wish in wishes]
    return keyboard(rows)
