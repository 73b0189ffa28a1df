"""Who may change what a chat gets: everybody in private, in a group its admins."""

from __future__ import annotations

import logging

from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.handlers.turn import Turn
from storage.records import ChatKind

log = logging.getLogger(__name__)

_ADMINS = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}


async def may_change(turn: Turn) -> bool:
    """Asked at every change: who was an admin yesterday need not be one today."""
    if turn.chat.kind is ChatKind.PRIVATE:
        return True
    if turn.message is not None and turn.message.sender_chat is not None:
        # Only a group's admins can speak as the group, and a channel's as the channel.
        return turn.message.sender_chat.id == turn.chat.telegram_id
    if not turn.user_id:
        return False
    try:
        member = await turn.bot.get_chat_member(turn.chat.telegram_id, turn.user_id)
    except (BadRequest, Forbidden) as error:
        log.info("membership unknown", extra={"chat": turn.chat.id, "error": str(error)})
        return False
    return member.status in _ADMINS
