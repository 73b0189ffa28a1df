"""Methods about messages: send, edit, delete, answer, pin, react."""

from dataclasses import replace
from typing import Any, Final

from bot.localchat.api_json import Json, message_json
from bot.localchat.call import Call
from bot.localchat.limits import checked_keyboard, checked_text
from bot.localchat.parameters import Parameters
from bot.localchat.refusals import bad_request
from bot.localchat.rich import Block, plain_text, read_rich
from bot.localchat.spans import Formatted
from bot.localchat.values import CallbackAnswer, Chat, Message

MAX_ANSWER: Final = 200
MAX_DELETED_AT_ONCE: Final = 100
MAX_INLINE_RESULTS: Final = 50


async def send_message(call: Call) -> Json:
    parameters = call.parameters
    return _post(
        call,
        call.chat(),
        _formatted(parameters),
        html=parameters.text("text"),
        preview=parameters.mapping("link_preview_options") or {},
    )


async def send_rich_message(call: Call) -> Json:
    chat, (blocks, source) = call.chat(), _rich(call)
    return _post(call, chat, Formatted(text=plain_text(blocks)), html=source, rich=blocks)


def _post(call: Call, chat: Chat, formatted: Formatted, **more: Any) -> Json:
    parameters = call.parameters
    call.message = call.world.post(
        chat,
        formatted,
        keyboard=checked_keyboard(parameters.raw("reply_markup")),
        reply_to=_reply_to(call, chat),
        thread_id=parameters.integer("message_thread_id", 0) or None,
        silent=parameters.flag("disable_notification"),
        protected=parameters.flag("protect_content"),
        **more,
    )
    return _json(call, chat, call.message)


def _rich(call: Call) -> tuple[tuple[Block, ...], str]:
    """A rich message's blocks and source."""
    content = call.parameters.mapping("rich_message") or {}
    return read_rich(content, now=call.world.clock.now()), str(content["html"])


async def edit_message_text(call: Call) -> Json:
    chat, parameters = call.chat(), call.parameters
    rich: tuple[Block, ...] = ()
    source = parameters.text("text")
    if parameters.raw("rich_message") is not None:  # any text beside it is ignored
        rich, source = _rich(call)
    call.message = call.world.edit(
        chat,
        parameters.integer("message_id"),
        formatted=Formatted(text=plain_text(rich)) if rich else _formatted(parameters),
        keyboard=checked_keyboard(parameters.raw("reply_markup")),
        html=source,
        rich=rich,
    )
    return _json(call, chat, call.message)


async def edit_message_reply_markup(call: Call) -> Json:
    chat, parameters = call.chat(), call.parameters
    call.message = call.world.edit(
        chat,
        parameters.integer("message_id"),
        formatted=None,
        keyboard=checked_keyboard(parameters.raw("reply_markup")),
    )
    return _json(call, chat, call.message)


async def delete_message(call: Call) -> bool:
    call.message = call.world.delete(call.chat(), call.parameters.integer("message_id"))
    return True


async def delete_messages(call: Call) -> bool:
    chat, numbers = call.chat(), call.parameters.strings("message_ids") or []
    if not 1 <= len(numbers) <= MAX_DELETED_AT_ONCE:
        raise bad_request(
            "message identifiers are not specified" if not numbers else "too many message identifiers"
        )
    there = [int(number) for number in numbers if call.world.message(chat.id, int(number))]
    for number in there:
        call.world.delete(chat, number)
    return True


async def answer_callback_query(call: Call) -> bool:
    parameters = call.parameters
    text = parameters.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = CallbackAnswer(text=text, show_alert=parameters.flag("show_alert"), url=parameters.text("url"))
    call.message = call.world.answer(parameters.text("callback_query_id"), answer).message
    return True


async def answer_inline_query(call: Call) -> bool:
    results = call.parameters.raw("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad_request("too many inline query results specified")
    identifiers = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(identifier.encode()) <= 64 for identifier in identifiers):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(identifiers)) < len(identifiers):
        raise bad_request("RESULT_ID_DUPLICATE")
    call.inline_answers[call.parameters.text("inline_query_id")] = results
    call.world.changes.ring()
    return True


async def send_chat_action(call: Call) -> bool:
    action = call.parameters.text("action")
    if not action:
        raise bad_request("wrong parameter action in request")
    call.world.act(call.chat(), action)
    return True


async def pin_chat_message(call: Call) -> bool:
    chat, number = call.chat(), call.parameters.integer("message_id")
    if call.world.message(chat.id, number) is None:
        raise bad_request("message to pin not found")
    call.world.pinned.setdefault(chat.id, []).append(number)
    return True


async def unpin_chat_message(call: Call) -> bool:
    chat = call.chat()
    pinned = call.world.pinned.get(chat.id, [])
    number = call.parameters.integer("message_id", pinned[-1] if pinned else 0)
    if number not in pinned:
        raise bad_request("message to unpin not found")
    pinned.remove(number)
    return True


async def set_message_reaction(call: Call) -> bool:
    chat = call.chat()
    message = call.world.message(chat.id, call.parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.parameters.raw("reaction") or []
    emoji = tuple(str(reaction.get("emoji", "")) for reaction in reactions)
    call.message = call.world.put(replace(message, reactions=emoji))
    return True


def _formatted(parameters: Parameters) -> Formatted:
    entities = parameters.raw("entities") or ()
    return checked_text(parameters.values.get("text"), parameters.text("parse_mode"), tuple(entities))


def _reply_to(call: Call, chat: Chat) -> int | None:
    """The message answered, in either spelling; None where it is gone and the bot does not mind."""
    reply = call.parameters.mapping("reply_parameters") or {}
    number = int(reply.get("message_id") or call.parameters.integer("reply_to_message_id", 0))
    if not number:
        return None
    lenient = reply.get("allow_sending_without_reply") or call.parameters.flag("allow_sending_without_reply")
    if lenient and call.world.message(chat.id, number) is None:
        return None
    return number


def _json(call: Call, chat: Chat, message: Message) -> Json:
    replied = None if message.reply_to is None else call.world.message(chat.id, message.reply_to)
    return message_json(message, chat, replied)


METHODS: Final[dict[str, Any]] = {
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "sendChatAction": send_chat_action,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
}
