"""The bot's command menu: per scope and language, looked up as Telegram's apps do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.localchat.refusals import bad_request
from bot.localchat.values import Chat, User

MAX_COMMANDS: Final = 100
_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES: Final = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)


@dataclass(frozen=True, slots=True)
class Command:
    """A word a person may send, and what it does."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a menu is shown; chat and user are 0 where they do not matter."""

    kind: str = "default"
    chat_id: int = 0
    user_id: int = 0


class CommandBook:
    """All menus the bot has set."""

    def __init__(self) -> None:
        self._menus: dict[tuple[Scope, str], tuple[Command, ...]] = {}

    def put(self, commands: Sequence[Command], *, scope: Scope, language: str) -> None:
        if commands:
            self._menus[scope, language] = tuple(commands)
        else:
            self._menus.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> tuple[Command, ...]:
        """Exactly the menu that was set, as getMyCommands gives it."""
        return self._menus.get((scope, language), ())

    def shown(self, chat: Chat, user: User, *, administers: bool = False) -> tuple[Command, ...]:
        """The menu this person sees in this chat: the narrowest scope first, in it their language first."""
        everywhere = Scope("all_private_chats" if chat.is_private else "all_group_chats")
        scopes = [Scope("chat", chat.id), everywhere, Scope()]
        if not chat.is_private:
            scopes.insert(0, Scope("chat_member", chat.id, user.id))
            if administers:
                scopes[1:1] = [Scope("chat_administrators", chat.id)]
                scopes.insert(3, Scope("all_chat_administrators"))
        for scope in scopes:
            for language in (user.language_code, ""):
                if menu := self.get(scope, language):
                    return menu
        return ()


def scope_of(raw: Mapping[str, Any] | None) -> Scope:
    """A BotCommandScope object as a value."""
    kind = str((raw or {}).get("type", "default"))
    if kind not in _SCOPES:
        raise bad_request("unsupported type of BotCommandScope")
    return Scope(kind, int((raw or {}).get("chat_id", 0)), int((raw or {}).get("user_id", 0)))


def commands_of(raw: object) -> list[Command]:
    """A list of BotCommand objects as values, checked."""
    if not isinstance(raw, list):
        raise bad_request('parameter "commands" must be an Array')
    if len(raw) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = []
    for item in raw:
        name, description = str(item.get("command", "")).removeprefix("/"), str(item.get("description", ""))
        if not _NAME.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append(Command(name, description))
    return commands
