"""Puts rendered parts into a chat and changes them in place."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from storage.messages import MessagePart

# What Telegram says when the message is as it should be already, or can never be again.
_SAME = "message is not modified"
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


async def send(
    bot: Bot, chat_id: int, parts: Sequence[MessagePart], *, thread_id: int = 0, answers: int | None = None
) -> Message:
    """All parts in order; the last message. `answers` is the message the first part replies to."""
    if not parts:
        raise ValueError("there is nothing to send")
    for number, part in enumerate(parts):
        reply = ReplyParameters(answers, allow_sending_without_reply=True) if answers and not number else None
        sent = await bot.send_message(
            chat_id,
            part.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread_id or None,
            link_preview_options=_preview(part),
            disable_notification=part.silent,
            reply_parameters=reply,
            reply_markup=markup(part),
        )
    return sent


async def edit(bot: Bot, chat_id: int, message_id: int, part: MessagePart) -> bool:
    """The message as the part says; False if it cannot be changed any more."""
    try:
        await bot.edit_message_text(
            part.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_preview(part),
            reply_markup=markup(part),
        )
    except BadRequest as error:
        return _is_as_it_should_be(error)
    return True


async def edit_keyboard(bot: Bot, chat_id: int, message_id: int, keyboard: str) -> bool:
    """Another keyboard under the message; False if it cannot be changed any more."""
    shown = InlineKeyboardMarkup.de_json(orjson.loads(keyboard)) if keyboard else None
    try:
        await bot.edit_message_reply_markup(chat_id, message_id, reply_markup=shown)
    except BadRequest as error:
        return _is_as_it_should_be(error)
    return True


def _is_as_it_should_be(error: BadRequest) -> bool:
    """Whether nothing had to change; False if nothing can. Raises any other error again."""
    said = str(error).lower()
    if _SAME in said:
        return True
    if any(gone in said for gone in _GONE):
        return False
    raise error


def markup(part: MessagePart) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json(orjson.loads(part.keyboard)) if part.keyboard else None


def _preview(part: MessagePart) -> LinkPreviewOptions:
    if part.preview_url:
        return LinkPreviewOptions(url=part.preview_url)
    return LinkPreviewOptions(is_disabled=True)
