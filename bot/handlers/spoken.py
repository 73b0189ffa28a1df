"""Reads what was said: is it a command, which, for whom, and does it come from the person themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message

MOST_ARGUMENT = 500
"""Characters of a topic, a search or a setting; a breaking item is read from the message itself."""

_COMMAND = re.compile(r"/([^\W_][\w-]*)(?:@(\w+))?(?:\s+|$)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": "_"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as typed: folded name, the bot it names (empty for none), and the rest."""

    name: str
    to: str
    argument: str


def read(text: str) -> Spoken | None:
    """The command a text begins with, if any: `/Löschen` is `loeschen`."""
    match = _COMMAND.match(text.lstrip())
    if match is None:
        return None
    rest = text.lstrip()[match.end() :].strip()
    return Spoken(match[1].lower().translate(_UMLAUTS), (match[2] or "").lower(), rest)


def is_own_words(message: Message) -> bool:
    """Whether the sender said this themselves, now: no forward, no other bot, nobody's mask."""
    return (
        message.from_user is not None
        and not message.from_user.is_bot
        and message.sender_chat is None
        and message.forward_origin is None
        and message.via_bot is None
        and message.edit_date is None
        and not message.is_automatic_forward
    )
