"""Under a list of similar news: the way to say what does not belong there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.turn import Stale, Turn
from bot.messages.keyboard import Key, even_rows
from storage.records import ArticleId, ButtonId, StoryId

ACTION = "unrelated"


async def offer(
    turn: Turn, story_id: StoryId, members: Sequence[ArticleId], related: Sequence[StoryId]
) -> list[Key]:
    """The key under the list; the list's order is remembered, for its numbers."""
    if not members and not related:
        return []
    kept: dict[str, str | int] = {
        "story": story_id,
        "members": ",".join(map(str, members)),
        "related": ",".join(map(str, related)),
    }
    async with turn.services.storage.write() as tx:
        button_id = await tx.buttons.add(turn.chat.id, ACTION, kept, now=turn.now)
    return [turn.key("button_unrelated", f"nx:{button_id}:open")]


async def press(turn: Turn) -> None:
    """`nx:<row>:open` shows a number for each item of the list, `nx:<row>:back` hides them again."""
    button_id, verb = ButtonId(turn.pressed_id(0)), turn.pressed(1)
    async with turn.services.storage.read() as tx:
        button = await tx.buttons.find(button_id, chat_id=turn.chat.id)
    if button is None or button.action != ACTION or verb not in {"open", "back"}:
        raise Stale
    if verb == "back":
        await turn.put_keyboard([[turn.key("button_unrelated", f"nx:{button_id}:open")]])
        return
    story_id = button.argument["story"]
    actions = [f"nm:{story_id}:{article_id}" for article_id in _ids(button.argument["members"])]
    actions += [f"nb:{story_id}:{other_id}" for other_id in _ids(button.argument["related"])]
    keys = [Key(str(number), action) for number, action in enumerate(actions, start=1)]
    await turn.toast("toast_which_unrelated")
    await turn.put_keyboard([*even_rows(keys), [turn.key("button_back", f"nx:{button_id}:back")]])


def _ids(text: str | int) -> list[str]:
    return [part for part in str(text).split(",") if part]
