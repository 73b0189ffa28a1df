"""/schlagzeilen - what leads now: of all, of one country's publishers, of one section."""

from __future__ import annotations

from bot import subscriptions
from bot.analysis.analyser import Analyser
from bot.digests.scope import EVERYTHING, Scope
from bot.handlers.command import Command, Press
from bot.handlers.stories import items_of, number_keys
from bot.handlers.turn import Stale, Turn
from bot.headlines import leading
from bot.messages.keyboard import Key, in_rows
from bot.stories.sections import SECTIONS, section_named
from bot.topics.query import country_named
from bot.trends import Trend, trends

MOST_STORIES = 6
MOST_COUNTRIES = 3
MOST_TRENDS = 6


async def headlines(turn: Turn) -> None:
    scope = scope_of(turn.argument, turn.services.analyser)
    if scope is None:
        await turn.reply("headlines_unclear", text=turn.argument, rows=await _choices(turn))
    else:
        await _show(turn, scope)


def scope_of(text: str, analyser: Analyser) -> Scope | None:
    """A country, a section, or both in either order; None when the words are neither."""
    words = text.split()
    for count in range(len(words) + 1):
        for country, rest in ((words[:count], words[count:]), (words[count:], words[:count])):
            section = section_named(rest[0]) if len(rest) == 1 else None
            group = country_named(" ".join(country), analyser) if country else None
            if bool(group) == bool(country) and bool(section) == bool(rest):
                return Scope(group.term.removeprefix("_").upper() if group else "", section or "")
    return None


async def _show(turn: Turn, scope: Scope) -> None:
    async with turn.services.storage.read() as tx:
        story_ids = await leading(tx, scope, now=turn.now, most=MOST_STORIES)
        topic_count = len(await tx.chats.subscriptions(turn.chat.id))
    items = await items_of(turn, story_ids)
    rows = [number_keys(items)]
    if not topic_count:
        label = turn.label("button_as_digest")
        is_digest = turn.chat.headlines == scope.key
        rows.append(
            [Key(turn.label("button_chosen", topic=label) if is_digest else label, f"hd:{scope.key}")]
        )
    rows += [[turn.key("button_all_headlines", "hl:")]] if scope.key else await _choices(turn)
    await turn.show("headlines", rows=rows, items=items, scope=scope, trends=await _trends(turn, scope))


async def _trends(turn: Turn, scope: Scope) -> list[Trend]:
    """What stands out in all the news; of a part of it there is too little to tell."""
    if scope.key:
        return []
    analyser = turn.services.analyser
    return await turn.services.storage.consult(
        lambda tx: trends(tx, analyser, now=turn.now, most=MOST_TRENDS)
    )


async def _choices(turn: Turn) -> list[list[Key]]:
    """A key for each country with most publishers, and for each section."""
    async with turn.services.storage.read() as tx:
        countries = await tx.feeds.countries(MOST_COUNTRIES)
    scopes = [Scope(country) for country in countries] + [Scope(section=name) for name in SECTIONS]
    return in_rows([turn.key("button_scope", f"hl:{scope.key}", scope=scope) for scope in scopes], 3)


def _pressed(turn: Turn) -> Scope:
    key = turn.pressed()
    scope = Scope.of_key(key)
    if scope.key != key:
        raise Stale
    return scope


async def press(turn: Turn) -> None:
    await _show(turn, _pressed(turn))


async def press_as_digest(turn: Turn) -> None:
    """From now on a digest without topics tells these; pressed again, all."""
    scope = _pressed(turn)
    is_again = turn.chat.headlines == scope.key and bool(scope.key)
    turn.chat = await subscriptions.set_headlines(turn.services, turn.chat, EVERYTHING if is_again else scope)
    await _show(turn, scope)
    await turn.toast("toast_all_as_digest" if is_again else "toast_as_digest")


COMMAND = Command(
    name="schlagzeilen",
    alias="headlines",
    handle=headlines,
    menu="menu_headlines",
    more=("top",),
    presses=(
        Press(prefix="hl", handle=press),
        Press(prefix="hd", handle=press_as_digest, changes_chat=True),
    ),
)
