"""Methods about the bot itself and its chats: menu, name, descriptions, members."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.localchat.api_json import Json, chat_json, user_json
from bot.localchat.call import Call
from bot.localchat.commands import commands_of, scope_of
from bot.localchat.refusals import bad_request
from bot.localchat.values import User

_LONGEST: Final = {"name": 64, "description": 512, "short_description": 120}


async def set_my_commands(call: Call) -> bool:
    commands = commands_of(call.parameters.raw("commands"))
    scope, language = scope_of(call.parameters.mapping("scope")), call.parameters.text("language_code")
    call.world.commands.put(commands, scope=scope, language=language)
    call.world.tell("profile")
    return True


async def get_my_commands(call: Call) -> list[Json]:
    scope, language = scope_of(call.parameters.mapping("scope")), call.parameters.text("language_code")
    commands = call.world.commands.get(scope, language)
    return [{"command": command.name, "description": command.description} for command in commands]


async def delete_my_commands(call: Call) -> bool:
    scope, language = scope_of(call.parameters.mapping("scope")), call.parameters.text("language_code")
    call.world.commands.put([], scope=scope, language=language)
    call.world.tell("profile")
    return True


def _setter(field: str) -> Callable[[Call], Awaitable[bool]]:
    async def set_field(call: Call) -> bool:
        text = call.parameters.text(field)
        if len(text) > _LONGEST[field]:
            raise bad_request(f"{field} is too long")
        call.world.profile[field, call.parameters.text("language_code")] = text
        call.world.tell("profile")
        return True

    return set_field


def _getter(field: str) -> Callable[[Call], Awaitable[Json]]:
    async def get_field(call: Call) -> Json:
        default = call.world.bot.first_name if field == "name" else ""
        text = call.world.profile.get((field, call.parameters.text("language_code")), "")
        return {field: text or call.world.profile.get((field, ""), default)}

    return get_field


async def get_chat(call: Call) -> Json:
    chat = call.chat()
    pinned = call.world.pinned.get(chat.id, [])
    return {
        **chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
        **({"pinned_message_ids": pinned} if pinned else {}),
    }


async def get_chat_member(call: Call) -> Json:
    chat, number = call.chat(), call.parameters.integer("user_id")
    if number == call.world.bot.id:
        return _member(call.world.bot, "member")
    if number not in chat.members:
        raise bad_request("member not found")
    user = call.world.users[number]
    if chat.is_private or user not in call.world.administrators(chat):
        return _member(user, "member")
    return _member(user, "creator")


async def get_chat_administrators(call: Call) -> list[Json]:
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [_member(user, "creator") for user in call.world.administrators(chat)]


async def set_chat_menu_button(call: Call) -> bool:
    button = call.parameters.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("MenuButton has unsupported type")
    call.world.profile["menu_button", call.parameters.text("chat_id")] = str(button["type"])
    return True


def _member(user: User, status: str) -> Json:
    more = {"is_anonymous": False} if status == "creator" else {}
    return {"user": user_json(user), "status": status, **more}


METHODS: Final[dict[str, Any]] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{name}": _setter(field) for name, field in (
        ("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description"))},
    **{f"getMy{name}": _getter(field) for name, field in (
        ("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description"))},
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "setChatMenuButton": set_chat_menu_button,
}  # fmt: skip
