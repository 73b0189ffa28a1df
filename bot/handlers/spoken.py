"""Reads what was said: is it a command, which, for whom, and does it come from the person themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from telegram import Message

MOST_ARGUMENT = 500
"""Characters of a topic, a search or a setting; a breaking item is read from the message itself."""

LEAST_TYPED = 3
"""So many letters say what a command begins with."""
ALIKE = 0.85
"""As `difflib` measures it: a letter too many or too few, in long names a wrong one."""

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


def nearest(typed: str, names: Iterable[str]) -> str:
    """The one that begins as typed, or is written nearly alike; empty for none."""
    listed = sorted(names)
    if len(typed) >= LEAST_TYPED:
        begun = [name for name in listed if name.startswith(typed)]
        if begun:
            return min(begun, key=len)
    return next(iter(get_close_matches(typed, listed, n=1, cutoff=ALIKE)), "")


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
