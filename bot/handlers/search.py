"""/suche - the archive, newest first, paged by buttons in one message."""

from __future__ import annotations

from bot.clock import zone_of
from bot.errors import BadQuery
from bot.handlers.asking import explain
from bot.handlers.command import Command, Press
from bot.handlers.turn import Stale, Turn
from bot.messages.keyboard import Key
from bot.search import SearchResult, better_spelling, without_what_hides_it
from bot.search import search as find
from storage.records import ButtonId

PER_PAGE = 5
MOST_PAGES = 60
ACTION = "search"


async def search(turn: Turn) -> None:
    if not turn.argument:
        await turn.reply("search_how")
        return
    try:
        result = await _find(turn, turn.argument, 1)
    except BadQuery as error:
        await explain(turn, turn.argument, error, ask=_ask)
        return
    if not result.hits:
        await _propose(turn)
        return
    button_id = None
    if result.listed > PER_PAGE:
        button_id = await _button(turn, turn.argument)
    await _show(turn, turn.argument, result, 1, button_id)


async def _propose(turn: Turn) -> None:
    """Nothing is found: as it may have been meant, or with less asked for."""
    zone, filters = zone_of(turn.chat.timezone), ""
    better = await better_spelling(turn.services, turn.argument, zone=zone)
    if not better:
        better, filters = await without_what_hides_it(turn.services, turn.argument, zone=zone)
    rows = [[await _ask(turn, better)]] if better else []
    await turn.reply("search_empty", rows=rows, query=turn.argument, suggestion=better, without=filters)


async def _button(turn: Turn, text: str) -> ButtonId:
    """What a press on its pages asks again."""
    async with turn.services.storage.write() as tx:
        return await tx.buttons.add(turn.chat.id, ACTION, {"query": text}, now=turn.now)


async def _ask(turn: Turn, text: str) -> Key:
    return turn.key("button_topic", f"sp:{await _button(turn, text)}:1", topic=text)


async def press(turn: Turn) -> None:
    """Another page of the same search, in the same message."""
    button_id, page = ButtonId(turn.pressed_id(0)), turn.pressed_id(1)
    async with turn.services.storage.read() as tx:
        button = await tx.buttons.find(button_id, chat_id=turn.chat.id)
    if button is None or button.action != ACTION or not 1 <= page <= MOST_PAGES:
        raise Stale
    text = str(button.argument["query"])
    result = await _find(turn, text, page)
    if result.hits:
        await _show(turn, text, result, page, button_id)
    elif page == 1:  # what was proposed instead of a mistake
        await turn.show("search_empty", query=text, suggestion="", without="")
    else:
        raise Stale


async def _find(turn: Turn, text: str, page: int) -> SearchResult:
    return await find(
        turn.services,
        text,
        limit=PER_PAGE,
        offset=(page - 1) * PER_PAGE,
        zone=zone_of(turn.chat.timezone),
        by_story=True,
    )


async def _show(turn: Turn, text: str, result: SearchResult, page: int, button_id: ButtonId | None) -> None:
    pages = min(-(-result.listed // PER_PAGE), MOST_PAGES)
    keys: list[Key] = []
    if button_id is not None and page > 1:
        keys.append(turn.key("button_back", f"sp:{button_id}:{page - 1}"))
    if button_id is not None and page < pages:
        keys.append(turn.key("button_more", f"sp:{button_id}:{page + 1}"))
    await turn.show(
        "search",
        rows=[keys],
        query=text,
        total=result.total,
        is_exact=result.total_is_exact,
        hits=result.hits,
        first=(page - 1) * PER_PAGE + 1,
        page=page,
        pages=pages,
    )


COMMAND = Command(
    name="suche",
    alias="search",
    more=("suchen",),
    handle=search,
    menu="menu_search",
    presses=(Press(prefix="sp", handle=press),),
)
