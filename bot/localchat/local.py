"""LocalTelegram: the small Telegram, running on a port of this machine, and the people in it."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.localchat.people import Group, Person
from bot.localchat.server import BotApi, Requested
from bot.localchat.updates import FIRST_UPDATE_ID
from bot.localchat.values import Accepted, CallbackQuery, Message, User
from bot.localchat.world import World

BOT_ID: Final = 4242
TOKEN: Final = f"{BOT_ID}:local-chat-keeps-no-secret-at-all-00"
SHOWN_ON_TIMEOUT: Final = 5
_SENDS: Final = ("sendMessage", "sendRichMessage")

Found = TypeVar("Found")
Place = Person | Group | int


class LocalTelegram:
    """A Bot API on 127.0.0.1 with people to play; use it as `async with LocalTelegram() as telegram`.

    A bot that remembers which updates it has seen needs a higher `first_update_id` each time it is run again.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        port: int = 0,
        token: str = TOKEN,
        bot_name: str = "Depesche",
        bot_username: str = "depesche_bot",
        first_update_id: int = FIRST_UPDATE_ID,
    ) -> None:
        bot = User(
            id=int(token.split(":", maxsplit=1)[0]),
            first_name=bot_name,
            username=bot_username,
            is_bot=True,
            language_code="",
        )
        self.token = token
        self.world = World(clock=clock or SystemClock(), bot=bot, first_update_id=first_update_id)
        self.api = BotApi(self.world, token=token)
        self.application = self.api.application()
        self.faults = self.api.faults
        self._port = port
        self._runner: web.AppRunner | None = None

    # Running

    async def start(self) -> None:
        self._runner = web.AppRunner(self.application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.world.updates.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        """What stands before /bot<token>: the value for DEPESCHE_API_URL, and the chat page's address."""
        return f"http://127.0.0.1:{self._port}"

    # People

    def user(
        self,
        first_name: str,
        *,
        language: str = "de",
        is_admin: bool = False,
        started: bool = True,
        user_id: int | None = None,
    ) -> Person:
        """A new person; with started=False the bot must not write first, as in life."""
        user = self.world.add_user(
            first_name, language=language, is_admin=is_admin, started=started, user_id=user_id
        )
        return Person(self.world, user)

    def group(
        self, title: str, members: list[Person], *, kind: str = "supergroup", chat_id: int | None = None
    ) -> Group:
        chat = self.world.add_group(title, [person.user for person in members], kind=kind, chat_id=chat_id)
        return Group(chat)

    # Looking

    def messages(self, place: Place) -> tuple[Message, ...]:
        """Everything that stands in a chat now, oldest first."""
        return self.world.messages(_chat_id(place))

    def replies(self, place: Place) -> tuple[Message, ...]:
        """What the bot has written there."""
        return tuple(message for message in self.messages(place) if message.sender == self.world.bot)

    @property
    def ledger(self) -> tuple[Accepted, ...]:
        """Every call that took effect, in order."""
        return tuple(self.api.ledger)

    @property
    def sent(self) -> tuple[Accepted, ...]:
        """Every message ever accepted, also those edited or deleted since."""
        return tuple(entry for entry in self.api.ledger if entry.method in _SENDS)

    @property
    def requests(self) -> tuple[Requested, ...]:
        """Every call that arrived, also the refused ones."""
        return tuple(self.api.requests)

    # Waiting

    async def wait_for(
        self, condition: Callable[[], Found | None], *, what: str = "the condition", seconds: float = 5
    ) -> Found:
        """The condition's first true value; AssertionError with the last messages if it takes too long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not (found := condition()):
            if not await self.world.changes.wait(end - loop.time()):
                raise AssertionError(f"waited {seconds} s without {what}; {self._last_words()}")
        return found

    async def wait_for_reply(
        self, place: Place, text: str = "", *, after: Message | None = None, seconds: float = 5
    ) -> Message:
        """The bot's first message there that contains the text, after the given one if there is one."""
        first = after.id if after else 0

        def found() -> Message | None:
            later = (message for message in self.replies(place) if message.id > first)
            return next((message for message in later if text in message.text), None)

        return await self.wait_for(found, what=f"a message with {text!r}", seconds=seconds)

    async def wait_for_edit(self, message: Message, text: str = "", *, seconds: float = 5) -> Message:
        """The message's new state, once it differs from the given one and contains the text."""

        def found() -> Message | None:
            new = self.world.message(message.chat_id, message.id)
            return new if new and new != message and text in new.text else None

        return await self.wait_for(found, what=f"an edit of message {message.id}", seconds=seconds)

    async def wait_for_answer(self, query: CallbackQuery, *, seconds: float = 5) -> CallbackQuery:
        """The pressed button's query, once the bot has answered it."""

        def found() -> CallbackQuery | None:
            new = self.world.callbacks[query.id]
            return new if new.answer else None

        return await self.wait_for(found, what=f"an answer to {query.data!r}", seconds=seconds)

    async def wait_for_inline_answer(self, number: str, *, seconds: float = 5) -> list[dict[str, Any]]:
        """The results for an inline query asked by Person.ask_inline."""
        answers = self.api.inline_answers
        await self.wait_for(lambda: number in answers, what="an inline answer", seconds=seconds)
        return answers[number]

    async def wait_until_quiet(self, *, seconds: float = 5) -> None:
        """Until the bot has fetched and confirmed every update there is."""
        await self.wait_for(
            lambda: not self.world.updates.waiting, what="all updates confirmed", seconds=seconds
        )

    def _last_words(self) -> str:
        messages = sorted(
            (message for number in self.world.chats for message in self.world.messages(number)),
            key=lambda message: message.sent_at,
        )
        said = [f"{message.sender.first_name}: {message.text[:80]!r}" for message in messages]
        return "last messages: " + ("; ".join(said[-SHOWN_ON_TIMEOUT:]) or "none")


def _chat_id(place: Place) -> int:
    return place if isinstance(place, int) else place.chat_id
