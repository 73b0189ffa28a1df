"""Whom one can play in the demo, and what two of them do by themselves."""

from dataclasses import dataclass

from bot import subscriptions
from bot.clock import Clock
from bot.localchat.local import LocalTelegram
from bot.localchat.newsroom import BreakingItem
from bot.localchat.people import Group, Person
from bot.localchat.values import Message
from bot.services import Services
from storage.records import ChatKind, NewChat

FOLLOWED_BY_READER = ("Nordkorea", "Klimaschutz", "Raumfahrt")
FOLLOWED_BY_GROUP = ("Bahn", "Wohnen OR Miete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Two readers, an admin, and the group they share; their ids are the same in every run."""

    mia: Person
    jonas: Person
    clara: Person
    newsroom: Group


def demo_cast(telegram: LocalTelegram) -> Cast:
    """Put the demo's people into a new local Telegram."""
    mia = telegram.user("Mia", language="de", user_id=1001)
    jonas = telegram.user("Jonas", language="de", user_id=1002)
    clara = telegram.user("Clara", language="de", is_admin=True, user_id=1003)
    newsroom = telegram.group("Redaktion Nord", [mia, jonas, clara], chat_id=-1_001_000_000_001)
    return Cast(mia=mia, jonas=jonas, clara=clara, newsroom=newsroom)


async def settle_in(services: Services, cast: Cast) -> None:
    """Let Jonas and the group have subscribed the day before; nothing happens if they had."""
    for telegram_id, kind, topics in (
        (cast.jonas.chat_id, ChatKind.PRIVATE, FOLLOWED_BY_READER),
        (cast.newsroom.chat_id, ChatKind.GROUP, FOLLOWED_BY_GROUP),
    ):
        new = NewChat(telegram_id=telegram_id, kind=kind, language="de", timezone=services.settings.timezone)
        async with services.storage.write() as tx:
            chat = await tx.chats.get_or_add(new, services.clock.now())
        for topic in topics:
            await subscriptions.subscribe(services, chat, topic)


class BreakingNews:
    """Lets the editor push the sample's breaking item at its hour, as a person would."""

    def __init__(self, clock: Clock, telegram: LocalTelegram, editor: Person, item: BreakingItem) -> None:
        self._clock = clock
        self._telegram = telegram
        self._editor = editor
        self._item = item
        self._is_told = clock.now() >= item.at

    async def step(self) -> bool:
        """Command, preview, confirmation, once the clock is there."""
        if self._is_told or self._clock.now() < self._item.at:
            return False
        self._is_told = True
        said = await self._editor.say(f"/eilmeldung {self._item.text}")

        def preview() -> Message | None:
            later = (message for message in self._telegram.replies(self._editor) if message.id > said.id)
            return next((message for message in later if _confirmation(message)), None)

        shown = await self._telegram.wait_for(preview, what="the preview of the breaking item", seconds=30)
        await self._editor.press_data(shown, _confirmation(shown))
        return False


def _confirmation(message: Message) -> str:
    """The data of the button that sends a breaking item out; empty if the message has none."""
    datas = (button.callback_data or "" for button in message.buttons())
    return next((data for data in datas if data.startswith("bc:") and data.endswith(":go")), "")
