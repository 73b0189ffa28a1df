"""Our values in the Bot API's JSON."""

from typing import Any

from bot.localchat.spans import Entity
from bot.localchat.values import Button, Chat, Keyboard, Message, User

Json = dict[str, Any]


def user_json(user: User) -> Json:
    known = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        known["username"] = user.username
    if user.language_code and not user.is_bot:
        known["language_code"] = user.language_code
    return known


def chat_json(chat: Chat) -> Json:
    known: Json = {"id": chat.id, "type": chat.kind}
    known["first_name" if chat.is_private else "title"] = chat.title
    if chat.username:
        known["username"] = chat.username
    return known


def entity_json(entity: Entity, mentioned: User | None = None) -> Json:
    known: Json = {"type": entity.kind, "offset": entity.offset, "length": entity.length}
    for name in ("url", "language", "custom_emoji_id", "unix_time"):
        if value := getattr(entity, name):
            known[name] = value
    if entity.kind == "date_time":
        known["date_time_format"] = entity.date_time_format
    if entity.kind == "text_mention":
        known["user"] = user_json(mentioned or User(id=entity.user_id, first_name="", language_code=""))
    return known


def button_json(button: Button) -> Json:
    known: Json = {"text": button.text, **button.other}
    if button.url:
        known["url"] = button.url
    if button.callback_data is not None:
        known["callback_data"] = button.callback_data
    return known


def keyboard_json(keyboard: Keyboard) -> Json:
    return {"inline_keyboard": [[button_json(button) for button in row] for row in keyboard]}


def message_json(message: Message, chat: Chat, replied: Message | None = None) -> Json:
    """A Message object; a reply carries the message it answers, but not that one's own."""
    known: Json = {
        "message_id": message.id,
        "from": user_json(message.sender),
        "chat": chat_json(chat),
        "date": int(message.sent_at.timestamp()),
    }
    if message.location:
        known["location"] = dict(zip(("latitude", "longitude"), message.location, strict=True))
    elif message.rich:
        known["rich_message"] = {"blocks": list(message.rich)}
    else:
        known["text"] = message.text
    if message.edited_at:
        known["edit_date"] = int(message.edited_at.timestamp())
    if message.entities:
        known["entities"] = [entity_json(entity) for entity in message.entities]
    if message.keyboard:
        known["reply_markup"] = keyboard_json(message.keyboard)
    if message.thread_id is not None:
        known |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.protected:
        known["has_protected_content"] = True
    if message.preview:
        known["link_preview_options"] = dict(message.preview)
    if replied:
        known["reply_to_message"] = message_json(replied, chat)
    return known
