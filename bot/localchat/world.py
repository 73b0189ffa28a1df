"""A small Telegram: who is there, what was said, what the bot has not yet heard of.

Everything happens at once and in one thread; who wants to know of it listens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.clock import Clock
from bot.localchat.api_json import chat_json, message_json, user_json
from bot.localchat.changes import Changes
from bot.localchat.commands import CommandBook
from bot.localchat.formatting import settled
from bot.localchat.refusals import bad_request, forbidden
from bot.localchat.spans import Formatted
from bot.localchat.updates import FIRST_UPDATE_ID, UpdateQueue
from bot.localchat.values import CallbackAnswer, CallbackQuery, Chat, Keyboard, Message, User

FIRST_USER_ID: Final = 1001
FIRST_GROUP_ID: Final = -1_001_000_000_001
ACTION_LASTS: Final = timedelta(seconds=5)
DELETABLE_FOR: Final = timedelta(hours=48)
MAX_SAID: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something changed: what kind of thing, in which chat, and the value it is about."""

    kind: str  # message | edited | deleted | action | answer | blocked | profile
    chat_id: int = 0
    value: Any = None


class World:
    """The state of it all. People act by the verbs of people, the bot by those of the Bot API."""

    def __init__(self, *, clock: Clock, bot: User, first_update_id: int = FIRST_UPDATE_ID) -> None:
        self.clock = clock
        self.bot = bot
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.commands = CommandBook()
        self.profile: dict[tuple[str, str], str] = {}
        self.changes = Changes()
        self.updates = UpdateQueue(self.changes, first_id=first_update_id)
        self.blocked: set[int] = set()
        self.pinned: dict[int, list[int]] = {}
        self.actions: dict[int, tuple[str, datetime]] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self._messages: dict[int, dict[int, Message]] = {}
        self._last_message_id: dict[int, int] = {}
        self._started: set[int] = set()
        self._listeners: list[Callable[[Happening], None]] = []

    # Who is there

    def add_user(
        self, first_name: str, *, language: str, is_admin: bool, started: bool, user_id: int | None
    ) -> User:
        """A new person; `started` says that the bot has heard of them already."""
        number = user_id or FIRST_USER_ID + len(self.users)
        user = User(id=number, first_name=first_name, language_code=language, is_admin=is_admin)
        self.users[number] = user
        self.chats[number] = Chat(id=number, kind="private", title=first_name, members=(number,))
        if started:
            self._started.add(number)
        return user

    def add_group(self, title: str, members: Iterable[User], *, kind: str, chat_id: int | None) -> Chat:
        groups = sum(not chat.is_private for chat in self.chats.values())
        number = chat_id or FIRST_GROUP_ID - groups
        chat = Chat(id=number, kind=kind, title=title, members=tuple(user.id for user in members))
        self.chats[number] = chat
        self._started.add(number)
        return chat

    def chat(self, chat_id: int) -> Chat:
        """A chat the bot may write to; raises Refusal as Telegram does."""
        chat = self.chats.get(chat_id)
        if chat is None or chat_id not in self._started:
            raise bad_request("chat not found")
        if chat_id in self.blocked:
            raise forbidden(
                "bot was blocked by the user"
                if chat.is_private
                else "bot was kicked from the supergroup chat"
            )
        return chat

    def administrators(self, chat: Chat) -> tuple[User, ...]:
        """Who runs a group: its admins in the demo's sense, else its first member."""
        members = [self.users[number] for number in chat.members]
        return tuple(user for user in members if user.is_admin) or tuple(members[:1])

    # Listening

    def listen(self, listener: Callable[[Happening], None]) -> Callable[[], None]:
        """Be told of everything that happens; the returned call ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, kind: str, chat_id: int = 0, value: Any = None) -> None:
        happening = Happening(kind=kind, chat_id=chat_id, value=value)
        for listener in tuple(self._listeners):
            listener(happening)
        self.changes.ring()

    # Messages

    def messages(self, chat_id: int) -> tuple[Message, ...]:
        return tuple(self._messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> Message | None:
        return self._messages.get(chat_id, {}).get(message_id)

    def _add(self, chat: Chat, sender: User, formatted: Formatted, **more: Any) -> Message:
        number = self._last_message_id.get(chat.id, 0) + 1
        self._last_message_id[chat.id] = number
        message = Message(
            id=number,
            chat_id=chat.id,
            sender=sender,
            sent_at=self.clock.now(),
            text=formatted.text,
            entities=formatted.entities(),
            **more,
        )
        self._messages.setdefault(chat.id, {})[number] = message
        self.actions.pop(chat.id, None)
        self.tell("message", chat.id, message)
        return message

    def put(self, message: Message, *, happening: str = "edited") -> Message:
        self._messages[message.chat_id][message.id] = message
        self.tell(happening, message.chat_id, message)
        return message

    # What the bot does

    def post(self, chat: Chat, formatted: Formatted, **more: Any) -> Message:
        """A message of the bot; a reply to a message that is gone is refused."""
        replied = more.get("reply_to")
        if replied is not None and self.message(chat.id, replied) is None:
            raise bad_request("message to be replied not found")
        return self._add(chat, self.bot, formatted, **more)

    def edit(
        self,
        chat: Chat,
        message_id: int,
        *,
        formatted: Formatted | None,
        keyboard: Keyboard,
        html: str = "",
        rich: tuple[Mapping[str, Any], ...] = (),
    ) -> Message:
        """The bot changes its own message: the text (unless None) and the keyboard."""
        old = self.message(chat.id, message_id)
        if old is None:
            raise bad_request("message to edit not found")
        if old.sender != self.bot:
            raise bad_request("message can't be edited")
        new = replace(old, keyboard=keyboard)
        if formatted is not None:
            new = replace(new, text=formatted.text, entities=formatted.entities(), rich=rich)
        if new == old:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        if formatted is not None:
            new = replace(new, html=html, edited_at=self.clock.now())
        return self.put(new)

    def delete(self, chat: Chat, message_id: int) -> Message:
        old = self.message(chat.id, message_id)
        if old is None:
            raise bad_request("message to delete not found")
        foreign = old.sender != self.bot and not chat.is_private
        if foreign or self.clock.now() - old.sent_at > DELETABLE_FOR:
            raise bad_request("message can't be deleted")
        del self._messages[chat.id][message_id]
        self.tell("deleted", chat.id, old)
        return old

    def act(self, chat: Chat, action: str) -> None:
        self.actions[chat.id] = (action, self.clock.now() + ACTION_LASTS)
        self.tell("action", chat.id, action)

    def answer(self, query_id: str, answer: CallbackAnswer) -> CallbackQuery:
        """End the wait of who pressed; only the first answer is shown."""
        query = self.callbacks.get(query_id)
        if query is None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if query.answer is None:
            query = replace(query, answer=answer)
            self.callbacks[query_id] = query
            self.tell("answer", query.message.chat_id, query)
        return query

    # What people do

    def say(
        self, user: User, chat: Chat, text: str, *, reply_to: int | None = None, thread_id: int | None = None
    ) -> Message:
        """A person writes; the bot hears of it unless privacy mode keeps it out."""
        if user.id not in chat.members:
            raise ValueError(f"{user.first_name} is not in {chat.title}")
        formatted = settled(Formatted(text=text[:MAX_SAID]))
        if not formatted.text:
            raise ValueError("nothing was said")
        if chat.is_private and chat.id in self.blocked:
            self.unblock(chat)
        self._started.add(chat.id)
        message = self._add(chat, user, formatted, reply_to=reply_to, thread_id=thread_id)
        if self._bot_hears(chat, message):
            self._put_update("message", message_json(message, chat, self._replied(message)))
        return message

    def share(self, user: User, chat: Chat, name: str, location: tuple[float, float]) -> Message:
        """A person shares where they are; the name is for who looks on, the bot gets the place alone."""
        if user.id not in chat.members:
            raise ValueError(f"{user.first_name} is not in {chat.title}")
        self._started.add(chat.id)
        message = self._add(chat, user, Formatted(text=f"📍 {name}"), location=location)
        if self._bot_hears(chat, message):
            self._put_update("message", message_json(message, chat))
        return message

    def press(self, user: User, message: Message, data: str) -> CallbackQuery:
        """A person presses a button with this data; the answer comes later."""
        chat = self.chats[message.chat_id]
        query = CallbackQuery(id=str(len(self.callbacks) + 1), sender=user, message=message, data=data)
        self.callbacks[query.id] = query
        self._put_update(
            "callback_query",
            {
                "id": query.id,
                "from": user_json(user),
                "message": message_json(message, chat, self._replied(message)),
                "chat_instance": str(chat.id),
                "data": data,
            },
        )
        self.changes.ring()
        return query

    def ask_inline(self, user: User, query: str) -> str:
        """A person writes @bot and a query in some chat; the id to look for in the answers."""
        number = str(len(self.callbacks) + 1_000_000)
        self._put_update(
            "inline_query", {"id": number, "from": user_json(user), "query": query, "offset": ""}
        )
        return number

    def block(self, chat: Chat) -> None:
        self._set_membership(chat, blocked=True)

    def unblock(self, chat: Chat) -> None:
        self._set_membership(chat, blocked=False)

    def _set_membership(self, chat: Chat, *, blocked: bool) -> None:
        if blocked == (chat.id in self.blocked):
            return
        (self.blocked.add if blocked else self.blocked.remove)(chat.id)
        states: list[dict[str, Any]] = [{"user": user_json(self.bot), "status": "member"}]
        states.append({"user": user_json(self.bot), "status": "kicked", "until_date": 0})
        old, new = states if blocked else reversed(states)
        self._put_update(
            "my_chat_member",
            {
                "chat": chat_json(chat),
                "from": user_json(self.users[chat.members[0]]),
                "date": int(self.clock.now().timestamp()),
                "old_chat_member": old,
                "new_chat_member": new,
            },
        )
        self.tell("blocked", chat.id, blocked)

    def _bot_hears(self, chat: Chat, message: Message) -> bool:
        """In groups only orders for it, replies to it and mentions of it (privacy mode)."""
        if chat.is_private:
            return True
        if chat.id in self.blocked:
            return False
        replied = self._replied(message)
        if replied and replied.sender == self.bot:
            return True
        name = f"@{self.bot.username}".lower()
        text = message.text.lower()
        if message.text.startswith("/"):
            command = text.split()[0]
            return "@" not in command or command.endswith(name)
        return name in text

    def _replied(self, message: Message) -> Message | None:
        return None if message.reply_to is None else self.message(message.chat_id, message.reply_to)

    def _put_update(self, kind: str, payload: Mapping[str, Any]) -> None:
        self.updates.put(kind, payload, at=self.clock.now())
