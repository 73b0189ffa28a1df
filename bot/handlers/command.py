"""What a command is: its names, its menu line, what it does, and the buttons it puts up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.handlers.turn import Turn

Handle = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a button does; its callback data begins with `prefix` and a colon."""

    prefix: str
    handle: Handle
    changes_chat: bool = False
    """Changes what the chat gets: in a group, only its admins may press."""
    admins_only: bool = False
    """For the bot's own admins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command; `name` is German, `alias` English, `more` are further names, and all always work."""

    name: str
    alias: str
    handle: Handle
    menu: str
    """The macro of labels.txt.jinja that describes it in the menu; empty keeps it out."""
    more: tuple[str, ...] = ()
    presses: tuple[Press, ...] = ()
    changes_chat: bool = False
    admins_only: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.alias, *self.more)
