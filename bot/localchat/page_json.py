"""What the chat page is told: chats, messages and happenings as plain JSON."""

from bot.localchat.api_json import Json, button_json, entity_json
from bot.localchat.values import CallbackQuery, Chat, Message, User
from bot.localchat.world import Happening, World

MAX_HISTORY = 300


def snapshot(world: World) -> Json:
    """Everything the page needs to draw itself."""
    return {
        "bot": {"id": world.bot.id, "name": world.bot.first_name, "username": world.bot.username},
        "users": [_user(user) for user in world.users.values()],
        "chats": [_chat(world, chat) for chat in world.chats.values()],
        "profile": _profile(world),
        "now": world.clock.now().timestamp(),
    }


def told(world: World, happening: Happening) -> Json | None:
    """One happening; None if the page need not know."""
    value = happening.value
    known: Json = {"kind": happening.kind, "chat": happening.chat_id}
    match happening.kind:
        case "message" | "edited":
            return known | {"message": message_for_page(value)}
        case "deleted":
            return known | {"id": value.id}
        case "action" | "blocked":
            return known | {"value": value}
        case "answer":
            return known | _answer(value)
        case "profile":
            menus = {str(chat.id): _menus(world, chat) for chat in world.chats.values()}
            return known | {"profile": _profile(world), "menus": menus}
    return None


def message_for_page(message: Message) -> Json:
    return {
        "id": message.id,
        "from": message.sender.id,
        "name": message.sender.first_name,
        "date": message.sent_at.timestamp(),
        "edited": message.edited_at is not None,
        "text": message.text,
        "rich": list(message.rich),
        "entities": [entity_json(entity) for entity in message.entities],
        "keyboard": [[button_json(button) for button in row] for row in message.keyboard],
        "reply_to": message.reply_to,
        "thread": message.thread_id,
        "reactions": list(message.reactions),
    }


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.first_name,
        "language": user.language_code,
        "admin": user.is_admin,
    }


def _chat(world: World, chat: Chat) -> Json:
    return {
        "id": chat.id,
        "private": chat.is_private,
        "title": chat.title,
        "members": list(chat.members),
        "blocked": chat.id in world.blocked,
        "messages": [message_for_page(message) for message in world.messages(chat.id)[-MAX_HISTORY:]],
        "menus": _menus(world, chat),
    }


def _menus(world: World, chat: Chat) -> Json:
    """For each member the commands they see in this chat."""
    administrators = world.administrators(chat)
    return {
        str(user.id): [
            {"command": command.name, "description": command.description}
            for command in world.commands.shown(chat, user, administers=user in administrators)
        ]
        for user in (world.users[number] for number in chat.members)
    }


def _profile(world: World) -> Json:
    """Names and descriptions by language; the empty language is for all others."""
    profile: Json = {"name": {}, "description": {}, "short_description": {}}
    for (field, language), text in world.profile.items():
        if field in profile:
            profile[field][language] = text
    return profile


def _answer(query: CallbackQuery) -> Json:
    answer = query.answer
    return {
        "query": query.id,
        "user": query.sender.id,
        "text": answer.text if answer else "",
        "alert": bool(answer and answer.show_alert),
        "url": answer.url if answer else "",
    }
