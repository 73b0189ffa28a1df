"""The number under a list: its keyboard becomes the story's menu, in place, and leads back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bot import follows, opinions, saving
from bot.digests.build import StoryItem
from bot.handlers.rights import may_change
from bot.handlers.stories import items_of
from bot.handlers.turn import Stale, Turn
from bot.messages.clean import plain, web_address
from bot.messages.keyboard import Key
from storage.records import ButtonId, StoryId

ACTION = "keys"
MORE, LESS = 1, -1
_VERBS = frozenset({"follow", "save", "more", "less", "back"})


@dataclass(frozen=True, slots=True)
class Place:
    """The story of a menu, and the row that remembers the keyboard before it."""

    story_id: StoryId
    button_id: ButtonId


async def open_menu(turn: Turn) -> None:
    """A story's number was pressed: `st:<story>:<number>`, or without the number on old messages."""
    item = await _item(turn, StoryId(turn.pressed_id()))
    number = turn.pressed_id(1) if len(turn.press) > 1 else 0
    if turn.keyboard is None:
        raise Stale
    async with turn.services.storage.write() as tx:
        kept: dict[str, str | int] = {"keyboard": orjson.dumps(turn.keyboard).decode(), "number": number}
        button_id = await tx.buttons.add(turn.chat.id, ACTION, kept, now=turn.now)
    await turn.toast("toast_story", number=number, headline=item.headline)
    await _show(turn, Place(item.story_id, button_id), item)


async def press_menu(turn: Turn) -> None:
    """A key of the menu: `sm:<story>:<button row>:<verb>`."""
    place = Place(StoryId(turn.pressed_id(0)), ButtonId(turn.pressed_id(1)))
    verb = turn.pressed(2)
    if verb not in _VERBS:
        raise Stale
    if verb == "back":
        await _back(turn, place)
        return
    if not await may_change(turn):
        await turn.toast("press_group_admins_only", alert=True)
        return
    item = await _item(turn, place.story_id)
    await turn.toast(await _done(turn, item.story_id, verb), headline=item.headline)
    await _show(turn, place, item)


async def _done(turn: Turn, story_id: StoryId, verb: str) -> str:
    """Do what the key says; what is said of it. Pressing again takes it back."""
    services, chat = turn.services, turn.chat
    state = await _state(turn, story_id)
    if verb == "save":
        if state.is_saved:
            await saving.forget(services, chat, story_id)
            return "toast_story_forgotten"
        await saving.save(services, chat, story_id)
        return "toast_story_saved"
    if verb == "follow":
        if state.is_followed:
            await follows.unfollow_story(services, chat, story_id)
            return "toast_story_unfollowed"
        if not await follows.follow_story(services, chat, story_id):
            return "toast_follows_full"
        return "toast_story_followed"
    wanted = MORE if verb == "more" else LESS
    is_again = state.opinion == wanted
    await opinions.put_opinion(services, chat, story_id, 0 if is_again else wanted)
    return "toast_opinion_gone" if is_again else f"toast_{verb}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    is_followed: bool
    is_saved: bool
    opinion: int


async def _state(turn: Turn, story_id: StoryId) -> _State:
    async with turn.services.storage.read() as tx:
        return _State(
            is_followed=story_id in await tx.follows.of_chat(turn.chat.id),
            is_saved=await tx.saved.has(turn.chat.id, story_id),
            opinion=await tx.opinions.find(turn.chat.id, story_id),
        )


async def _show(turn: Turn, place: Place, item: StoryItem) -> None:
    """The menu says which story it is about by a key that leads to its article."""
    address = web_address(item.url)
    state = await _state(turn, place.story_id)
    start = f"sm:{place.story_id}:{place.button_id}"

    def choice(name: str, verb: str, *, is_on: bool) -> Key:
        label = turn.label(name)
        return Key(turn.label("button_chosen", topic=label) if is_on else label, f"{start}:{verb}")

    await turn.put_keyboard(
        [
            [turn.key("button_read", address, headline=item.headline)] if address else [],
            [
                turn.key("button_similar", f"si:{place.story_id}"),
                turn.key("button_why", f"wy:{place.story_id}"),
            ],
            [
                choice("button_follow_story", "follow", is_on=state.is_followed),
                choice("button_save", "save", is_on=state.is_saved),
            ],
            [
                choice("button_more_like_this", "more", is_on=state.opinion == MORE),
                choice("button_less_like_this", "less", is_on=state.opinion == LESS),
            ],
            [turn.key("button_back", f"{start}:back")],
        ]
    )


async def _back(turn: Turn, place: Place) -> None:
    async with turn.services.storage.read() as tx:
        button = await tx.buttons.find(place.button_id, chat_id=turn.chat.id)
    if button is None or button.action != ACTION:
        raise Stale
    await turn.put_keyboard(orjson.loads(str(button.argument["keyboard"])))


async def _item(turn: Turn, story_id: StoryId) -> StoryItem:
    """Raises Stale for a story that is gone."""
    items: Sequence[StoryItem] = await items_of(turn, [story_id])
    if not items or not plain(items[0].headline):
        raise Stale
    return items[0]
