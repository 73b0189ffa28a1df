"""People and groups, as tests and the page move them."""

from dataclasses import dataclass

from bot.localchat.values import CallbackQuery, Chat, Message, User
from bot.localchat.world import World


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat."""

    chat: Chat

    @property
    def chat_id(self) -> int:
        return self.chat.id


class Person:
    """Somebody who talks to the bot; every act puts an update in the queue and returns."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    def __repr__(self) -> str:
        return f"Person({self.user.first_name!r}, id={self.user.id})"

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def chat_id(self) -> int:
        """The private chat with the bot."""
        return self.user.id

    async def say(
        self,
        text: str,
        *,
        in_chat: Group | None = None,
        reply_to: Message | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Write to the bot, or into a group."""
        chat = in_chat.chat if in_chat else self._world.chats[self.chat_id]
        number = reply_to.id if reply_to else None
        return self._world.say(self.user, chat, text, reply_to=number, thread_id=thread_id)

    async def share(self, name: str, latitude: float, longitude: float) -> Message:
        """Share a location in the private chat."""
        return self._world.share(self.user, self._world.chats[self.chat_id], name, (latitude, longitude))

    async def press(self, message: Message, button: str) -> CallbackQuery:
        """Press a button by its label or its data; LookupError if the message has none such now."""
        shown = self._world.message(message.chat_id, message.id) or message
        data = shown.button(button).callback_data
        if data is None:
            raise LookupError(f"the button {button!r} opens an address, it cannot be pressed")
        return self._world.press(self.user, shown, data)

    async def press_data(self, message: Message, data: str) -> CallbackQuery:
        """Send any callback data at all, as a modified app could."""
        return self._world.press(self.user, message, data)

    async def ask_inline(self, query: str) -> str:
        """Write @bot and a query; wait for the results with LocalTelegram.wait_for_inline_answer."""
        return self._world.ask_inline(self.user, query)

    async def block(self) -> None:
        self._world.block(self._world.chats[self.chat_id])

    async def unblock(self) -> None:
        self._world.unblock(self._world.chats[self.chat_id])
