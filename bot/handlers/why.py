"""/warum - why a story came: the topic, its words, who tells it, and why that is one story."""

from __future__ import annotations

from bot.explaining import explain
from bot.handlers.command import Command, Press
from bot.handlers.similar import references_of
from bot.handlers.turn import Stale, Turn
from bot.judging import judge_member, judge_related
from bot.messages.keyboard import Key
from storage.errors import NotFound
from storage.records import ArticleId, StoryId

MOST_STORIES = 8
HEADLINE_ON_A_KEY = 48


async def why(turn: Turn) -> None:
    """Of the message replied to, of an address or number, else of the newest digest."""
    references = references_of(turn)
    async with turn.services.storage.read() as tx:
        for reference in references:
            article = await tx.articles.find(reference)
            if article is not None and article.story_id is not None:
                break
        else:
            article = None
    if article is not None and article.story_id is not None:
        await _tell(turn, article.story_id)
    elif references:
        await turn.reply("similar_unknown")
    else:
        await _ask_which(turn)


async def press(turn: Turn) -> None:
    try:
        await _tell(turn, StoryId(turn.pressed_id()))
    except NotFound:
        raise Stale from None


async def press_related(turn: Turn) -> None:
    """`nb:<story>:<other story>`: the other story does not belong beside this one."""
    try:
        is_new = await judge_related(
            turn.services, turn.chat.id, StoryId(turn.pressed_id(0)), StoryId(turn.pressed_id(1))
        )
    except NotFound:
        raise Stale from None
    await turn.toast("toast_judged" if is_new else "toast_judged_before")


async def press_member(turn: Turn) -> None:
    """`nm:<story>:<article>`: the article tells another event than the story."""
    try:
        is_new = await judge_member(
            turn.services, turn.chat.id, StoryId(turn.pressed_id(0)), ArticleId(turn.pressed_id(1))
        )
    except NotFound:
        raise Stale from None
    await turn.toast("toast_judged" if is_new else "toast_judged_before")


async def _tell(turn: Turn, story_id: StoryId) -> None:
    found = await explain(turn.services, turn.chat, story_id)
    await turn.reply("why", why=found)


async def _ask_which(turn: Turn) -> None:
    """The stories the newest digest told, a key each; the only one at once."""
    async with turn.services.storage.read() as tx:
        told = [line for line in await tx.told.of_chat(turn.chat.id) if line.edition_id is not None]
        newest = max((line.edition_id for line in told if line.edition_id is not None), default=None)
        ids = [line.story_id for line in told if line.edition_id == newest]
        stories = await tx.stories.get_many(ids)
    if not stories:
        await turn.reply("why_how")
        return
    ranked = sorted(stories.values(), key=lambda story: (-story.independent_count, story.id))
    if len(ranked) == 1:
        await _tell(turn, ranked[0].id)
        return
    keys = [[Key(_short(story.headline), f"wy:{story.id}")] for story in ranked[:MOST_STORIES]]
    await turn.reply("why_which", rows=keys)


def _short(headline: str) -> str:
    if len(headline) <= HEADLINE_ON_A_KEY:
        return headline
    return headline[: HEADLINE_ON_A_KEY - 1].rsplit(" ", 1)[0] + "…"


COMMAND = Command(
    name="warum",
    alias="why",
    handle=why,
    menu="menu_why",
    presses=(
        Press(prefix="wy", handle=press),
        Press(prefix="nb", handle=press_related),
        Press(prefix="nm", handle=press_member),
    ),
)
